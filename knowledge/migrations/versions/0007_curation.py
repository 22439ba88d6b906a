"""versions, freshness, flags, calls and news of cases"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REVIEW_DAYS = 90


def upgrade() -> None:
    _tables_of_cases()
    _tables_of_people()
    # Not in a batch: that would make tables anew that others refer to.
    op.add_column("case_snippet", sa.Column("merged_into", sa.Integer(), nullable=True))
    _begin()


def _tables_of_cases() -> None:
    op.create_table(
        "case_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("editor", sa.String(32), nullable=False),
        sa.Column("why", sa.String(32), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name="fk_case_version_case_id_case_snippet",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_version"),
    )
    op.create_index("ix_case_version_case_id", "case_version", ["case_id"])
    op.create_index("uq_case_version_number", "case_version", ["case_id", "number"], unique=True)
    op.create_table(
        "further_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("published", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name="fk_further_source_case_id_case_snippet",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_further_source"),
    )
    op.create_index("ix_further_source_case_id", "further_source", ["case_id"])
    op.create_table(
        "case_review",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("up_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name="fk_case_review_case_id_case_snippet",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_review"),
    )
    op.create_index("ix_case_review_next_at", "case_review", ["next_at"])


def _tables_of_people() -> None:
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("open_key", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name="fk_flag_case_id_case_snippet",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name="fk_flag_member_id_member", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_flag"),
        sa.UniqueConstraint("open_key", name="uq_flag_open_key"),
        sqlite_autoincrement=True,
    )
    for column in ("case_id", "member_id", "account_key"):
        op.create_index(f"ix_flag_{column}", "flag", [column])
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_call_state", "call", ["state"])
    op.create_table(
        "news",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("delivery_key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name="fk_news_question_id_question",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name="fk_news_case_id_case_snippet",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "case_id", name="pk_news"),
    )
    op.create_index("ix_news_case_id", "news", ["case_id"])
    op.create_table(
        "news_off",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_news_off"),
    )

    op.create_table(
        "news_pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_news_pass"),
    )


def _begin() -> None:
    """Each published case has its review; nobody is told of what was published before."""
    connection = op.get_bind()
    moment = sa.DateTime(timezone=True)
    snippet = sa.table(
        "case_snippet",
        sa.column("id", sa.Integer),
        sa.column("state", sa.String),
        *(sa.column(name, moment) for name in ("reviewed_at", "published_at", "added_at")),
    )
    review = sa.table(
        "case_review",
        sa.column("case_id", sa.Integer),
        sa.column("days", sa.Integer),
        sa.column("stage", sa.String),
        sa.column("next_at", moment),
    )
    last = sa.func.coalesce(
        snippet.c.reviewed_at, snippet.c.published_at, snippet.c.added_at, type_=moment
    )
    found = connection.execute(
        sa.select(snippet.c.id, last).where(snippet.c.state == "PUBLISHED")
    ).all()
    rows = [
        {
            "case_id": number,
            "days": REVIEW_DAYS,
            "stage": "CURRENT",
            "next_at": at + timedelta(days=REVIEW_DAYS),
        }
        for number, at in found
    ]
    if rows:
        connection.execute(sa.insert(review), rows)
    newest = connection.scalar(sa.text("SELECT coalesce(max(seq), 0) FROM library_change"))
    cursor = sa.table(
        "news_pass", *(sa.column(name, sa.Integer) for name in ("id", "done", "target", "after"))
    )
    connection.execute(sa.insert(cursor), {"id": 1, "done": newest, "target": newest, "after": 0})


def downgrade() -> None:
    op.drop_column("case_snippet", "merged_into")
    for table in (
        "news_pass",
        "news_off",
        "news",
        "call",
        "flag",
        "case_review",
        "further_source",
        "case_version",
    ):
        op.drop_table(table)

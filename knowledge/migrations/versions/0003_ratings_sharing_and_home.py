"""ratings, sharing, snooze and home pages"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=True),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_rating_question_id_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name=op.f("fk_rating_case_id_case_snippet"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["voter_id"],
            ["member.id"],
            name=op.f("fk_rating_voter_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    op.create_index(op.f("ix_rating_question_id"), "rating", ["question_id"])
    op.create_index(op.f("ix_rating_case_id"), "rating", ["case_id"])
    op.create_index(op.f("ix_rating_voter_id"), "rating", ["voter_id"])
    op.create_index(op.f("ix_rating_account_key"), "rating", ["account_key"])
    op.create_index(
        "uq_rating_account", "rating", ["question_id", "about", "account_key"], unique=True
    )
    op.create_index("uq_rating_voter", "rating", ["question_id", "about", "voter_id"], unique=True)

    op.create_table(
        "home",
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_key", name=op.f("pk_home")),
    )
    op.create_index(op.f("ix_home_opened_at"), "home", ["opened_at"])

    # Not in a batch: that would make the tables anew, and dropping the old ones takes along what
    # refers to them.
    op.add_column("question", sa.Column("place", sa.String(), server_default="", nullable=False))
    op.add_column(
        "question",
        sa.Column(
            "shown_as",
            sa.Enum("NAMED", "ROLE", "HIDDEN", name="askershown", native_enum=False, length=32),
            nullable=True,
        ),
    )
    op.add_column("member", sa.Column("snoozed_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("member", "snoozed_until")
    op.drop_column("question", "shown_as")
    op.drop_column("question", "place")
    op.drop_table("home")
    op.drop_table("rating")

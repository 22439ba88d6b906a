"""questions to the community: what is posted, where it stands, and the answers"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "posted_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("drawn", sa.String(32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("shown_as", sa.String(32), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["id"], ["question.id"], name="fk_posted_question_id_question", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asker_id"],
            ["member.id"],
            name="fk_posted_question_asker_id_member",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_posted_question"),
    )
    op.create_index("ix_posted_question_asker_id", "posted_question", ["asker_id"])
    op.create_index("ix_posted_question_state", "posted_question", ["state"])
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["posted_question.id"],
            name="fk_posting_question_id_posted_question",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_posting_question_id", "posting", ["question_id"])
    op.create_index("ix_posting_key", "posting", ["key"])
    op.create_index(
        "uq_posting_room",
        "posting",
        ["question_id", "platform", "workspace", "channel"],
        unique=True,
    )
    op.create_table(
        "public_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("solution", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["posted_question.id"],
            name="fk_public_answer_question_id_posted_question",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_public_answer"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_public_answer_question_id", "public_answer", ["question_id"])
    op.create_index("ix_public_answer_account_key", "public_answer", ["account_key"])
    op.create_index(
        "uq_public_answer_message",
        "public_answer",
        ["platform", "channel", "message"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("public_answer")
    op.drop_table("posting")
    op.drop_table("posted_question")

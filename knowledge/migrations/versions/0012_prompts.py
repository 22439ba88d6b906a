"""prompts between rounds: when, what comes next, where it was posted, and the answers"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prompt_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("timetable", sa.JSON(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        _belongs("prompt_schedule", "programme_id", "programme", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_prompt_schedule"),
    )
    op.create_index("ix_prompt_schedule_programme_id", "prompt_schedule", ["programme_id"])
    op.create_index(
        "uq_prompt_schedule_programme", "prompt_schedule", ["programme_id"], unique=True
    )
    op.create_table(
        "prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("library_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("community", sa.String(32), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        _belongs("prompt", "programme_id", "programme", "CASCADE"),
        _belongs("prompt", "question_id", "question", "SET NULL"),
        _belongs("prompt", "asker_id", "member", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_prompt"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_prompt_programme_id", "prompt", ["programme_id"])
    op.create_index("ix_prompt_asker_id", "prompt", ["asker_id"])
    op.create_index("ix_prompt_queue", "prompt", ["programme_id", "state", "rank"])
    op.create_index("uq_prompt_question", "prompt", ["question_id"], unique=True)
    op.create_table(
        "prompt_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        _belongs("prompt_post", "prompt_id", "prompt", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_prompt_post"),
    )
    op.create_index("ix_prompt_post_prompt_id", "prompt_post", ["prompt_id"])
    op.create_index("ix_prompt_post_channel", "prompt_post", ["platform", "channel"])
    op.create_index("uq_prompt_post_key", "prompt_post", ["key"], unique=True)
    op.create_table(
        "prompt_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=True),
        _belongs("prompt_answer", "prompt_id", "prompt", "CASCADE"),
        _belongs("prompt_answer", "member_id", "member", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_prompt_answer"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_prompt_answer_prompt_id", "prompt_answer", ["prompt_id"])
    op.create_index("ix_prompt_answer_member_id", "prompt_answer", ["member_id"])
    op.create_index(
        "uq_prompt_answer_message",
        "prompt_answer",
        ["platform", "channel", "message"],
        unique=True,
    )


def downgrade() -> None:
    for table in ("prompt_answer", "prompt_post", "prompt", "prompt_schedule"):
        op.drop_table(table)


def _belongs(table: str, column: str, parent: str, gone: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{parent}"
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=gone)

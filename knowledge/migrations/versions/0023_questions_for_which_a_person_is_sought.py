"""questions for which stewards look for a person"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brokered_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("shown_as", sa.String(length=32), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["id"], ["question.id"], name="fk_brokered_question_id_question", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asker_id"],
            ["member.id"],
            name="fk_brokered_question_asker_id_member",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["member.id"],
            name="fk_brokered_question_owner_id_member",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_brokered_question"),
    )
    op.create_index("ix_brokered_question_due", "brokered_question", ["state", "due_at"])
    op.create_index("ix_brokered_question_asker_id", "brokered_question", ["asker_id"])
    op.create_index("ix_brokered_question_owner_id", "brokered_question", ["owner_id"])


def downgrade() -> None:
    op.drop_table("brokered_question")

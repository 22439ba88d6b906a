"""what leaves a conversation as a case, and how each one is quoted"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("expert_id", sa.Integer(), nullable=True),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("level", sa.String(32), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name="fk_proposal_conversation_id_conversation",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name="fk_proposal_question_id_question",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["member.id"], name="fk_proposal_expert_id_member", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["member.id"], name="fk_proposal_asker_id_member", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name="fk_proposal_case_id_case_snippet",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_proposal_conversation", "proposal", ["conversation_id"], unique=True)
    for column in ("question_id", "expert_id", "asker_id", "case_id", "state"):
        op.create_index(f"ix_proposal_{column}", "proposal", [column])
    op.create_table(
        "citation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.String(32), nullable=False),
        sa.Column("shown", sa.String(32), nullable=True),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("plain", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name="fk_citation_proposal_id_proposal",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name="fk_citation_member_id_member", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_citation"),
    )
    op.create_index("ix_citation_proposal_id", "citation", ["proposal_id"])
    op.create_index("ix_citation_member_id", "citation", ["member_id"])
    op.create_index("uq_citation_part", "citation", ["proposal_id", "part"], unique=True)


def downgrade() -> None:
    op.drop_table("citation")
    op.drop_table("proposal")

"""what people learnt from each other, and whether they tried it"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "postcard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("learnt", sa.String(), nullable=False),
        sa.Column("will_try", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name="fk_postcard_conversation_id_conversation",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name="fk_postcard_author_id_member", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_postcard"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_postcard_conversation", "postcard", ["conversation_id"], unique=True)
    op.create_index("ix_postcard_author_id", "postcard", ["author_id"])
    op.create_table(
        "postcard_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("postcard_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reuse", sa.String(32), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times_asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["postcard_id"],
            ["postcard.id"],
            name="fk_postcard_part_postcard_id_postcard",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name="fk_postcard_part_member_id_member",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_postcard_part"),
    )
    op.create_index("ix_postcard_part_postcard_id", "postcard_part", ["postcard_id"])
    op.create_index("ix_postcard_part_member_id", "postcard_part", ["member_id"])
    op.create_index("ix_postcard_part_due_at", "postcard_part", ["due_at"])
    op.create_index("uq_postcard_part", "postcard_part", ["postcard_id", "member_id"], unique=True)


def downgrade() -> None:
    op.drop_table("postcard_part")
    op.drop_table("postcard")

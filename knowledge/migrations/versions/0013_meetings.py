"""times that people propose to each other, and messages that are held until somebody is at work"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("agreed_batch", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name="fk_meeting_conversation_id_conversation",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_meeting_conversation", "meeting", ["conversation_id"], unique=True)
    op.create_index("ix_meeting_conversation_id", "meeting", ["conversation_id"])
    op.create_table(
        "meeting_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name="fk_meeting_slot_meeting_id_meeting",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_slot"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meeting_slot_meeting_id", "meeting_slot", ["meeting_id"])
    op.create_index(
        "uq_meeting_slot_start", "meeting_slot", ["meeting_id", "starts_at"], unique=True
    )
    op.create_table(
        "meeting_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["meeting_slot.id"],
            name="fk_meeting_choice_slot_id_meeting_slot",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name="fk_meeting_choice_member_id_member",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_choice"),
    )
    op.create_index("ix_meeting_choice_slot_id", "meeting_choice", ["slot_id"])
    op.create_index("ix_meeting_choice_member_id", "meeting_choice", ["member_id"])
    op.create_index("uq_meeting_choice", "meeting_choice", ["slot_id", "member_id"], unique=True)


def downgrade() -> None:
    op.drop_table("meeting_choice")
    op.drop_table("meeting_slot")
    op.drop_table("meeting")
    op.drop_column("delivery", "not_before")

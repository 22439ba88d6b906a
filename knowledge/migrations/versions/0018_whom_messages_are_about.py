"""whom messages are about, and conversations that are called off"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "conversation", sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_table(
        "delivery_subject",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
            name="fk_delivery_subject_delivery_id_delivery",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name="fk_delivery_subject_member_id_member",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", "member_id", name="pk_delivery_subject"),
    )
    op.create_index("ix_delivery_subject_member_id", "delivery_subject", ["member_id"])
    # What waits in a conversation names those who are in it.
    op.execute(
        "INSERT INTO delivery_subject (delivery_id, member_id) "
        "SELECT DISTINCT delivery.id, participant.member_id FROM delivery JOIN participant "
        "ON delivery.about = 'conversation:' || participant.conversation_id "
        "WHERE delivery.state <> 'SENT'"
    )


def downgrade() -> None:
    op.drop_table("delivery_subject")
    op.drop_column("conversation", "called_off_at")

"""conversations"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = sa.Enum(
    "POST", "UPDATE", "DELETE", "OPEN", name="deliverykind", native_enum=False, length=32
)


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "INTRODUCTION", "PAIRING", name="conversationkind", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPENING",
                "OPEN",
                "CLOSED",
                name="conversationstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("bridged", sa.Boolean(), nullable=False),
        sa.Column("heard", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_conversation_state"), "conversation", ["state"])
    op.create_index(op.f("ix_conversation_subject"), "conversation", ["subject"])
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in (
                "name",
                "language",
                "platform",
                "workspace",
                "user_id",
                "channel",
                "thread",
                "greeting",
            )
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_participant_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_participant_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
    )
    op.create_index(op.f("ix_participant_conversation_id"), "participant", ["conversation_id"])
    op.create_index(op.f("ix_participant_member_id"), "participant", ["member_id"])
    op.create_index("ix_participant_room", "participant", ["platform", "channel", "thread"])
    op.create_table(
        "line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_line_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_line_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
    )
    op.create_index(op.f("ix_line_conversation_id"), "line", ["conversation_id"])
    op.create_index(op.f("ix_line_participant_id"), "line", ["participant_id"])
    op.create_index("uq_line_message", "line", ["participant_id", "message"], unique=True)

    op.add_column("delivery", sa.Column("kind", KINDS, nullable=False, server_default="POST"))
    for name in ("target", "about", "message"):
        op.add_column("delivery", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_delivery_about"), "delivery", ["about"])
    op.create_index("ix_delivery_message", "delivery", ["platform", "message"])


def downgrade() -> None:
    op.drop_index("ix_delivery_message", table_name="delivery")
    op.drop_index(op.f("ix_delivery_about"), table_name="delivery")
    for name in ("message", "about", "target", "kind"):
        op.drop_column("delivery", name)
    for table in ("line", "participant", "conversation"):
        op.drop_table(table)

"""the peer exchange"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "check_in",
    "pairing_member",
    "pairing",
    "exchange_round",
    "never_together",
    "avoid",
    "participation",
    "programme",
)


def upgrade() -> None:
    op.create_table(
        "never_together",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("one", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_never_together")),
    )
    op.create_index("uq_never_together_pair", "never_together", ["one", "other"], unique=True)
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timetable", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("chatham_house", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("name", name=op.f("uq_programme_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "avoid",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_avoid_member_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["member.id"], name=op.f("fk_avoid_other_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avoid")),
    )
    op.create_index(op.f("ix_avoid_member_id"), "avoid", ["member_id"], unique=False)
    op.create_index(op.f("ix_avoid_other_id"), "avoid", ["other_id"], unique=False)
    op.create_index("uq_avoid_pair", "avoid", ["member_id", "other_id"], unique=True)
    op.create_table(
        "exchange_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PLANNED",
                "ANNOUNCED",
                "CLOSED",
                "CANCELLED",
                name="roundstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("previewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_exchange_round_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_round")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exchange_round_due", "exchange_round", ["state", "due_at"], unique=False)
    op.create_index(
        op.f("ix_exchange_round_programme_id"), "exchange_round", ["programme_id"], unique=False
    )
    op.create_index(
        "uq_exchange_round_number", "exchange_round", ["programme_id", "number"], unique=True
    )
    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("skip_next", sa.Boolean(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("rests", sa.Integer(), nullable=False),
        sa.Column("rested_last", sa.Boolean(), nullable=False),
        sa.Column("last_round", sa.Integer(), nullable=False),
        sa.Column("silent_rounds", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_participation_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_participation_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
    )
    op.create_index(
        op.f("ix_participation_member_id"), "participation", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_participation_programme_id"), "participation", ["programme_id"], unique=False
    )
    op.create_index(
        "uq_participation_member", "participation", ["programme_id", "member_id"], unique=True
    )
    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("group_number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN", "CANCELLED", "CLOSED", name="pairingstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("across", sa.Boolean(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_pairing_conversation_id_conversation"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["exchange_round.id"],
            name=op.f("fk_pairing_round_id_exchange_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
    )
    op.create_index(
        op.f("ix_pairing_conversation_id"), "pairing", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_pairing_round_id"), "pairing", ["round_id"], unique=False)
    op.create_index("uq_pairing_group", "pairing", ["round_id", "group_number"], unique=True)
    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("MET", "NOT_YET", "WONT", name="checkinanswer", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("tried", sa.String(), nullable=False),
        sa.Column("worked", sa.String(), nullable=False),
        sa.Column("may_be_quoted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_check_in_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["pairing.id"],
            name=op.f("fk_check_in_pairing_id_pairing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
    )
    op.create_index(op.f("ix_check_in_member_id"), "check_in", ["member_id"], unique=False)
    op.create_index(op.f("ix_check_in_pairing_id"), "check_in", ["pairing_id"], unique=False)
    op.create_index("uq_check_in_member", "check_in", ["pairing_id", "member_id"], unique=True)
    op.create_table(
        "pairing_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_pairing_member_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["pairing.id"],
            name=op.f("fk_pairing_member_pairing_id_pairing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_member")),
    )
    op.create_index(
        op.f("ix_pairing_member_member_id"), "pairing_member", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_pairing_member_pairing_id"), "pairing_member", ["pairing_id"], unique=False
    )
    op.create_index("uq_pairing_member", "pairing_member", ["pairing_id", "member_id"], unique=True)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)

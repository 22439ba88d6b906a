"""reporting lines, and people who schedule for a member"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reporting_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("chief_id", sa.Integer(), nullable=False),
        sa.Column("by_steward", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name="fk_reporting_line_member_id_member",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["chief_id"],
            ["member.id"],
            name="fk_reporting_line_chief_id_member",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reporting_line"),
    )
    op.create_index("ix_reporting_line_member_id", "reporting_line", ["member_id"])
    op.create_index("ix_reporting_line_chief_id", "reporting_line", ["chief_id"])
    op.create_index(
        "uq_reporting_line_pair",
        "reporting_line",
        ["member_id", "chief_id", "by_steward"],
        unique=True,
    )
    op.create_table(
        "assistant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name="fk_assistant_member_id_member", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assistant"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assistant_member_id", "assistant", ["member_id"])
    op.create_index("ix_assistant_account_key", "assistant", ["account_key"])
    op.create_index("uq_assistant_account", "assistant", ["member_id", "account_key"], unique=True)


def downgrade() -> None:
    op.drop_table("assistant")
    op.drop_table("reporting_line")

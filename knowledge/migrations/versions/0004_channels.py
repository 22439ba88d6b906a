"""channels, accounts that are gone, and whose words a case is in"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PRESENT", "ARCHIVED", "GONE", name="channelstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("speaks", sa.Boolean(), nullable=True),
        sa.Column("uses", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_index(
        "uq_channel_identity", "channel", ["platform", "workspace", "channel"], unique=True
    )
    # Not in a batch: that would make the tables anew, and rows that refer to them would go.
    op.add_column("account", sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
    words = sa.Enum("own", "agreed", "summarised", name="whosewords", native_enum=False, length=32)
    op.add_column("case_snippet", sa.Column("whose_words", words, nullable=True))


def downgrade() -> None:
    op.drop_column("case_snippet", "whose_words")
    op.drop_column("account", "gone_at")
    op.drop_index("uq_channel_identity", table_name="channel")
    op.drop_table("channel")

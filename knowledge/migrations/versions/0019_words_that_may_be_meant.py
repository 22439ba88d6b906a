"""words that somebody wrote beside a conversation, until they say for whom they are"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "participant", sa.Column("unsent", sa.String(), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("participant", "unsent")

"""no number of a row is given twice

SQLite gives a deleted row's number to the next one, and keys that are made of numbers are
remembered longer than rows: what was written after a deleted line in a conversation had the key
of a message that was sent, so it was never sent. Other databases never give a number twice.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = (
    "account",
    "audit_entry",
    "avoid",
    "case_source",
    "case_version",
    "channel",
    "check_in",
    "citation",
    "claim_code",
    "consent",
    "contact",
    "further_source",
    "library_change",
    "line",
    "match",
    "meeting_choice",
    "need",
    "never_together",
    "offer",
    "pairing",
    "pairing_member",
    "participant",
    "participation",
    "passage",
    "postcard_part",
    "prompt_post",
    "prompt_schedule",
    "rating",
    "reporting_line",
)
IN_KEYS = ("line", "participant")
BEYOND = 10_000
"""Rows deleted lately may have had higher numbers than those that are left."""


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in TABLES:
        # Made anew, which foreign keys would turn into a loss: the store switches them off.
        with op.batch_alter_table(
            table, recreate="always", table_kwargs={"sqlite_autoincrement": True}
        ):
            pass
    for table in IN_KEYS:
        op.execute(
            f"INSERT INTO sqlite_sequence (name, seq) SELECT '{table}', 0 WHERE NOT EXISTS "
            f"(SELECT 1 FROM sqlite_sequence WHERE name = '{table}')"
        )
        op.execute(f"UPDATE sqlite_sequence SET seq = seq + {BEYOND} WHERE name = '{table}'")


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in TABLES:
        with op.batch_alter_table(
            table, recreate="always", table_kwargs={"sqlite_autoincrement": False}
        ):
            pass

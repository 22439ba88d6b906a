"""what members say in a few words gets vectors anew: it is encoded as questions are

The next start of the bot encodes these texts, with a progress bar.
"""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PASSAGE = sa.table(
    "passage",
    sa.column("id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("text", sa.String),
    sa.column("text_hash", sa.String),
)
SHORT = ("OFFER", "NEED", "PROFILE")


def upgrade() -> None:
    _hash_anew(b"short")


def downgrade() -> None:
    _hash_anew(b"")


def _hash_anew(person: bytes) -> None:
    """Name the vectors of short texts anew, and drop those that no text has any more."""
    connection = op.get_bind()
    found = connection.execute(
        sa.select(PASSAGE.c.id, PASSAGE.c.text).where(PASSAGE.c.kind.in_(SHORT))
    )
    for number, text in found.all():
        words = text.encode("utf-8", "surrogatepass")
        digest = blake2b(words, digest_size=16, person=person).hexdigest()
        connection.execute(
            sa.update(PASSAGE).where(PASSAGE.c.id == number).values(text_hash=digest)
        )
    op.execute("DELETE FROM vector WHERE text_hash NOT IN (SELECT text_hash FROM passage)")

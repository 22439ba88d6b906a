"""One-time codes that join an account to a member; the database holds digests only."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlmodel import Session, col

from knowledge.members.tables import ClaimCode

# Crockford's base 32: no letter that is taken for a digit, and no U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12  # 60 bits: not to be guessed within the hours that a code lives
_GROUP = 4
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class ClaimView:
    """What a code entitles to; no member: whoever says it first becomes a steward."""

    id: int
    member_id: int | None
    makes_steward: bool
    expires_at: datetime


def new_code() -> str:
    """A fresh code from the system's random source, in groups such as `7K2M-Q4TX-90AB`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def digest(code: str) -> str:
    """What is kept of a code; case, dashes, spaces and misread letters make no difference."""
    plain = "".join(char for char in code.upper() if char.isalnum()).translate(_MISREAD)
    return sha256(plain.encode("utf-8", "replace")).hexdigest()


def put(
    session: Session,
    code: str,
    expires_at: datetime,
    *,
    member_id: int | None = None,
    makes_steward: bool = False,
) -> None:
    """Keep the digest of a code; an earlier one for the same member or end is good no more."""
    same = (
        col(ClaimCode.makes_steward).is_(True)
        if makes_steward
        else col(ClaimCode.member_id) == member_id
    )
    session.execute(delete(ClaimCode).where(same))
    session.add(
        ClaimCode(
            digest=digest(code),
            member_id=member_id,
            makes_steward=makes_steward,
            expires_at=expires_at,
        )
    )
    session.flush()


def take(session: Session, code: str, now: datetime) -> ClaimView | None:
    """Spend a code: None when it is wrong, expired or was spent before."""
    session.execute(delete(ClaimCode).where(col(ClaimCode.expires_at) <= now))
    said, found = digest(code), None
    for row in session.scalars(select(ClaimCode)):
        # Every digest is compared, in constant time: the time tells nothing about a guess.
        if hmac.compare_digest(row.digest, said):
            found = row
    if found is None:
        return None
    view = ClaimView(found.id or 0, found.member_id, found.makes_steward, found.expires_at)
    session.delete(found)
    session.flush()
    return view


def pending(session: Session, member_id: int, now: datetime) -> list[datetime]:
    """When the codes that wait for one member expire."""
    return list(
        session.scalars(
            select(col(ClaimCode.expires_at)).where(
                col(ClaimCode.member_id) == member_id, col(ClaimCode.expires_at) > now
            )
        )
    )

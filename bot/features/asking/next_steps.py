"""Where a question can go on to from its answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from knowledge.brokering import brokering
from knowledge.introductions.eligibility import to_be_handed_over
from knowledge.members.views import MemberView
from knowledge.public_questions import posts
from knowledge.vocabulary import MemberStatus


@dataclass(frozen=True, slots=True)
class WaysOn:
    """Whether a question can go on to a person, to stewards, or to the other community."""

    person: bool = False
    stewards: bool = False
    community: bool = False


def ways_on(
    session: Session,
    asker: MemberView | None,
    number: int,
    now: datetime,
    *,
    experts: bool,
    helped: bool,
    trusted: Collection[str],
) -> WaysOn:
    """Where a question can go from its answer; `helped`: who asked has what they looked for.

    `trusted`: account keys of stewards in the settings.
    """
    if asker is None or asker.status is not MemberStatus.ACTIVE:
        return WaysOn()
    return WaysOn(
        experts and bool(to_be_handed_over(session, asker.id, [number], now)),
        not helped and brokering.anybody(session, asker.id, trusted),
        not helped and bool(posts.rooms_for(session, asker.community)),
    )

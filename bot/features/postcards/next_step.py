"""What comes next of a postcard, for one of those who wrote it: facts in, a decision out. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from knowledge.postcards.postcards import MOST_ASKED, PartView, PostcardView, may_be_written
from knowledge.vocabulary import PostcardState, Reuse


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody who is to be asked whether they tried it; `there`: they have not left.

    `next_open`: when they work, from now on; `tomorrow`: from this hour of the next day on. `told`:
    whether anything may be said to them now.
    """

    there: bool
    next_open: datetime
    tomorrow: datetime
    told: bool


@dataclass(frozen=True, slots=True)
class AskNow:
    """Ask."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Look again then, or never."""

    at: datetime | None


def follow_up(now: datetime, found: Due) -> AskNow | LookAgain:
    """Whether to ask: in their hours, whoever paused once they are back, and who left never."""
    if not found.there:
        return LookAgain(None)
    if now < found.next_open:
        return LookAgain(found.next_open)
    return AskNow() if found.told else LookAgain(found.tomorrow)


def asked_again_at(part: PartView, said: Reuse, again: datetime) -> datetime | None:
    """When to ask once more; who says so before they were asked is asked when they wanted to be."""
    if said is not Reuse.NOT_YET or part.times_asked >= MOST_ASKED:
        return None
    return again if part.times_asked else part.due_at


class Stand(Enum):
    """How a card stands for one of those who met."""

    TO_WRITE = auto()
    NONE_COMES = auto()
    AGREED = auto()
    TO_DECIDE = auto()
    WAITS = auto()


def stand(found: PostcardView | None, member_id: int, *, change: bool) -> Stand:
    """What they are shown; `change`: they want to put other words on a card that waits."""
    waits = found is not None and found.state is PostcardState.WAITING
    if may_be_written(found, member_id) or (change and waits):
        return Stand.TO_WRITE
    part = found.part_of(member_id) if found else None
    if found is None or part is None:
        return Stand.NONE_COMES
    if found.state is PostcardState.APPROVED:
        return Stand.AGREED
    return Stand.WAITS if part.approved else Stand.TO_DECIDE


def missing(found: PostcardView) -> Collection[int]:
    """Who has not agreed to it."""
    return {each.member_id for each in found.parts if not each.approved}

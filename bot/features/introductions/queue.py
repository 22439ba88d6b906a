"""Who is asked next, and when: one expert at a time, at most so many in a line. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from knowledge.introductions.eligibility import Candidate

LONGEST_LINE = 3
LONGEST_WITH_SUGGESTIONS = 5
"""Somebody who was suggested may stand behind the line, up to so many in all."""
EQUALLY_GOOD = 0.05
"""Share of the better score within which two experts take turns."""
WORKING_DAYS = 3
"""So many working days an expert has; the last begins with the reminder."""
LONGEST_WAIT = timedelta(days=28)
"""How long a request waits for somebody who has enough contacts at present."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Propose:
    """Ask this one now."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Remind:
    """Ask once more whoever was asked."""


@dataclass(frozen=True, slots=True)
class SkipReminder:
    """The reminder would come at night, and the answer is due before the next morning."""


@dataclass(frozen=True, slots=True)
class Expire:
    """Whoever was asked had their time."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class End:
    """Nobody is left to ask."""


Step = Propose | Remind | SkipReminder | Expire | Wait | End


@dataclass(frozen=True, slots=True)
class Pending:
    """Whoever was asked and has not answered; `next_open`: when they work, from now on."""

    remind_at: datetime | None
    due_at: datetime
    next_open: datetime


def next_step(
    *,
    now: datetime,
    sent_at: datetime,
    asked: int,
    line: int,
    pending: Pending | None,
    candidates: Sequence[Candidate],
) -> Step:
    """What to do now for a request that waits. There always is a step."""
    if pending is not None:
        return _with_somebody(now, pending)
    if asked >= line or now - sent_at > LONGEST_WAIT:
        return End()
    free = [candidate for candidate in candidates if candidate.load.free_at is None]
    if free:
        return Propose(in_turn(free)[0])
    later = [candidate.load.free_at for candidate in candidates]
    return Wait(min(moment for moment in later if moment is not None)) if later else End()


def in_turn(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The best match first; of equally good ones whoever was contacted least and longest ago."""
    left = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.member.id))
    ordered: list[Candidate] = []
    while left:
        best = left[0].score
        good = [one for one in left if best - one.score <= EQUALLY_GOOD * abs(best)]
        ordered += sorted(good, key=_turn)
        left = left[len(good) :]
    return ordered


def _turn(candidate: Candidate) -> tuple[int, datetime, float, int]:
    last = candidate.load.last
    return (
        candidate.load.lately,
        last or LONG_AGO,
        -candidate.score,
        candidate.member.id,
    )


def _with_somebody(now: datetime, pending: Pending) -> Step:
    if now >= pending.due_at:
        return Expire()
    if pending.remind_at is None:
        return Wait(pending.due_at)
    if now < pending.remind_at:
        return Wait(pending.remind_at)
    if pending.next_open <= now:
        return Remind()
    # They changed their hours since: nobody is woken up for it.
    return Wait(pending.next_open) if pending.next_open < pending.due_at else SkipReminder()

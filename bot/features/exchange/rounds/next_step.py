"""What a round does next, and what it says to whom: facts in, a decision out. Pure.

`facts.py` gathers the facts in one snapshot; whoever asked applies the decision, each part of it as
a change that names the state it starts from.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from knowledge.exchange.plans import Reasons, RoundPlan
from knowledge.exchange.rounds import MOST_UNASKED

REHEARSAL = timedelta(days=1)
"""How long before it is due stewards see a round."""
UNSENT = timedelta(days=3)
"""How long after the reminder a round that a steward is to send is kept."""
GRACE = timedelta(days=4)
"""How long answers are waited for at the end; a weekend fits in it."""
SILENCE = timedelta(hours=24)
"""Working hours without a word after which a group is nudged, once."""
SILENT_ROUNDS = 3
"""After so many without a word a member is in no round until they are back."""


class Step(Enum):
    """What to do now with a round that has not begun."""

    PREVIEW = auto()
    """Plan again for those who are there now, and show it to stewards."""
    ANNOUNCE = auto()
    """Begin."""
    REMIND = auto()
    """Tell stewards that the round waits for them."""
    SKIP = auto()
    """Nobody sent it: it does not take place."""
    WAIT = auto()


@dataclass(frozen=True, slots=True)
class Planned:
    """A round that has not begun."""

    due_at: datetime
    previewed: bool
    sent: bool
    """It begins without another word of a steward."""
    reminded_at: datetime | None


def is_planned_now(now: datetime, due_at: datetime | None, *, paused: bool) -> bool:
    """Whether a programme's next round is to be planned."""
    return due_at is not None and not paused and due_at - REHEARSAL <= now


def next_step(now: datetime, found: Planned) -> Step:
    """What to do now with a round that is planned; asked again once it is done."""
    if not found.previewed and found.due_at - REHEARSAL <= now:
        return Step.PREVIEW
    if found.due_at > now:
        return Step.WAIT
    if found.sent:
        return Step.ANNOUNCE
    if found.reminded_at is None:
        return Step.REMIND
    return Step.SKIP if found.reminded_at + UNSENT <= now else Step.WAIT


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it can be now; `place`: its number in the round."""

    place: int
    members: tuple[int, ...]
    why: Reasons


@dataclass(frozen=True, slots=True)
class Announcement:
    """Who meets whom, who rests, and who skipped this round and is in the next."""

    groups: tuple[Group, ...]
    resting: tuple[int, ...]
    back: tuple[int, ...]


def announcement(
    plan: RoundPlan, present: Collection[int], skipping: Sequence[int]
) -> Announcement:
    """A plan made true: of a group those who are still there meet, if they are two or more."""
    left = [
        (tuple(each for each in group if each in present), why)
        for group, why in zip(plan.groups, plan.reasons, strict=True)
    ]
    meeting = [(members, why) for members, why in left if len(members) > 1]
    alone = [each for members, _ in left if len(members) == 1 for each in members]
    resting = [each.id for each in plan.left_out if each.id in present]
    return Announcement(
        tuple(Group(place, *each) for place, each in enumerate(meeting, 1)),
        (*alone, *resting),
        tuple(skipping),
    )


@dataclass(frozen=True, slots=True)
class Running:
    """When a round began, is half over, ends, and is closed."""

    begun: datetime
    days: int

    @property
    def end(self) -> datetime:
        return self.begun + timedelta(days=self.days)

    def is_over(self, now: datetime) -> bool:
        """Whether it is closed now."""
        return now >= self.end + GRACE


@dataclass(frozen=True, slots=True)
class Partner:
    """A member of a group; `awake`: at work now; `asked`: 0, 1 halfway, 2 at the end.

    `sent`: messages of this round that nobody asked for; `told`: whether they said that they met,
    or what came of it.
    """

    id: int
    awake: bool
    asked: int
    sent: int
    told: bool


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group that is open; `quiet`: working hours since the last word, None where unknown.

    `most_sent`: of anybody in it, also of those who are not active now.
    """

    partners: tuple[Partner, ...]
    nudged: bool
    met: bool
    quiet: timedelta | None
    most_sent: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask a member whether they met; `said`: they read it, else it is only noted."""

    member_id: int
    stage: int
    said: bool

    @property
    def last(self) -> bool:
        """At the end, not halfway."""
        return self.stage == 2

    @property
    def most(self) -> int:
        """How many messages they may have had with this one: one is kept for the end."""
        return MOST_UNASKED if self.last else MOST_UNASKED - 1


@dataclass(frozen=True, slots=True)
class Nudge:
    """A word in the conversation that it is quiet; `said` as above."""

    said: bool


def group_steps(now: datetime, running: Running, found: GroupFacts) -> tuple[Ask | Nudge, ...]:
    """What a group hears now: questions first; nobody is disturbed outside their hours."""
    asks = tuple(_asks(now, running, found))
    if asks or not _is_quiet(now, running, found):
        return asks
    # One message of each is kept for the end, so that everybody is asked then.
    return (Nudge(not found.met and found.most_sent < MOST_UNASKED - 1),)


def _asks(now: datetime, running: Running, found: GroupFacts) -> Sequence[Ask]:
    if now < running.begun + (running.end - running.begun) / 2:
        return ()
    stage = 2 if now >= running.end else 1
    asked = []
    for each in found.partners:
        if each.awake and each.asked < stage:
            ask = Ask(each.id, stage, said=False)
            wanted = ask.last or not each.told
            asked.append(Ask(each.id, stage, said=wanted and each.sent < ask.most))
    return asked


def _is_quiet(now: datetime, running: Running, found: GroupFacts) -> bool:
    awake = any(each.awake for each in found.partners)
    quiet = found.quiet is not None and found.quiet >= SILENCE
    return now < running.end and not found.nudged and awake and quiet


@dataclass(frozen=True, slots=True)
class Silence:
    """How many rounds running somebody has said nothing, and whether they pause from now on."""

    member_id: int
    rounds: int
    pauses: bool


def silences(
    before: Mapping[int, tuple[int, bool]], grouped: Collection[int], heard: Collection[int]
) -> tuple[Silence, ...]:
    """For each who was in a group; `before`: by member, silent rounds so far and whether paused."""
    found = []
    for number, (silent, paused) in before.items():
        if number in grouped:
            now = 0 if number in heard else silent + 1
            found.append(Silence(number, now, now >= SILENT_ROUNDS and not paused))
    return tuple(found)

"""What a round knows of its people and groups, read once, in one snapshot, for `next_step.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.calendars.working_week import WorkingWeek
from bot.features.exchange.rounds import next_step
from bot.features.exchange.rounds.planning import away
from knowledge.conversations import conversations
from knowledge.exchange import programmes, rounds
from knowledge.exchange.programmes import ParticipationView, ProgrammeView
from knowledge.exchange.rounds import CheckInView, PairingView, RoundView
from knowledge.exchange.states import CheckInAnswer, PairingState
from knowledge.members import members
from knowledge.members.views import MemberView
from knowledge.vocabulary import ConversationState, MemberStatus


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A round that is to begin: who takes part in its programme, and who of the plan still can."""

    round: RoundView
    present: Mapping[int, MemberView]
    parts: Mapping[int, ParticipationView]

    def announcement(self) -> next_step.Announcement:
        """What is announced of it, were it now."""
        skipping = [each.member_id for each in self.parts.values() if each.skip_next]
        return next_step.announcement(self.round.plan, self.present.keys(), skipping)

    def people(self, numbers: Sequence[int]) -> dict[int, MemberView]:
        """Those of a group."""
        return {number: self.present[number] for number in numbers}


def gather(
    session: Session, programme: ProgrammeView, found: RoundView, at: datetime
) -> RoundFacts:
    """Everything that the beginning of a round needs."""
    parts = {each.member_id: each for each in programmes.participants(session, programme.id)}
    present = {
        number: member
        for number, member in rehearsed(session, found).items()
        if number in parts
        and away(session, member, replace(parts[number], last_round=0), found.number, at, 1) is None
    }
    return RoundFacts(found, present, parts)


def rehearsed(session: Session, found: RoundView) -> dict[int, MemberView]:
    """Everybody whom a plan speaks of."""
    numbers = [*found.members, *(each.id for each in found.plan.away)]
    return {each.id: each for each in members.get_many(session, numbers)}


def planned(programme: ProgrammeView, found: RoundView) -> next_step.Planned:
    """How a round stands that has not begun."""
    return next_step.Planned(
        found.due_at,
        found.previewed_at is not None,
        programme.automatic or found.approved,
        found.reminded_at,
    )


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """An open group with what is to be decided of it, and its members who are active."""

    pairing: PairingView
    people: Mapping[int, MemberView]
    facts: next_step.GroupFacts


def open_groups(session: Session, found: RoundView, at: datetime) -> list[OpenGroup]:
    """The groups of a round that nobody called off."""
    pairs = [each for each in rounds.pairings(session, found.id) if _is_open(each)]
    numbers = sorted({number for each in pairs for number in each.members})
    people = {each.id: each for each in members.get_many(session, numbers)}
    answers = rounds.check_ins(session, [each.id for each in pairs])
    begun = found.announced_at or at
    return [_group(session, each, people, answers, begun, at) for each in pairs]


def open_group(session: Session, found: RoundView, number: int, at: datetime) -> OpenGroup | None:
    """One of them as it is now; None once it has ended."""
    pairing = rounds.pairing(session, number)
    if pairing is None or not _is_open(pairing):
        return None
    people = {each.id: each for each in members.get_many(session, list(pairing.members))}
    answers = rounds.check_ins(session, [number])
    return _group(session, pairing, people, answers, found.announced_at or at, at)


def _is_open(found: PairingView) -> bool:
    return found.state is PairingState.OPEN


def _group(
    session: Session,
    pairing: PairingView,
    everybody: Mapping[int, MemberView],
    answers: Sequence[CheckInView],
    begun: datetime,
    at: datetime,
) -> OpenGroup:
    own = [each for each in answers if each.pairing_id == pairing.id]
    met = {each.member_id for each in own if each.answer is CheckInAnswer.MET}
    told = met | {each.member_id for each in own if each.worked or each.problem}
    people = {
        number: everybody[number]
        for number in pairing.members
        if number in everybody and everybody[number].status is MemberStatus.ACTIVE
    }
    weeks = {number: WorkingWeek.of(member) for number, member in people.items()}
    partners = tuple(
        next_step.Partner(
            number,
            week.is_open(at),
            pairing.asked[number],
            pairing.messages[number],
            number in told,
        )
        for number, week in weeks.items()
    )
    nudged = pairing.nudged_at is not None
    quiet = None if nudged else _quiet(session, pairing, list(weeks.values()), begun, at)
    most = max(pairing.messages.values(), default=0)
    return OpenGroup(
        pairing, people, next_step.GroupFacts(partners, nudged, bool(met), quiet, most)
    )


def _quiet(
    session: Session,
    pairing: PairingView,
    weeks: Sequence[WorkingWeek],
    begun: datetime,
    at: datetime,
) -> timedelta | None:
    """Working hours without a word, of whoever worked least."""
    talk = conversations.get(session, pairing.conversation_id or 0)
    # Where the bot hears nothing, silence says nothing.
    if not weeks or talk is None or talk.state is not ConversationState.OPEN or not talk.heard:
        return None
    since = max([begun, *conversations.last_said(session, talk.id).values()])
    return min(week.worked(since, at) for week in weeks)

"""A member who takes no part after all: the others hear of it, and may join another pair."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot import outbox
from bot.conversations import Conversations
from bot.exchange.programmes import Rules, rules_of
from bot.exchange.rounds import Rounds
from bot.wording import meeting
from knowledge import programmes, rounds
from knowledge.people import members
from knowledge.programmes import ProgrammeView
from knowledge.rounds import PairingView, RoundView
from knowledge.views import MemberView
from knowledge.vocabulary import PairingState, RoundState


class Withdrawing:
    """What becomes of a group that loses somebody."""

    def __init__(
        self, *, rounds_: Rounds, conversations: Conversations, clock: Callable[[], datetime]
    ) -> None:
        self._rounds = rounds_
        self._conversations = conversations
        self._clock = clock

    def cannot(self, session: Session, found: PairingView, member: MemberView) -> bool:
        """A member takes no part after all: the others hear of it. False when it had ended."""
        at = self._clock()
        this = rounds.get(session, found.round_id)
        programme = programmes.get(session, this.programme_id) if this else None
        if this is None or programme is None or found.state is not PairingState.OPEN:
            return False
        others = [each for each in found.members if each != member.id]
        if len(others) > 1:
            rounds.withdraw(session, found.id, member.id)
            for number in others:
                rounds.spend(session, found.id, number)
            self._conversations.tell(
                session,
                found.conversation_id or 0,
                f"cannot:{member.id}",
                lambda say: meeting.one_cannot(say, member.name),
            )
            return True
        rounds.settle(session, found.id, PairingState.CANCELLED)
        self._conversations.end(session, found.conversation_id or 0)
        for partner in members.get_many(session, others):
            rounds.spend(session, found.id, partner.id)
            programmes.adjust(session, programme.id, partner.id, rested_last=True)
            another = self._open_pair(session, this, programme, partner.id) is not None
            outbox.tell(
                session,
                partner,
                ("pairing", str(found.id), "cannot", str(member.id)),
                lambda say, more=another: meeting.partner_cannot(  # type: ignore[misc]
                    say, member.name, found.id, another=more
                ),
                at,
            )
        return True

    def third(self, session: Session, found: PairingView, member: MemberView) -> bool:
        """Let a member whose group was called off join another pair; False when there is none."""
        this = rounds.get(session, found.round_id)
        programme = programmes.get(session, this.programme_id) if this else None
        if this is None or programme is None or this.state is not RoundState.ANNOUNCED:
            return False
        groups = rounds.pairings(session, this.id)
        busy = any(member.id in each.members for each in groups if each.state is PairingState.OPEN)
        pair = None if busy else self._open_pair(session, this, programme, member.id)
        if found.state is not PairingState.CANCELLED or pair is None:
            return False
        rounds.settle(session, pair.id, PairingState.CANCELLED)
        self._conversations.end(session, pair.conversation_id or 0)
        people = {each.id: each for each in members.get_many(session, [*pair.members, member.id])}
        sent = {**pair.messages, member.id: found.messages.get(member.id, 0)}
        number = max(each.group_number for each in groups) + 1
        self._rounds.begin_group(session, programme, this, number, people, {}, messages=sent)
        return True

    def _open_pair(
        self, session: Session, this: RoundView, programme: ProgrammeView, member_id: int
    ) -> PairingView | None:
        """A pair of the round that may take a third, by the rules and by what they were sent."""
        rules: Rules = rules_of(programme)
        barred = {frozenset(pair) for pair in this.problem.get("forbidden", ())}
        apart = programmes.avoided(session, [member_id]).get(member_id, frozenset())
        if rules.max_size < 3:
            return None
        for each in rounds.pairings(session, this.id):
            allowed = not any(
                frozenset((member_id, number)) in barred or number in apart
                for number in each.members
            )
            free = all(sent < rounds.MOST_UNASKED for sent in each.messages.values())
            fits = each.state is PairingState.OPEN and len(each.members) == 2
            avoided = programmes.avoided(session, each.members)
            wanted = all(member_id not in others for others in avoided.values())
            if fits and allowed and free and wanted and member_id not in each.members:
                return each
        return None

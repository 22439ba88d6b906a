"""Members who go from a round that runs, or come to it: the others hear of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.features.conversations.departures import Parting
from bot.features.conversations.service import Conversations
from bot.features.exchange.rounds import member_replies
from bot.features.exchange.rounds.late_joiners import chance
from bot.features.exchange.rounds.lifecycle import Rounds
from bot.messaging import outbox
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView
from knowledge.exchange import programmes, rounds
from knowledge.exchange.plans import Reasons
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import PairingView, RoundView
from knowledge.exchange.states import PairingState, RoundState
from knowledge.members import members
from knowledge.members.views import MemberView
from knowledge.vocabulary import ConversationKind, Purpose

EARLY = 3
"""Who joins within this part of a round, a third of its days, may still come to it."""


class Dropouts:
    """What becomes of a group that loses somebody, and of whoever comes late."""

    def __init__(
        self, *, rounds_: Rounds, conversations: Conversations, clock: Callable[[], datetime]
    ) -> None:
        self._rounds = rounds_
        self._conversations = conversations
        self._clock = clock

    def cannot(self, session: Session, found: PairingView, member: MemberView) -> Parting | None:
        """A member takes no part after all: the others hear of it.

        Returns what becomes of the place where two go on without them; None where nobody does.
        """
        at = self._clock()
        this = rounds.get(session, found.round_id)
        programme = programmes.get(session, this.programme_id) if this else None
        if this is None or programme is None or found.state is not PairingState.OPEN:
            return None
        others = [each for each in found.members if each != member.id]
        if len(others) > 1:
            return self._without(session, found, member, others)
        rounds.settle(session, found.id, PairingState.CANCELLED)
        self._conversations.end(session, found.conversation_id or 0)
        for partner in members.get_many(session, others):
            rounds.spend(session, found.id, partner.id)
            programmes.adjust(session, programme.id, partner.id, rested_last=True)
            another = chance(session, this, programme, partner, at) is not None
            outbox.tell(
                session,
                partner,
                ("pairing", str(found.id), "cannot", str(member.id)),
                lambda say, more=another: member_replies.partner_cannot(  # type: ignore[misc]
                    say, member.name, found.id, another=more
                ),
                at,
                subjects=[member.id],
            )
        return None

    def call_off(self, session: Session) -> int:
        """Groups that somebody left before all knew of each other: the others are told, once.

        Where two are left of three, they meet without a word about the third.
        """
        found = conversations.called_off(session, ConversationKind.PAIRING)
        return sum(self._called_off(session, each) for each in found)

    def _called_off(self, session: Session, found: ConversationView) -> int:
        at, pairing = self._clock(), rounds.of_conversation(session, found.id)
        this = rounds.get(session, pairing.round_id) if pairing else None
        programme = programmes.get(session, this.programme_id) if this else None
        if pairing is None or this is None or programme is None:
            return self._conversations.tell_called_off(session, found, member_replies.called_off)
        rounds.settle(session, pairing.id, PairingState.CANCELLED)
        there = [
            each
            for each in members.get_many(session, [seat.member_id for seat in found.participants])
            if not outbox.leaves_alone(each, at) and each.agreed(Purpose.BE_PAIRED)
        ]
        if len(there) > 1 and this.state is RoundState.ANNOUNCED:
            conversations.told_off(session, found.id)
            number = max(each.group_number for each in rounds.pairings(session, this.id)) + 1
            people = {each.id: each for each in there}
            self._rounds.begin_group(
                session, programme, this, number, people, Reasons(), messages=pairing.messages
            )
            return len(there)
        for partner in there:
            programmes.adjust(session, programme.id, partner.id, rested_last=True)
        return self._conversations.tell_called_off(session, found, member_replies.called_off)

    def _without(
        self, session: Session, found: PairingView, member: MemberView, others: Sequence[int]
    ) -> Parting | None:
        """Two of three go on: they are told, with their greeting where that is still to come."""
        rounds.withdraw(session, found.id, member.id)
        parting = self._conversations.leave(
            session,
            found.conversation_id or 0,
            member.id,
            lambda say, how: member_replies.one_cannot(
                say,
                member.name,
                carried=how is Parting.CARRIED,
                in_room=how is Parting.IN_ROOM,
            ),
        )
        if parting in (Parting.CARRIED, Parting.IN_ROOM):
            for number in others:
                rounds.spend(session, found.id, number)
        return parting

    def third(self, session: Session, found: PairingView, member: MemberView) -> bool:
        """Let a member whose group was called off meet others; False when nobody is left."""
        this = rounds.get(session, found.round_id)
        programme = programmes.get(session, this.programme_id) if this else None
        if this is None or programme is None or found.state is not PairingState.CANCELLED:
            return False
        return self._seated(session, this, programme, member, found.messages)

    def late(self, session: Session, round_id: int, member: MemberView) -> bool:
        """Let a member into a round that has just begun; False when nobody is left to meet."""
        this = rounds.get(session, round_id)
        programme = programmes.get(session, this.programme_id) if this else None
        if this is None or programme is None or not self._early(this, programme):
            return False
        return self._seated(session, this, programme, member, {})

    def offer(self, session: Session, programme: ProgrammeView, member: MemberView) -> int | None:
        """The round that a member who has just joined may still come to."""
        for this in rounds.in_state(session, RoundState.ANNOUNCED, programme.id):
            if self._early(this, programme) and chance(
                session, this, programme, member, self._clock()
            ):
                return this.id
        return None

    def _early(self, this: RoundView, programme: ProgrammeView) -> bool:
        begun = this.announced_at or self._clock()
        return self._clock() <= begun + timedelta(days=programme.days) / EARLY

    def _seated(
        self,
        session: Session,
        this: RoundView,
        programme: ProgrammeView,
        member: MemberView,
        sent: Mapping[int, int],
    ) -> bool:
        """Put a member into the best group that is left, and tell all of it."""
        found = None
        if this.state is RoundState.ANNOUNCED:
            found = chance(session, this, programme, member, self._clock())
        if found is None:
            return False
        before = {member.id: sent[member.id]} if member.id in sent else {}
        if found.pair is not None:
            if not rounds.settle(session, found.pair.id, PairingState.CANCELLED):
                return False
            self._conversations.end(session, found.pair.conversation_id or 0)
            before |= found.pair.messages
        else:
            self._rests_no_more(session, programme, this, [each.id for each in found.people])
        number = max(each.group_number for each in rounds.pairings(session, this.id)) + 1
        self._rounds.begin_group(
            session,
            programme,
            this,
            number,
            {each.id: each for each in found.people},
            found.why,
            messages=before,
            joining=member if found.pair is not None else None,
        )
        return True

    def _rests_no_more(
        self, session: Session, programme: ProgrammeView, this: RoundView, people: Sequence[int]
    ) -> None:
        """Who rested and meets somebody after all did not rest."""
        out = {each.id for each in this.plan.left_out}
        for part in programmes.participants(session, programme.id):
            if part.member_id in people and part.member_id in out and part.rests:
                programmes.adjust(session, programme.id, part.member_id, rests=part.rests - 1)

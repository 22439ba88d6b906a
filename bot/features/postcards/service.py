"""A postcard of three lines: written by one, agreed to by all, and asked about in six months."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Card, Reply, Submitted
from bot.core.commands import NOTHING, NUMBER, Group, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said_or_pressed
from bot.core.tokens import number_in
from bot.features.conversations.service import Conversations
from bot.features.postcards import replies
from bot.features.postcards.follow_up import ask_due
from bot.features.postcards.next_step import Stand, asked_again_at, missing, stand
from bot.features.postcards.replies import PostcardForm, PostcardNote
from bot.features.postcards.view import AGAIN, HALF_A_YEAR, asked_on, card_for, months_later
from bot.i18n import Words, later
from bot.jobs import PeriodicJob
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView
from knowledge.exchange import rounds
from knowledge.members import members
from knowledge.members.views import MemberView
from knowledge.postcards import postcards
from knowledge.postcards.postcards import PartView, PostcardView
from knowledge.vocabulary import MemberStatus, PostcardState, Reuse

GROUP = "group:"
"""Before the number of a round's group, where a button does not know the conversation."""


_POSTCARD = ("postcard", "postal", "carte")


class Postcards:
    """`postcard 7` and the buttons that follow it; they do the same again after a restart."""

    def __init__(
        self, *, database: Database, conversations_: Conversations, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        conversations_.listen_for(_POSTCARD, self.here)
        self._clock = clock
        self.jobs = (PeriodicJob("postcards", timedelta(minutes=10), self.look),)

    async def here(self, context: Context, number: int) -> Reply:
        """`postcard`, said in the conversation itself."""
        context.admit(Who.APPROVED)
        return await self._standing(context, str(number))

    @said_or_pressed(
        "postcard.write",
        "postcard",
        Group.PEOPLE,
        later("what you learnt from each other and will try, in three lines"),
        NOTHING,
        NUMBER,
        who=Who.APPROVED,
        words=_POSTCARD[1:],
        examples="postcard\npostcard 7",
    )
    async def postcard(self, context: Context, number: str) -> Reply:
        """`postcard 7`: write one, or see how it stands; `postcard` alone shows what there is."""
        if number:
            return await self._standing(context, number)
        member, at = context.me, self._clock()

        def find(session: Session) -> Reply:
            own = postcards.of_member(session, member.id)
            cards = [card_for(session, context.say, each, member.id, at) for each in own]
            taken = {each.conversation_id for each in own}
            talks = conversations.of_member(session, member.id)
            writable = [
                each
                for each in talks
                if each.id not in taken
                and postcards.may_be_written(postcards.of_conversation(session, each.id), member.id)
            ]
            return replies.listed(context.say, [card for card in cards if card], writable)

        return await self._database.read(find)

    @pressed("postcard.edit", who=Who.APPROVED)
    async def edit(self, context: Context, act: Act) -> Reply:
        """The form with what stands on a card that waits, or what was written in it."""
        member, at = context.me, self._clock()
        number, _, revision = act.subject.partition(":")
        if not isinstance(act, Submitted):
            return await self._standing(context, number, change=True)
        talk = await self._database.read(lambda session: _talk(session, number, member.id))
        before, due = number_in(revision), months_later(at, HALF_A_YEAR)
        told = PostcardForm.read(act.values, replies.form(context.say, talk.id, before, due))

        def write(session: Session) -> bool:
            people = _present(session, talk)
            if len(people) < 2:
                raise UserFacingError("nobody_for_a_postcard")
            made = postcards.write(
                session,
                talk.id,
                before,
                author_id=member.id,
                members=[each.id for each in people],
                learnt=told.learnt,
                will_try=told.will_try,
                at=at,
            )
            if made is not None:
                self._tell_others(session, made, member, people)
            return made is not None

        written = await self._database.write(write)
        standing = await self._standing(context, number)
        if written or not standing.cards:
            return standing
        return replies.changed_meanwhile(context.say, standing.cards[0])

    @pressed("postcard.approve", who=Who.APPROVED)
    async def approve(self, context: Context, act: Act) -> Reply:
        """Agree to the very words that the button stands under."""
        member, at = context.me, self._clock()
        said, _, revision = act.subject.partition(":")
        found = await self._own(context, said)

        def write(session: Session) -> bool:
            due = months_later(at, HALF_A_YEAR)
            done = postcards.approve(session, found.id, number_in(revision), member.id, at, due)
            now = postcards.get(session, found.id)
            if done and now is not None and now.state is PostcardState.APPROVED:
                self._tell_all(session, now, member)
            return done

        done = await self._database.write(write)
        standing = await self._standing(context, str(found.conversation_id))
        if done or found.state is not PostcardState.WAITING or not standing.cards:
            return standing
        return replies.changed_meanwhile(context.say, standing.cards[0])

    @pressed("postcard.drop", who=Who.MEMBER)
    async def drop(self, context: Context, act: Act) -> Reply:
        """Rather not, or take it back; the others are not told."""
        member, number = context.me, number_in(act.subject)

        def write(session: Session) -> None:
            found = postcards.get(session, number)
            if found is not None and found.part_of(member.id) is not None:
                mine = found.author_id == member.id
                postcards.drop(session, number, anew_by_author=mine)

        await self._database.write(write)
        return Reply(context.say("Nothing of it is kept, and nobody is asked about it."))

    @pressed("postcard.answer", who=Who.MEMBER)
    async def answer(self, context: Context, act: Act) -> Reply:
        """The subject is `7:TRIED`; what is said last counts."""
        member, at = context.me, self._clock()
        said, _, word = act.subject.partition(":")
        found = await self._own(context, said)
        if word not in list(postcards.ANSWERS):
            raise UserFacingError("unknown_action")
        part, reuse = _part(found, member.id), Reuse(word)
        again = asked_again_at(part, reuse, months_later(at, AGAIN))
        done = await self._database.write(
            lambda session: postcards.answer(session, found.id, member.id, reuse, at, again)
        )
        if done is None:
            raise UserFacingError("no_postcard")
        return replies.answered(context.say, done, reuse, again)

    @pressed("postcard.note", who=Who.MEMBER)
    async def note(self, context: Context, act: Act) -> Reply:
        """The form for a line, or the line."""
        found, member = await self._own(context, act.subject), context.me
        form = replies.note_form(context.say, found, _part(found, member.id))
        if not isinstance(act, Submitted):
            return Reply(context.say("What came of it?"), form=form)
        told = PostcardNote.read(act.values, form)
        await self._database.write(
            lambda session: postcards.note(session, found.id, member.id, told.note)
        )
        return Reply(context.say("Thank you, your line is kept, for you alone."))

    @pressed("postcard.case", who=Who.APPROVED)
    async def case(self, context: Context, act: Act) -> Reply:
        """The form of a case with what was tried in it."""
        member = context.me
        found = await self._own(context, act.subject)
        return replies.as_a_case(context.say, found, _part(found, member.id), self._clock())

    async def look(self) -> int:
        """Ask whoever is due; returns how many were asked."""
        at = self._clock()
        return await self._database.write(lambda session: ask_due(session, at))

    async def _standing(self, context: Context, said: str, *, change: bool = False) -> Reply:
        """How it stands for the caller, with what they can do."""
        member, at, say = context.me, self._clock(), context.say

        def find(session: Session) -> Reply:
            talk = _talk(session, said, member.id)
            found = postcards.of_conversation(session, talk.id)
            how = stand(found, member.id, change=change)
            if how is Stand.TO_WRITE:
                due = months_later(at, HALF_A_YEAR)
                shown = replies.form(say, talk.id, found.revision if found else 0, due, found)
                return Reply(shown.title, form=shown)
            card = card_for(session, say, found, member.id, at) if found else None
            if found is None or card is None or how is Stand.NONE_COMES:
                return Reply(
                    say(
                        "No postcard comes of this conversation. What you learnt stays yours to "
                        "use."
                    )
                )
            if how is Stand.AGREED:
                return replies.agreed(say, asked_on(found, at), card)
            if how is Stand.TO_DECIDE:
                return replies.to_decide(say, card)
            without = missing(found)
            names = [seat.name for seat in talk.participants if seat.member_id in without]
            return replies.waits(say, say.listed(names), card)

        return await self._database.read(find)

    async def _own(self, context: Context, said: str) -> PostcardView:
        """A card that the caller has a part in. Raises `no_postcard` for others'."""
        member, number = context.me, number_in(said)
        found = await self._database.read(lambda session: postcards.get(session, number))
        if found is None or found.part_of(member.id) is None:
            raise UserFacingError("no_postcard")
        return found

    def _tell_others(
        self,
        session: Session,
        found: PostcardView,
        author: MemberView,
        people: Sequence[MemberView],
    ) -> None:
        at = self._clock()
        cause = ("postcard", "written", str(found.id), str(found.revision))
        for other in people:
            if other.id == author.id:
                continue

            def said(say: Words, reader: int = other.id) -> Reply:
                card = card_for(session, say, found, reader, at)
                return replies.to_the_others(say, author.name, card or Card(""))

            outbox.tell(session, other, cause, said, at, subjects=[author.id])

    def _tell_all(self, session: Session, found: PostcardView, last: MemberView) -> None:
        """All agree: those who do not see it in answer to their own act are told."""
        at = self._clock()
        for part in found.parts:
            other = members.get(session, part.member_id)
            if other is None or other.id == last.id:
                continue

            def said(say: Words, reader: int = other.id) -> Reply:
                card = card_for(session, say, found, reader, at)
                return replies.agreed(say, asked_on(found, at), card or Card(""))

            cause = ("postcard", "agreed", str(found.id))
            about = [each.member_id for each in found.parts if each.member_id != other.id]
            outbox.tell(session, other, cause, said, at, subjects=about)


def _talk(session: Session, said: str, member_id: int) -> ConversationView:
    """A conversation of a member, by its number or a group's. Raises `conversation_not_found`."""
    number = number_in(said)
    if said.startswith(GROUP):
        pairing = rounds.pairing(session, number_in(said.removeprefix(GROUP)))
        number = pairing.conversation_id or 0 if pairing is not None else 0
    found = conversations.get(session, number)
    if found is None or found.seat_of(member_id) is None:
        raise UserFacingError("conversation_not_found", number=said)
    return found


def _present(session: Session, talk: ConversationView) -> list[MemberView]:
    """Those who took part and are still there."""
    people = members.get_many(session, [seat.member_id for seat in talk.participants])
    return [each for each in people if each.status is not MemberStatus.LEFT]


def _part(found: PostcardView, member_id: int) -> PartView:
    part = found.part_of(member_id)
    if part is None:
        raise UserFacingError("no_postcard")
    return part

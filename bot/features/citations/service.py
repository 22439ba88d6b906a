"""From a conversation to a cited case: the author's words, released by the author alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.contract import Card, Pressed, Reply
from bot.core.commands import NOTHING, NUMBER, Group, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed, said_or_pressed
from bot.features.citations import replies
from bot.features.citations.changed_words import ChangedWords
from bot.features.citations.names import named_in
from bot.features.citations.quotes import Way, proposed, ways
from bot.features.citations.replies import CitedCase
from bot.features.citations.source_conversation import Talk, read
from bot.features.conversations import replies as conversation_replies
from bot.i18n import later
from bot.jobs import PeriodicJob
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.citations import citations
from knowledge.citations.citations import CitedWords, ProposalView
from knowledge.conversations import conversations
from knowledge.members import members
from knowledge.search.index import Library
from knowledge.text.languages import detect
from knowledge.vocabulary import AskerShown, CitedPart, MemberStatus, ProposalState

PATIENCE = timedelta(days=14)
"""So long an asker is waited for; after that they are not mentioned."""
READ = 500
"""Lines of a conversation that are read for sentences."""


class Citations:
    """`cite 7` and the buttons that follow it; they do the same again after a restart."""

    def __init__(
        self, *, database: Database, library: Library, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self.parts = (ChangedWords(database=database, clock=clock),)
        self.jobs = (PeriodicJob("cases from conversations", timedelta(hours=1), self.look),)

    @said_or_pressed(
        "cite.start",
        "cite",
        Group.PEOPLE,
        later("make a case of what an expert told you, or of what you told"),
        NOTHING,
        NUMBER,
        who=Who.MEMBER,
        examples="cite 7",
    )
    async def cite(self, context: Context, number: str) -> Reply:
        """`cite 7`: begin, or see how it stands; `cite` alone shows the conversations."""
        if number:
            return await self._start(context, number)
        member = context.me
        found = await self._database.read(
            lambda session: conversations.of_member(session, member.id)
        )
        return conversation_replies.listed(context.say, found, member.id)

    async def about(self, context: Context, question_id: int) -> Reply | None:
        """Begin with the conversation about a question; None where there is none."""
        number = await self._database.read(
            lambda session: citations.conversation_about(session, question_id)
        )
        return await self._start(context, str(number)) if number is not None else None

    @pressed("cite.edit", who=Who.APPROVED)
    async def edit(self, context: Context, act: Act) -> Reply:
        """The form for the author, or what they wrote in it, which they release by sending it."""
        talk = await self._talk(context, act.subject)
        _only_the_author(talk)
        if isinstance(act, Pressed):
            return await self._form(context, talk)
        form = replies.form(context.say, talk.number, CitedWords())
        told = _words(CitedCase.read(act.values, form))
        with beside("text", form, act.values):
            if named := named_in(f"{told.title}\n{told.text}", talk.others):
                raise UserFacingError("names_other", name=named[0])
        await self._released(talk, told)
        return await self._standing(context, await self._talk(context, act.subject))

    @pressed("cite.approve", who=Who.MEMBER)
    async def approve(self, context: Context, act: Act) -> Reply:
        """The author releases the words as they stand."""
        talk = await self._talk(context, act.subject)
        _only_the_author(talk)
        if talk.proposal is None or not talk.proposal.words.text:
            return await self._standing(context, talk)
        await self._released(talk, None)
        return await self._standing(context, await self._talk(context, act.subject))

    @pressed("cite.refuse", who=Who.MEMBER)
    async def refuse(self, context: Context, act: Act) -> Reply:
        """The author would rather not."""
        talk = await self._talk(context, act.subject)
        _only_the_author(talk)
        found = talk.proposal
        if found is not None and found.state is ProposalState.QUEUED:
            return await self._standing(context, talk)
        if found is not None:
            await self._database.write(lambda session: citations.refuse(session, found.id))
        return Reply(
            context.say(
                "It stays between the two of you: nothing is published, and nothing more is asked."
            )
        )

    @pressed("cite.quote", who=Who.MEMBER)
    async def quote(self, context: Context, act: Act) -> Reply:
        """`7:ROLE:mark`: how the caller is quoted, in the words that the mark stands for."""
        number, _, chosen = act.subject.partition(":")
        talk = await self._talk(context, number)
        found = talk.proposal
        if found is None or found.quote(talk.part) is None:
            raise UserFacingError("nothing_to_cite", number=talk.number)
        offered = await self._ways(context, talk)
        way = next((way for way in offered if f"{way}:{offered[way].mark}" == chosen), None)
        if found.state is ProposalState.QUEUED and way is not AskerShown.HIDDEN:
            return await self._standing(context, talk)
        if way is None:
            return self._choices(context, talk, found, offered, again=True)
        at = self._clock()

        def write(session: Session) -> Reply:
            now = citations.of_conversation(session, talk.number)
            if now is None or now.quote(talk.part) is None:
                raise UserFacingError("nothing_to_cite", number=talk.number)
            if now.state is ProposalState.QUEUED:
                citations.withdraw_from(session, now.id, talk.part, at)
                return Reply(context.say("You are not mentioned there any more."))
            line, plain = offered[way].wording, offered[way].plain
            citations.choose(
                session, now.id, talk.part, shown=way, wording=line, plain=plain, at=at
            )
            return replies.chosen(context.say, line, citations.queue(session, now.id, at))

        return await self._database.write(write)

    async def on_page(self, context: Context) -> Sequence[Card]:
        """What waits for somebody's decision, for their home page."""
        member = context.member
        if member is None or member.status is not MemberStatus.ACTIVE:
            return ()
        found = await self._database.read(lambda session: citations.waiting_for(session, member.id))
        return [replies.waiting(context.say, each, part) for each, part in found]

    async def look(self) -> int:
        """Wait for no asker for ever; returns how many cases came of it."""
        at = self._clock()

        def write(session: Session) -> int:
            made = 0
            for found in citations.silent(session, at - PATIENCE):
                asker = found.quote(CitedPart.ASKER)
                if asker is not None and asker.shown is None:
                    citations.choose(
                        session,
                        found.id,
                        CitedPart.ASKER,
                        shown=AskerShown.HIDDEN,
                        wording="",
                        plain="",
                        at=at,
                    )
                made += citations.queue(session, found.id, at) is not None
            return made

        return await self._database.write(write)

    async def _start(self, context: Context, number: str) -> Reply:
        context.admit(Who.APPROVED)
        talk = await self._talk(context, number)
        found = talk.proposal
        taken_up = found is not None and found.state is not ProposalState.REFUSED
        if taken_up or (found is not None and talk.part is CitedPart.ASKER):
            return await self._standing(context, talk)
        if talk.part is CitedPart.EXPERT:
            return await self._form(context, talk)
        told = await self._sentences(talk)
        at = self._clock()

        def write(session: Session) -> None:
            made = _propose(session, talk, told, at)
            expert = members.get(session, talk.expert.member_id)
            if expert is not None and made.state is ProposalState.PROPOSED:
                cause = ("cite", "proposed", str(made.id))
                topic = talk.found.topic
                said = partial(replies.to_the_expert, found=made, topic=topic)
                about = [seat.member_id for seat in talk.found.participants]
                outbox.tell(session, expert, cause, said, at, kept=True, subjects=about)

        await self._database.write(write)
        return replies.proposed(context.say, talk.expert.name)

    async def _form(self, context: Context, talk: Talk) -> Reply:
        found = talk.proposal
        if found is not None and found.state is ProposalState.QUEUED:
            return await self._standing(context, talk)
        told = found.words if found is not None else CitedWords()
        if not told.text:
            told = await self._sentences(talk)
        shown = replies.form(context.say, talk.number, told)
        return Reply(shown.title, form=shown)

    async def _sentences(self, talk: Talk) -> CitedWords:
        def find(session: Session) -> list[str]:
            kept = conversations.lines(session, talk.number, READ)
            return [line.text for line in kept if line.participant_id == talk.expert.id]

        said = await self._database.read(find)
        expert = await self._database.read(
            lambda session: members.get(session, talk.expert.member_id)
        )
        if expert is None:
            raise UserFacingError("not_to_cite", number=talk.number)
        return await proposed(self._library, talk.question, said, expert, talk.others)

    async def _released(self, talk: Talk, told: CitedWords | None) -> None:
        """The author agrees to their words, and the asker is asked how they are quoted."""
        at = self._clock()

        def write(session: Session) -> None:
            now = citations.of_conversation(session, talk.number)
            if now is None or now.state is ProposalState.REFUSED:
                if told is None:
                    return
                now = _propose(session, talk, told, at)
            if told is not None:
                citations.reword(session, now.id, told)
            if not citations.approve(session, now.id, at) or talk.asker_id is None:
                return
            asker = members.get(session, talk.asker_id)
            made = citations.of_conversation(session, talk.number)
            if asker is None or made is None:
                return
            crowd = members.crowd(session)
            offered = ways(asker, crowd, CitedPart.ASKER, made.words.language, at)
            lines, subjects = _offered(talk.number, offered)
            outbox.tell(
                session,
                asker,
                ("cite", "asker", str(made.id), at.isoformat()),
                lambda say: replies.choices(say, made, CitedPart.ASKER, lines, subjects),
                at,
                kept=True,
                subjects=[talk.expert.member_id],
            )

        await self._database.write(write)

    async def _standing(self, context: Context, talk: Talk) -> Reply:
        """How it stands for the caller, with what they can do."""
        found, say = talk.proposal, context.say
        if found is None or found.state is ProposalState.REFUSED:
            return Reply(
                say("No case comes of this conversation. What you were told stays yours to use.")
            )
        if found.state is ProposalState.QUEUED:
            return replies.standing(say, found, published=talk.published)
        if found.state is ProposalState.PROPOSED:
            if talk.part is CitedPart.EXPERT:
                return replies.to_the_expert(say, found, talk.found.topic)
            return Reply(
                say("{name} has not decided yet whether it becomes a case.", name=talk.expert.name)
            )
        quote = found.quote(talk.part)
        if quote is not None and quote.shown is not None:
            return replies.chosen(say, quote.wording, None)
        return self._choices(context, talk, found, await self._ways(context, talk))

    async def _ways(self, context: Context, talk: Talk) -> Mapping[AskerShown, Way]:
        member, found = context.me, talk.proposal
        language = found.words.language if found is not None else "en"
        crowd = await self._database.read(members.crowd)
        return ways(member, crowd, talk.part, language, self._clock())

    def _choices(
        self,
        context: Context,
        talk: Talk,
        found: ProposalView,
        offered: Mapping[AskerShown, Way],
        *,
        again: bool = False,
    ) -> Reply:
        lines, subjects = _offered(talk.number, offered)
        return replies.choices(context.say, found, talk.part, lines, subjects, again=again)

    async def _talk(self, context: Context, number: str) -> Talk:
        member = context.me
        return await self._database.read(lambda session: read(session, member.id, number))


def _propose(session: Session, talk: Talk, told: CitedWords, at: datetime) -> ProposalView:
    return citations.propose(
        session,
        talk.number,
        question_id=talk.question_id if talk.asker_id is not None else None,
        expert_id=talk.expert.member_id,
        asker_id=talk.asker_id,
        words=told,
        at=at,
    )


def _only_the_author(talk: Talk) -> None:
    if talk.part is not CitedPart.EXPERT:
        raise UserFacingError("not_the_author")


def _offered(
    number: int, offered: Mapping[AskerShown, Way]
) -> tuple[dict[AskerShown, str], dict[AskerShown, str]]:
    """What is published for each way, and the subject of its button."""
    lines = {way: each.wording for way, each in offered.items()}
    return lines, {way: f"{number}:{way}:{each.mark}" for way, each in offered.items()}


def _words(told: CitedCase) -> CitedWords:
    language = detect(f"{told.title}\n{told.text}")
    words = CitedWords(told.title, told.text, told.place, told.country, told.level)
    return replace(words, language=language)

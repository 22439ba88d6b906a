"""The home page: built anew from what is stored, whoever asks for it and wherever it is shown."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.contract import Card, Reply
from bot.core.commands import Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.handlers import pressed, said
from bot.features.home import replies
from bot.features.members import entrance_replies
from bot.features.members.membership import load
from bot.features.questions.own_questions import mine, standing
from bot.i18n import later
from bot.storage.database import Database
from knowledge.brokering import brokering
from knowledge.cases import cases, reports, review_cycle
from knowledge.cases.gaps import LOOKING_BACK
from knowledge.members import members
from knowledge.questions import questions
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import CaseState, MemberStatus, QuestionState

QUESTIONS_SHOWN = 2
"""How far back unanswered questions are counted."""

Section = Callable[[Context], Awaitable[Sequence[Card]]]
"""What a feature has to show on somebody's page at present; nothing to show is no card."""


class Home:
    """One page per person. `waiting`: sections of features that wait for the person's answer."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        waiting: Sequence[Section] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._sections = (self._of_stewards, *waiting)

    @said("home", Group.PROFILE, later("what concerns you, on one page"))
    async def said(self, context: Context, intent: Intent) -> Reply:
        """`home`: the page where a platform has none of its own."""
        return await self.show(context)

    @pressed("home.show", who=Who.EVERYONE)
    async def page(self, context: Context, act: Act) -> Reply:
        """The button that leads there."""
        return await self.show(context)

    @pressed("home.settings", who=Who.JOINED)
    async def settings(self, context: Context, act: Act) -> Reply:
        """What somebody set once: profile, contacts, consents, data."""
        number = context.me.id
        profile = await self._database.read(lambda session: load(session, number))
        return replies.all_settings(context.say, profile, self._clock())

    async def show(self, context: Context) -> Reply:
        """The page as it is now."""
        say, member = context.say, context.member
        found = [one for one in await mine(self._database, context) if _is_open(one)]
        if member is None or member.status is MemberStatus.LEFT:
            first = replies.welcome(say, len(found))
        elif member.status is MemberStatus.INVITED:
            first = replies.invited(say, member)
        else:
            first = replies.greeting(say, member, len(found))
        cards: list[Card] = []
        for section in self._sections:
            cards += await section(context)
        shown = found[:QUESTIONS_SHOWN]
        how = await standing(self._database, context, shown, self._clock())
        cards += replies.questions(say, shown, how)
        cards += await self._about_them(context)
        return replies.page(say, first, cards, more=len(found) > QUESTIONS_SHOWN)

    async def _about_them(self, context: Context) -> Sequence[Card]:
        say, member = context.say, context.member
        if member is None or member.status is MemberStatus.LEFT:
            return (replies.way_in(say), replies.data(say))
        profile = await self._database.read(lambda session: load(session, member.id))
        if member.status is MemberStatus.INVITED:
            return (entrance_replies.invitation_card(say, profile),)
        return (replies.settings(say, profile, self._clock()),)

    async def _of_stewards(self, context: Context) -> Sequence[Card]:
        if not context.steward:
            return ()
        since = self._clock() - LOOKING_BACK

        def count(session: Session) -> replies.Waiting:
            return replies.Waiting(
                drafts=cases.count(session, CaseState.DRAFT),
                flags=reports.count(session),
                people=members.count(session, MemberStatus.UNVERIFIED),
                sought=brokering.count(session),
                due=review_cycle.how_many(session)[0],
                unanswered=questions.unanswered(session, since),
                days=LOOKING_BACK.days,
            )

        return (replies.stewards(context.say, await self._database.read(count)),)


def _is_open(question: QuestionView) -> bool:
    return question.state is QuestionState.OPEN

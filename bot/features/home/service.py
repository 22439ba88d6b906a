"""The home page: built anew from what is stored, whoever asks for it and wherever it is shown."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Card, Reply
from bot.core.commands import Intent
from bot.core.context import Actions, Caller, Verbs
from bot.features.home import replies as wording
from bot.features.members.membership import load
from bot.features.questions.own_questions import mine, standing
from bot.storage.database import Units
from knowledge.cases import cases
from knowledge.cases import reports as flags
from knowledge.cases import review_cycle as freshness
from knowledge.members import members
from knowledge.questions import questions
from knowledge.views import QuestionView
from knowledge.vocabulary import CaseState, MemberStatus, QuestionState

QUESTIONS_SHOWN = 4
GAPS = timedelta(days=90)
"""How far back unanswered questions are counted."""

Section = Callable[[Caller], Awaitable[Sequence[Card]]]
"""What a feature has to show on somebody's page at present; nothing to show is no card."""


class Homepage:
    """One page per person. `waiting`: sections of features that wait for the person's answer."""

    def __init__(
        self,
        *,
        units: Units,
        clock: Callable[[], datetime],
        waiting: Sequence[Section] = (),
    ) -> None:
        self._units = units
        self._clock = clock
        self._sections = (*waiting, self._about_them, self._of_stewards)
        self.verbs: Verbs = {"home": self.said}
        self.actions: Actions = {}

    async def said(self, caller: Caller, intent: Intent) -> Reply:
        """`home`: the page where a platform has none of its own."""
        return await self.show(caller)

    async def show(self, caller: Caller) -> Reply:
        """The page as it is now."""
        say, member = caller.say, caller.member
        found = [one for one in await mine(self._units, caller) if _is_open(one)]
        if member is None or member.status is MemberStatus.LEFT:
            first = wording.welcome(say, len(found))
        elif member.status is MemberStatus.INVITED:
            first = wording.invited(say, member)
        else:
            first = wording.greeting(say, member, len(found))
        shown = found[:QUESTIONS_SHOWN]
        how = await standing(self._units, caller, shown, self._clock())
        cards = wording.questions(say, shown, how)
        for section in self._sections:
            cards += await section(caller)
        return wording.page(say, first, cards, more=len(found) > QUESTIONS_SHOWN)

    async def _about_them(self, caller: Caller) -> Sequence[Card]:
        say, member = caller.say, caller.member
        if member is None or member.status is MemberStatus.LEFT:
            return (wording.way_in(say), wording.data(say))
        profile = await self._units.read(lambda session: load(session, member.id))
        if member.status is MemberStatus.INVITED:
            return (wording.invitation(say, profile),)
        return (
            wording.profile(say, profile),
            wording.availability(say, profile.member, self._clock()),
            wording.consents(say, profile.member),
            wording.data(say),
        )

    async def _of_stewards(self, caller: Caller) -> Sequence[Card]:
        if not caller.steward:
            return ()
        since = self._clock() - GAPS

        def count(session: Session) -> wording.Waiting:
            return wording.Waiting(
                drafts=cases.count(session, CaseState.DRAFT),
                flags=flags.count(session),
                people=members.count(session, MemberStatus.UNVERIFIED),
                due=freshness.how_many(session)[0],
                unanswered=questions.unanswered(session, since),
                days=GAPS.days,
            )

        return (wording.stewards(caller.say, await self._units.read(count)),)


def _is_open(question: QuestionView) -> bool:
    return question.state is QuestionState.OPEN

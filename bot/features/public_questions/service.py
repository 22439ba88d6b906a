"""Ask the community: a question goes to channels of the other one, and answers come back."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Edited, Quoted, Removed, Reply, Said
from bot.core.commands import Intent
from bot.core.context import Act, Actions, Caller, Verbs
from bot.core.errors import UserFacingError
from bot.features.cases import draft_replies as drafting
from bot.features.cases.draft_replies import Origin
from bot.features.conversations.service import Told
from bot.features.public_questions import replies as wording
from bot.features.public_questions.posting import Posting, number_of, own, rooms_of
from bot.features.public_questions.resolution import Settling
from bot.features.public_questions.thread_answers import Hearing
from bot.jobs import Tick
from bot.storage.database import Units
from knowledge.public_questions import posts as community
from knowledge.public_questions import thread_answers as public_answers
from knowledge.vocabulary import PostState


class AskingTheCommunity:
    """`community 17`, `solution 41`, the buttons, and what is written below posted questions."""

    def __init__(self, *, units: Units, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._posting = Posting(units=units, clock=clock)
        self._settling = Settling(units=units, clock=clock)
        self._hearing = Hearing(units=units, settling=self._settling, clock=clock)
        self.verbs: Verbs = {"community": self.community, "solution": self.solution}
        self.actions: Actions = {
            "community.form": self._posting.form,
            "community.post": self._posting.post,
            "community.answer": self._hearing.answer,
            "community.show": self.show,
            "community.close": self.close,
            "community.withdraw": self.withdraw,
            "community.solution": self.press_solution,
            "community.case": self.case,
        }
        self.ticks = (
            Tick("questions to the community", timedelta(minutes=1), self._settling.look),
        )

    async def hear(self, caller: Caller, act: Said | Edited | Removed) -> Told:
        """Take in what belongs to a posted question; None for anything else."""
        return await self._hearing.hear(caller, act)

    async def community(self, caller: Caller, intent: Intent) -> Reply:
        """`community`, `community 17`, `community 17 close`, `community 17 withdraw`."""
        if not intent.object:
            return await self._listed(caller)
        number = number_of(intent.object)
        match intent.text.casefold():
            case "close":
                return await self._settling.close(caller, number)
            case "withdraw":
                return await self._settling.withdraw(caller, number)
        return await self._shown(caller, number)

    async def solution(self, caller: Caller, intent: Intent) -> Reply:
        """`solution 41`: the answer of that number solved the question."""
        return await self._settling.solved_by(caller, _answer_number(intent.object))

    async def show(self, caller: Caller, act: Act) -> Reply:
        return await self._shown(caller, number_of(act.subject))

    async def close(self, caller: Caller, act: Act) -> Reply:
        return await self._settling.close(caller, number_of(act.subject))

    async def withdraw(self, caller: Caller, act: Act) -> Reply:
        return await self._settling.withdraw(caller, number_of(act.subject))

    async def press_solution(self, caller: Caller, act: Act) -> Reply:
        return await self._settling.solved_by(caller, _answer_number(act.subject))

    async def case(self, caller: Caller, act: Act) -> Reply:
        """The form of a draft case with the words of one's own answer in it."""
        caller.approved()
        number = _answer_number(act.subject)
        answer = await self._units.read(lambda session: public_answers.get(session, number))
        if answer is None or answer.account_key != caller.person.key:
            raise UserFacingError("answer_not_found", number=number)
        date = f"{answer.at:%Y-%m-%d}"
        quoted = Quoted(answer.text, caller.person.user_id, "", date)
        return drafting.opened(caller.say, Origin("own", date), quoted)

    async def _listed(self, caller: Caller) -> Reply:
        member = caller.known()
        found = await self._units.read(lambda session: community.of_asker(session, member.id))
        known = [one for one in found if one.stands or one.state is PostState.DRAFT]
        return wording.listed(
            caller.say, [(one.id, one.agreed.text, one.state) for one in reversed(known)]
        )

    async def _shown(self, caller: Caller, number: int) -> Reply:
        """How a posted question stands; the form for one that is not posted."""

        def look(session: Session) -> Reply | None:
            own(session, caller, number)
            found = community.get(session, number)
            if found is None or not found.stands:
                return None
            how = wording.Standing(
                number,
                found.agreed.text,
                found.state,
                rooms_of(session, number),
                public_answers.of_question(session, number),
            )
            return wording.standing(caller.say, how)

        return await self._units.read(look) or await self._posting.begin(caller, number)


def _answer_number(said: str) -> int:
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise UserFacingError("answer_not_found", number=said[:12])
    return int(said)

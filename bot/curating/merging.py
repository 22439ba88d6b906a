"""A draft that says the same as another case is merged into it."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.caller import Actions, Caller, Verbs
from bot.contract import Pressed, Reply, Submitted
from bot.curating.reading import case_of, number_of
from bot.errors import InvalidForm, UserFacingError
from bot.profiles.onboarding import Answers
from bot.units import Units
from bot.wording.curating import merging as wording
from bot.wording.refusals import sentence
from knowledge import audit, cases
from knowledge.views import CaseView
from knowledge.vocabulary import CaseState

CAN_TAKE = (CaseState.DRAFT, CaseState.PUBLISHED)


class Merging:
    """The button beside a near duplicate. Its subject names both cases as they were read."""

    def __init__(self, *, units: Units, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._clock = clock
        self.verbs: Verbs = {}
        self.actions: Actions = {"case.merge": self.merge}

    async def merge(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """Ask whose words stay, or merge. The subject is `draft:other:mark`."""
        say = caller.trusted().say
        numbers, _, seen = act.subject.rpartition(":")
        first, _, second = numbers.partition(":")
        draft_id, into_id = number_of(first), number_of(second)
        draft, into = await self._units.read(
            lambda session: _mergeable(session, draft_id, into_id, seen)
        )
        asked = wording.question(say, draft, into)
        if isinstance(act, Pressed):
            return asked
        keep = Answers(act.values).text("keep", 10)
        if keep not in wording.KEEP:
            error = InvalidForm({"keep": UserFacingError("missing")})
            problem = sentence(say, error.problems["keep"])
            return Reply(sentence(say, error), form=asked.form, errors={"keep": problem})
        merged = await self.merge_cases(
            caller.actor, draft_id, into_id, keep_draft=keep == wording.DRAFT, seen=seen
        )
        return wording.merged(say, draft_id, merged)

    async def merge_cases(
        self, actor: str, draft_id: int, into_id: int, *, keep_draft: bool, seen: str = ""
    ) -> CaseView:
        """Merge a draft into another case. `seen`: the mark of what the steward read of both.

        Raises `case_not_found`, `same_case`, `case_decided`, `changed_meanwhile`.
        """
        at = self._clock()

        def write(session: Session) -> CaseView:
            _mergeable(session, draft_id, into_id, seen)
            cases.merge(session, draft_id, into_id, keep_draft=keep_draft, at=at)
            audit.record(session, actor, "case.merge", f"case:{draft_id}", f"case:{into_id}")
            return case_of(session, into_id)

        return await self._units.write(write)


def _mergeable(
    session: Session, draft_id: int, into_id: int, seen: str
) -> tuple[CaseView, CaseView]:
    draft, into = case_of(session, draft_id), case_of(session, into_id)
    if draft.id == into.id:
        raise UserFacingError("same_case")
    if draft.state is not CaseState.DRAFT:
        raise UserFacingError("case_decided", number=draft_id, state=draft.state)
    if into.state not in CAN_TAKE:
        raise UserFacingError("case_decided", number=into_id, state=into.state)
    if seen and wording.mark_of_both(draft, into) != seen:
        raise UserFacingError("changed_meanwhile")
    return draft, into

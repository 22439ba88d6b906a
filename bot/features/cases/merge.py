"""A draft that says the same as another case is merged into it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed
from bot.core.tokens import number_of
from bot.features.cases import merge_replies
from bot.features.cases.forms import DRAFT, MergedCase
from bot.features.cases.lookup import case_of
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.cases import cases
from knowledge.cases.views import CaseView
from knowledge.lifecycle.personal_data import subject
from knowledge.members import audit, members
from knowledge.vocabulary import CaseState

CAN_TAKE = (CaseState.DRAFT, CaseState.PUBLISHED)


class CaseMerge:
    """The button beside a near duplicate. Its subject names both cases as they were read."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @pressed("case.merge", who=Who.STEWARD)
    async def merge(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Ask whose words stay, or merge. The subject is `draft:other:mark`."""
        say = context.say
        numbers, _, seen = act.subject.rpartition(":")
        first, _, second = numbers.partition(":")
        draft_id, into_id = number_of(first, "case_not_found"), number_of(second, "case_not_found")
        draft, into = await self._database.read(
            lambda session: _mergeable(session, draft_id, into_id, seen)
        )
        form = merge_replies.form(say, draft, into)
        if isinstance(act, Pressed):
            return merge_replies.question(say, draft, into, form)
        told = MergedCase.read(act.values, form)
        merged = await self.merge_cases(
            context.actor, draft_id, into_id, keep_draft=told.keep == DRAFT, seen=seen
        )
        return merge_replies.merged(say, draft_id, merged)

    async def merge_cases(
        self, actor: str, draft_id: int, into_id: int, *, keep_draft: bool, seen: str = ""
    ) -> CaseView:
        """Merge a draft into another case. `seen`: the mark of what the steward read of both.

        Raises `case_not_found`, `same_case`, `case_decided`, `changed_meanwhile`.
        """
        at = self._clock()

        def write(session: Session) -> CaseView:
            draft, _ = _mergeable(session, draft_id, into_id, seen)
            cases.merge(session, draft_id, into_id, keep_draft=keep_draft, at=at)
            audit.record(session, actor, "case.merge", f"case:{draft_id}", f"case:{into_id}")
            merged = case_of(session, into_id)
            _tell_author(session, draft, merged, actor, at)
            return merged

        return await self._database.write(write)


def _tell_author(
    session: Session, draft: CaseView, into: CaseView, actor: str, at: datetime
) -> None:
    """What became of a draft, written to its author, who may have merged it themselves."""
    if draft.author_id is None or actor == subject(draft.author_id):
        return
    author = members.get(session, draft.author_id)
    if author is not None:
        cause = ("case", str(draft.id), "merged")
        said = partial(merge_replies.told, draft=draft, into=into)
        outbox.tell(session, author, cause, said, at, kept=True)


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
    if seen and merge_replies.mark_of_both(draft, into) != seen:
        raise UserFacingError("changed_meanwhile")
    return draft, into

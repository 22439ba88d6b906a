"""Words that their author released stay released: another's change of them goes back to them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.contract import Reply
from bot.core.commands import Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed
from bot.core.tokens import number_in
from bot.features.citations import replies
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.cases import cases
from knowledge.cases.views import CaseDraft, CaseView
from knowledge.citations import citations
from knowledge.citations.citations import CitedWords, ProposalView
from knowledge.lifecycle.personal_data import subject
from knowledge.members import members
from knowledge.vocabulary import CaseState, MemberStatus


def as_released(
    session: Session, case: CaseView, draft: CaseDraft, actor: str, at: datetime
) -> CaseDraft:
    """What of an edit may be written now: of a cited case not its words, which their author gets.

    Saved with the words that it has, what had waited for the author is taken back. Raises
    `no_author_to_ask` where there is nobody any more who could agree.
    """
    found = citations.of_cases(session, [case.id]).get(case.id)
    if found is None or (found.expert_id is not None and actor == subject(found.expert_id)):
        return draft
    if (draft.title, draft.text) == (case.title, case.text):
        citations.suggest(session, found.id, "", "")
        return draft
    author = members.get(session, found.expert_id or 0)
    if author is None or author.status is MemberStatus.LEFT:
        raise UserFacingError("no_author_to_ask", number=case.id)
    citations.suggest(session, found.id, draft.title, draft.text)
    changed = replace(found, words=CitedWords(draft.title, draft.text))
    cause = ("cite", "changed", str(found.id), replies.mark_of(changed), at.isoformat())
    said = partial(replies.changed, case=case, found=changed)
    outbox.tell(session, author, cause, said, at, kept=True, subjects=[author.id])
    return replace(draft, title=case.title, text=case.text)


class ChangedWords:
    """The author's two buttons; their subject is `case:mark` of the words under them."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @pressed("cite.agree", who=Who.MEMBER)
    async def agree(self, context: Context, act: Act) -> Reply:
        """The author agrees to the changed words: from now on the case reads like this."""
        member, at = context.me, self._clock()

        def write(session: Session) -> Reply:
            case, found = _waiting(session, member.id, act.subject)
            draft = replace(cases.draft_of(case), title=found.words.title, text=found.words.text)
            cases.edit(session, case.id, draft, at=at)
            citations.suggest(session, found.id, "", "")
            return Reply(
                context.say("Thank you. Case {number} reads like this now.", number=case.id)
            )

        return await self._database.write(write)

    @pressed("cite.keep", who=Who.MEMBER)
    async def keep(self, context: Context, act: Act) -> Reply:
        """The author keeps the words that they released."""
        member = context.me

        def write(session: Session) -> Reply:
            case, found = _waiting(session, member.id, act.subject)
            citations.suggest(session, found.id, "", "")
            return Reply(context.say("Case {number} stays as you released it.", number=case.id))

        return await self._database.write(write)


def _waiting(session: Session, member_id: int, said: str) -> tuple[CaseView, ProposalView]:
    """A case and the change that waits for this member. Raises `change_gone`."""
    number, _, mark = said.partition(":")
    case = cases.get(session, number_in(number))
    found = citations.of_cases(session, [case.id]).get(case.id) if case is not None else None
    if case is None or found is None or found.expert_id != member_id:
        raise UserFacingError("not_the_author")
    open_ = case.state in (CaseState.DRAFT, CaseState.PUBLISHED)
    if not open_ or not found.words.text or replies.mark_of(found) != mark:
        raise UserFacingError("change_gone")
    return case, found

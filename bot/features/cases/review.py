"""Cases before they answer questions: imported, looked at, published, rejected, retired."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Group, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said_or_pressed
from bot.core.tokens import number_in, number_of
from bot.features.cases import draft_replies, review_replies
from bot.features.cases.forms import EditedCase, RejectedCase, RetiredCase
from bot.features.cases.near_duplicates import NearDuplicates
from bot.features.cases.version_token import mark
from bot.i18n import later
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.cases import cases, reports, review_cycle
from knowledge.cases.cases import Added, Outcome
from knowledge.cases.tables import CaseSnippet
from knowledge.cases.versions import Change
from knowledge.cases.views import CaseDraft, CaseView
from knowledge.citations import citations
from knowledge.lifecycle.personal_data import subject
from knowledge.members import audit, members
from knowledge.text.near_duplicates import Fingerprints
from knowledge.vocabulary import CaseState, ChangeKind, EditorKind

SHOWN = 5
UNIT = 50
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportedCase:
    """What came of one draft; `near`: (number, similarity) of older cases that say the same."""

    id: int
    key: str
    title: str
    outcome: Outcome
    near: Sequence[tuple[int, float]] = ()

    @property
    def problem(self) -> str:
        """One sentence for the operator, or ""."""
        if not self.near:
            return ""
        number, likeness = self.near[0]
        return (
            f"“{self.title[:80]}” says nearly the same as case {number} ({likeness:.0%} alike);"
            " it waits in the queue."
        )


class ReviewQueue:
    """The review queue. Callers with `actor` arguments vouch for who acts."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        on_published: Callable[[Session, CaseView, datetime], CaseView],
        as_released: Callable[[Session, CaseView, CaseDraft, str, datetime], CaseDraft],
    ) -> None:
        """`on_published`: what else happens in the unit that publishes a case; returns the case.

        `as_released`: what of an edit of a case may be written now, by whom and when.
        """
        self._database = database
        self._clock = clock
        self._on_published = on_published
        self._as_released = as_released
        self.near = NearDuplicates(database=database)

    async def import_cases(
        self,
        actor: str,
        drafts: Sequence[CaseDraft],
        publish: bool = False,
        progress: Progress | None = None,
    ) -> list[ImportedCase]:
        """Bring cases in, UNIT at a time; near duplicates stay drafts even with `publish`."""
        done: list[ImportedCase] = []
        seen = Fingerprints()
        for start in range(0, len(drafts), UNIT):
            part = drafts[start : start + UNIT]
            stored = await self.near.like(part)
            earlier: list[list[tuple[int, float]]] = []
            for number, draft in enumerate(part):
                text = f"{draft.title}\n{draft.text}"
                earlier.append(seen.similar(text))
                seen.add(number, text)
            done += await self._database.write(
                lambda session, part=part, stored=stored, earlier=earlier: _bring_in(  # type: ignore[misc]
                    session, part, stored, earlier, publish
                )
            )
            seen = Fingerprints()  # what was written is found in the store from here on
            if progress:
                progress(len(done), len(drafts))
        changed = sum(case.outcome is not Outcome.SAME for case in done)
        if changed:
            detail = f"{changed} of {len(done)}"
            await self._database.write(
                lambda session: audit.record(session, actor, "cases.import", "cases", detail)
            )
        return done

    async def approve_case(self, actor: str, case_id: int) -> CaseView:
        """Publish a draft. Raises `case_not_found`, or `case_decided` when somebody was quicker."""
        return await self._decide(actor, case_id, "case.approve", CaseState.PUBLISHED, "")

    async def reject_case(self, actor: str, case_id: int, reason: str) -> CaseView:
        """Turn a draft down. Raises `reason_needed`, `case_not_found`, `case_decided`."""
        if not reason.strip():
            raise UserFacingError("reason_needed")
        return await self._decide(actor, case_id, "case.reject", CaseState.REJECTED, reason.strip())

    async def retire_case(self, actor: str, case_id: int, reason: str = "") -> CaseView:
        """Take a published case out of the library. Raises `case_not_published`."""
        return await self._decide(actor, case_id, "case.retire", CaseState.RETIRED, reason.strip())

    async def edit_case(
        self, actor: str, case_id: int, draft: CaseDraft, *, seen: str = "", note: str = ""
    ) -> CaseView:
        """Give a case other words; `seen` is the mark of what the editor had before them.

        `note` tells every reader what changed. Whoever edits a published case has looked at it, so
        it counts as reviewed. Words that somebody else released stay until they agree to others.
        Raises `case_not_found`, `changed_meanwhile`, or `no_author_to_ask`.
        """
        at, change = self._clock(), Change(EditorKind.STEWARD, ChangeKind.EDITED, note)

        def write(session: Session) -> CaseView:
            former = _case(session, case_id)
            if seen and mark(former) != seen:
                raise UserFacingError("changed_meanwhile")
            allowed = self._as_released(session, former, draft, actor, at)
            if allowed != cases.draft_of(former):
                cases.edit(session, case_id, allowed, change, at)
            if former.state is CaseState.PUBLISHED:
                cases.confirm(session, case_id, at)
            audit.record(session, actor, "case.edit", f"case:{case_id}")
            return _case(session, case_id)

        return await self._database.write(write)

    async def queued(self, limit: int | None = None, offset: int = 0) -> list[CaseView]:
        """Drafts that wait for review, the newest first."""
        return await self._database.read(
            lambda session: cases.listed(session, CaseState.DRAFT, limit=limit, offset=offset)
        )

    @said_or_pressed(
        "queue.show",
        "queue",
        Group.STEWARDS,
        later("drafts and reports that wait for a steward"),
        who=Who.STEWARD,
    )
    async def queue(self, context: Context, offset: str) -> Reply:
        """`queue`, or more of it: the drafts that wait for review."""
        return await self._queue(context, number_in(offset))

    @pressed("case.approve", who=Who.STEWARD)
    async def approve(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Publish, from a draft's button."""
        case = await self.approve_case(context.actor, number_of(act.subject, "case_not_found"))
        return review_replies.approved(context.say, case)

    @pressed("case.reject", who=Who.STEWARD)
    async def reject(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Ask for the reason, or reject with it."""
        number, say = number_of(act.subject, "case_not_found"), context.say
        form = RejectedCase.draw(say, number, number=number)
        if isinstance(act, Pressed):
            await self._waiting(number)
            return Reply(say("Why is case {number} rejected?", number=number), form=form)
        told = RejectedCase.read(act.values, form)
        rejected = await self.reject_case(context.actor, number, told.reason)
        return review_replies.rejected(say, rejected)

    @pressed("case.retire", who=Who.STEWARD)
    async def retire(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The button of a case, or its form: ask for the reason, then retire."""
        number, say = number_of(act.subject, "case_not_found"), context.say
        if isinstance(act, Pressed):
            return await self.ask_to_retire(context, number)
        told = RetiredCase.read(act.values, review_replies.retire_form(say, number))
        retired = await self.retire_case(context.actor, number, told.reason)
        return Reply(
            say(
                "Case {number}, “{title}”, is retired and answers no questions any more.",
                number=retired.id,
                title=retired.title,
            )
        )

    async def ask_to_retire(self, context: Context, number: int) -> Reply:
        """`case 42 retire`: ask for the reason."""
        case = await self._database.read(lambda session: _case(session, number))
        if case.state is not CaseState.PUBLISHED:
            raise UserFacingError("case_not_published", number=number, state=case.state)
        return review_replies.retire_question(context.say, case)

    @pressed("case.edit", who=Who.STEWARD)
    async def edit(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Open a case's words in a form, or save them."""
        say = context.say
        head, _, seen = act.subject.partition(":")
        number = number_of(head, "case_not_found")
        case = await self._database.read(lambda session: _case(session, number))
        form = review_replies.edit_form(say, case, seen)
        if isinstance(act, Pressed):
            return Reply(case.title, form=form)
        told = EditedCase.read(act.values, form)
        draft = edited(case, told)
        changed = await self.edit_case(context.actor, number, draft, seen=seen, note=told.note)
        held = (changed.title, changed.text) != (draft.title, draft.text)
        return review_replies.edited(say, changed, self._clock(), held=held)

    async def _queue(self, context: Context, offset: int) -> Reply:
        found = await self.queued(SHOWN, offset)
        near = await self.near.like(found)
        others = [
            [(number, likeness) for number, likeness in alike if number != case.id]
            for case, alike in zip(found, near, strict=True)
        ]

        def find(session: Session) -> Reply:
            flagged = [] if offset else reports.waiting(session, SHOWN)
            numbers = [number for alike in others for number, _ in alike]
            numbers += [flag.case_id for flag in flagged]
            views = {case.id: case for case in cases.get_many(session, numbers)}
            writers = [case.author_id for case in found if case.author_id is not None]
            cited = citations.of_cases(session, [case.id for case in found])
            authors = {each.id: each for each in members.get_many(session, writers)}
            drafts = [
                review_replies.Draft(
                    case,
                    [(views[each], like) for each, like in alike if each in views],
                    authors.get(case.author_id or 0),
                    cited.get(case.id),
                )
                for case, alike in zip(found, others, strict=True)
            ]
            return review_replies.queue(
                context.say,
                drafts,
                cases.count(session, CaseState.DRAFT),
                offset,
                self._clock(),
                flagged=[(flag, views[flag.case_id]) for flag in flagged],
                flags=reports.count(session),
                due=review_cycle.how_many(session)[0],
            )

        return await self._database.read(find)

    async def _waiting(self, number: int) -> None:
        case = await self._database.read(lambda session: _case(session, number))
        if case.state is not CaseState.DRAFT:
            raise UserFacingError("case_decided", number=number, state=case.state)

    async def _decide(
        self, actor: str, case_id: int, act: str, state: CaseState, reason: str
    ) -> CaseView:
        at = self._clock()

        def write(session: Session) -> CaseView:
            case = _case(session, case_id)
            if state is CaseState.RETIRED:
                if case.state is not CaseState.PUBLISHED:
                    raise UserFacingError("case_not_published", number=case_id, state=case.state)
            elif case.state is not CaseState.DRAFT:
                raise UserFacingError("case_decided", number=case_id, state=case.state)
            cases.set_state(session, case_id, state, reason, at=at)
            audit.record(session, actor, act, f"case:{case_id}", reason)
            decided = _case(session, case_id)
            if state is CaseState.PUBLISHED:
                decided = self._on_published(session, decided, at)
            _tell_author(session, decided, actor, self._clock())
            return decided

        return await self._database.write(write)


def _tell_author(session: Session, case: CaseView, actor: str, at: datetime) -> None:
    """What became of a draft, written to its author, who may have decided it themselves."""
    say = {
        CaseState.PUBLISHED: draft_replies.told_published,
        CaseState.REJECTED: draft_replies.told_rejected,
    }.get(case.state)
    if say is None or case.author_id is None or actor == subject(case.author_id):
        return
    author = members.get(session, case.author_id)
    if author is not None:
        cause = ("case", str(case.id), case.state)
        outbox.tell(session, author, cause, lambda words: say(words, case), at, kept=True)


def edited(case: CaseView, told: EditedCase) -> CaseDraft:
    """A case with the words of the form."""
    return replace(
        cases.draft_of(case),
        title=told.title,
        text=told.text,
        topics=told.topics,
        source=replace(case.source, url=told.url, published=told.published),
    )


def _bring_in(
    session: Session,
    part: Sequence[CaseDraft],
    stored: Sequence[Sequence[tuple[int, float]]],
    earlier: Sequence[Sequence[tuple[int, float]]],
    publish: bool,
) -> list[ImportedCase]:
    done: list[ImportedCase] = []
    for given, in_store, in_part in zip(part, stored, earlier, strict=True):
        own = session.scalar(select(col(CaseSnippet.id)).where(col(CaseSnippet.key) == given.key))
        draft = _with_released_words(session, own, given)
        alike = [
            (number, likeness)
            for number, likeness in [
                *in_store,
                *((done[index].id, likeness) for index, likeness in in_part),
            ]
            if number != own and (own is None or number < own)
        ]
        near = sorted(dict(alike).items(), key=lambda pair: -pair[1])
        added: Added = cases.add(session, draft, publish=publish and not near)
        told = () if added.outcome is Outcome.SAME else tuple(near)
        done.append(ImportedCase(added.id, draft.key, draft.title, added.outcome, told))
    return done


def _with_released_words(session: Session, number: int | None, draft: CaseDraft) -> CaseDraft:
    """What a file says of a case from a conversation, under the words that its author released."""
    case = cases.get(session, number) if number is not None else None
    if case is None or not citations.of_cases(session, [case.id]):
        return draft
    return replace(draft, title=case.title, text=case.text)


def _case(session: Session, case_id: int) -> CaseView:
    case = cases.get(session, case_id)
    if case is None:
        raise UserFacingError("case_not_found", number=case_id)
    return case

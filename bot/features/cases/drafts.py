"""Save as case: a message, or what a member knows, becomes a draft for the stewards."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import InvalidForm, UserFacingError
from bot.core.forms import refilled
from bot.core.handlers import pressed, said
from bot.core.tokens import number_in, seal
from bot.features.cases import draft_replies
from bot.features.cases.draft_replies import Origin
from bot.features.cases.forms import SavedPlace, SavedWords, published
from bot.features.cases.near_duplicates import NearDuplicates
from bot.i18n import later
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.cases import cases
from knowledge.cases.views import CaseDraft, CaseView, SourceView
from knowledge.database.circumstances import CircumstancesView
from knowledge.database.keys import key_of
from knowledge.text.languages import detect
from knowledge.vocabulary import CaseState, Community, Level, WhoseWords


class CaseDrafts:
    """Two short forms: the words and their source, saved at once; then where and what about.

    A form carries no text but what stands in its fields: its subject holds the author (own,
    other), the date and a digest of the message, and in the second step the draft's number.
    """

    def __init__(
        self, *, database: Database, near: NearDuplicates, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._near = near
        self._clock = clock

    @said(
        "save",
        Group.CASES,
        later("turn a message, or what you know, into a draft case"),
        who=Who.APPROVED,
        words=("guardar", "enregistrer"),
    )
    async def save(self, context: Context, intent: Intent) -> Reply:
        """`save`, or the shortcut on a message: the form, with the message's words in it."""
        return draft_replies.opened(context.say, _origin(context), context.quoted)

    @pressed("case.save", who=Who.APPROVED)
    async def fill(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Open one of the two forms, or save what was filled in."""
        if act.subject.isdecimal():
            return await self._describe(context, act)
        origin = _carried(act.subject)
        if isinstance(act, Pressed):
            return draft_replies.opened(context.say, origin, None)
        form = draft_replies.words_form(context.say, origin)
        told = SavedWords.read(act.values, form)
        whose = WhoseWords(told.whose)
        if whose is WhoseWords.SUMMARISED and origin.digest and _digest(told.text) == origin.digest:
            problems = {"text": UserFacingError("not_summarised")}
            raise InvalidForm(problems, refilled(form, act.values))
        draft = _draft(origin, told)
        saved, near = await self._save(context, draft, whose)
        return draft_replies.saved(context.say, saved, near)

    async def _save(
        self, context: Context, draft: CaseDraft, whose: WhoseWords
    ) -> tuple[CaseView, Sequence[int]]:
        author = context.me
        mark = key_of(context.event_id or secrets.token_hex(8))
        draft = replace(draft, key=f"saved:{mark}")
        (alike,) = await self._near.like([draft])

        def write(session: Session) -> tuple[CaseView, Sequence[int]]:
            number = cases.add(session, draft, author_id=author.id, whose_words=whose).id
            near = cases.get_many(session, [other for other, _ in alike if other != number])
            # A draft is nobody's business but its author's and the stewards'.
            told = [case.id for case in near if case.state is CaseState.PUBLISHED]
            return _own(session, number, author.id), told

        return await self._database.write(write)

    async def _describe(self, context: Context, act: Pressed | Submitted) -> Reply:
        author, number = context.me, number_in(act.subject)
        found = await self._database.read(lambda session: _own(session, number, author.id))
        form = draft_replies.about_form(context.say, found)
        if isinstance(act, Pressed):
            return Reply(found.title, form=form)
        told = SavedPlace.read(act.values, form)

        def write(session: Session) -> tuple[CaseView, bool]:
            current = _own(session, number, author.id)
            cases.edit(session, number, _with(cases.draft_of(current), told))
            hears = outbox.reachable(session, author.id) is not None
            return _own(session, number, author.id), hears

        changed, hears = await self._database.write(write)
        return draft_replies.described(context.say, changed, told=hears)


def _origin(context: Context) -> Origin:
    quoted = context.quoted
    if quoted is None:
        return Origin()
    own = quoted.author == context.person.user_id
    return Origin("own" if own else "other", _day(quoted.date), _digest(quoted.text))


def _carried(subject: str) -> Origin:
    author, _, rest = subject.partition(":")
    date, _, digest = rest.partition(":")
    return Origin(author if author in {"own", "other"} else "", date[:10], digest[:12])


def _digest(text: str) -> str:
    # The same words, however they are set.
    return seal(" ".join(text.casefold().split()))


def _draft(origin: Origin, told: SavedWords) -> CaseDraft:
    language = detect(f"{told.title}\n{told.text}")
    cited = SourceView(told.source, told.url, "", _day(origin.date))
    return CaseDraft("", told.title, told.text, cited, language)


def _day(date: str) -> str:
    try:
        return published(date) if date else ""
    except UserFacingError:
        return ""


def _with(draft: CaseDraft, told: SavedPlace) -> CaseDraft:
    return replace(
        draft,
        place=told.place,
        country=told.country,
        topics=told.topics,
        community=_community(told.level) or draft.community,
        circumstances=CircumstancesView(level=told.level),
        source=replace(draft.source, published=told.published),
    )


def _community(level: Level | None) -> Community | None:
    """CITY covers every level below the national one."""
    if level is None:
        return None
    return Community.NATIONAL if level is Level.NATIONAL else Community.CITY


def _own(session: Session, number: int, author_id: int) -> CaseView:
    """A draft of this author. Raises `case_not_found`, or `case_decided` for one that is none."""
    case = cases.get(session, number)
    if case is None or case.author_id != author_id:
        raise UserFacingError("case_not_found", number=number)
    if case.state is not CaseState.DRAFT:
        raise UserFacingError("case_decided", number=number, state=case.state)
    return case

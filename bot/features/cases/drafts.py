"""Save as case: a message, or what a member knows, becomes a draft for the stewards."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Form, Pressed, Quoted, Reply, Submitted
from bot.contract.markup import tidy
from bot.core.commands import Group, Intent, Who
from bot.core.context import Context
from bot.core.error_messages import sentence
from bot.core.errors import InvalidForm, UserFacingError
from bot.core.forms import Answers, Values, or_refuse
from bot.core.handlers import pressed, said
from bot.core.tokens import number_in, seal
from bot.features.cases import draft_replies
from bot.features.cases.draft_replies import TEXT_LIMIT, TITLE_LIMIT, Origin
from bot.features.cases.near_duplicates import NearDuplicates
from bot.features.members import profile_forms
from bot.i18n import later
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.cases import cases
from knowledge.cases.views import CaseDraft, CaseView, SourceView
from knowledge.database.circumstances import CircumstancesView
from knowledge.database.keys import key_of
from knowledge.readers.parsers import published, web_address
from knowledge.text.languages import detect
from knowledge.vocabulary import CaseState, Community, Level, Topic, WhoseWords


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
        try:
            draft, whose = _words(origin, act.values)
        except InvalidForm as error:
            return _again(context, error, draft_replies.words_form(context.say, origin, act.values))
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
        if isinstance(act, Pressed):
            return Reply(found.title, form=draft_replies.about_form(context.say, found))
        try:
            about = _about(act.values)
        except InvalidForm as error:
            return _again(context, error, draft_replies.about_form(context.say, found, act.values))

        def write(session: Session) -> tuple[CaseView, bool]:
            current = _own(session, number, author.id)
            cases.edit(session, number, about(cases.draft_of(current)))
            told = outbox.reachable(session, author.id) is not None
            return _own(session, number, author.id), told

        changed, told = await self._database.write(write)
        return draft_replies.described(context.say, changed, told=told)


def _origin(context: Context) -> Origin:
    quoted = context.quoted
    if quoted is None:
        return Origin()
    own = quoted.author == context.person.user_id
    return Origin("own" if own else "other", _date(quoted), _digest(quoted.text))


def _date(quoted: Quoted) -> str:
    try:
        return or_refuse(published, quoted.date, "unknown_date") if quoted.date else ""
    except UserFacingError:
        return ""


def _carried(subject: str) -> Origin:
    author, _, rest = subject.partition(":")
    date, _, digest = rest.partition(":")
    return Origin(author if author in {"own", "other"} else "", date[:10], digest[:12])


def _digest(text: str) -> str:
    # The same words, however they are set.
    return seal(" ".join(text.casefold().split()))


def _words(origin: Origin, values: Values) -> tuple[CaseDraft, WhoseWords]:
    """What the first form says. Raises InvalidForm."""
    answers = Answers(values)
    whose = answers.one_of("whose", WhoseWords, required=True)
    title = answers.line("title", TITLE_LIMIT, required=True)
    text = answers.text("text", TEXT_LIMIT, required=True)
    source = answers.line("source", TITLE_LIMIT, required=True)
    url = answers.optional(
        "url", 2_000, lambda said: or_refuse(web_address, said, "unknown_address")
    )
    if whose is not None and whose not in draft_replies.choices(origin):
        answers.refuse("whose", UserFacingError("unknown_choice"))
    if whose is WhoseWords.SUMMARISED and origin.digest and _digest(text) == origin.digest:
        answers.refuse("text", UserFacingError("not_summarised"))
    answers.check()
    assert whose is not None  # noqa: S101 (required, so the check has refused it)
    language = detect(f"{title}\n{text}")
    cited = SourceView(source, url, "", _day(origin.date))
    return CaseDraft("", title, tidy(text), cited, language), whose


def _day(date: str) -> str:
    try:
        return or_refuse(published, date, "unknown_date") if date else ""
    except UserFacingError:
        return ""


def _about(values: Values) -> Callable[[CaseDraft], CaseDraft]:
    """The change that the second form makes. Raises InvalidForm."""
    answers = Answers(values)
    place = answers.line("place", 120)
    country = answers.optional("country", 60, profile_forms.country)
    level = answers.one_of("level", Level)
    chosen = values.get("topics", ())
    topics = tuple(chosen.replace(",", " ").split()) if isinstance(chosen, str) else tuple(chosen)
    unknown = [value for value in topics if value not in set(Topic)]
    if unknown:
        answers.refuse("topics", UserFacingError("unknown_topics", value=unknown, allowed=[*Topic]))
    when = answers.optional(
        "published", 20, lambda said: or_refuse(published, said, "unknown_date")
    )
    answers.check()
    return lambda draft: replace(
        draft,
        place=place,
        country=country,
        topics=topics,
        community=_community(level) or draft.community,
        circumstances=CircumstancesView(level=level),
        source=replace(draft.source, published=when),
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


def _again(context: Context, error: InvalidForm, form: Form) -> Reply:
    problems = {name: sentence(context.say, each) for name, each in error.problems.items()}
    return Reply(sentence(context.say, error), form=form, errors=problems)

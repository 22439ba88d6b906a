"""A community on a wired core: people who speak to the desk, cases and members put in its store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypedDict

from bot.app import Core
from bot.contract import (
    Card,
    Choices,
    Completing,
    Form,
    Inbound,
    Opened,
    Person,
    Place,
    Pressed,
    Quoted,
    Reply,
    Said,
    Submitted,
)
from knowledge.cases import cases
from knowledge.cases.views import CaseDraft, SourceView
from knowledge.database.circumstances import CircumstancesView
from knowledge.database.store import Store
from knowledge.members import accounts, members
from knowledge.members.accounts import AccountView
from knowledge.members.views import MemberDraft
from knowledge.search.confidence import Calibration, Curve
from knowledge.vocabulary import Community, MemberStatus, Purpose

STEWARD = Person("console", "local", "steward", "Steward")
EXPERT = frozenset({Purpose.BE_EXPERT, Purpose.BE_ASKED})
NAMED = EXPERT | {Purpose.BE_NAMED}

# Of the fake encoder's unit vectors, texts with no word in common have a cosine about 0, and a
# question that repeats most of a title has one above .5.
OF_THE_FAKE = Calibration(
    topic=Curve({"cosine": 60.0}, -30.0),
    answer=Curve({"cosine": 60.0}, -30.0),
    person=Curve({"cosine": 60.0}, -30.0),
    related=0.5,
    strong=0.9,
    ours=0.0,
    nameable=0.5,
    nearest=1e-4,
    questions=400,
)


def person(user: str, locale: str = "en", zone: str = "UTC") -> Person:
    """Somebody with an account on the platform that the tests play."""
    return Person("chat", "W", user, user.title(), locale, zone)


def case(
    title: str,
    text: str = "",
    *,
    key: str = "",
    language: str = "en",
    community: Community | None = Community.CITY,
    country: str = "MX",
    topics: Sequence[str] = ("data-sharing",),
    published: str = "2021",
    facts: CircumstancesView | None = None,
    place: str = "León",
) -> CaseDraft:
    """A case with a source, and as many of its facets as a test cares for."""
    return CaseDraft(
        key=key or title,
        title=title,
        text=text or f"{title}. It took two years. Nobody was surprised.",
        source=SourceView(f"Report on {title}", "https://example.org/report", "CC BY", published),
        language=language,
        community=community,
        place=place,
        country=country,
        topics=tuple(topics),
        circumstances=facts or CircumstancesView(),
    )


def expert(
    name: str,
    *offers: str,
    community: Community = Community.NATIONAL,
    consents: Iterable[Purpose] = NAMED,
    capacity: int | None = 3,
    languages: Sequence[str] = ("en",),
    country: str = "MX",
    role: str = "Statistician",
    profile: str = "",
    organisation: str = "",
    contact_line: str = "",
    facts: CircumstancesView | None = None,
) -> MemberDraft:
    """A member who offers something, as they would have told it."""
    return MemberDraft(
        key=name,
        name=name,
        community=community,
        role=role,
        organisation=organisation,
        country=country,
        languages=tuple(languages),
        profile=profile,
        contact_line=contact_line,
        capacity=capacity,
        offers=offers,
        consents=frozenset(consents),
        circumstances=facts or CircumstancesView(),
    )


def exported(reply: Reply) -> str:
    """What the file of a reply says."""
    (file,) = reply.files
    return file.data.decode()


def publish(store: Store, *drafts: CaseDraft, author_id: int | None = None) -> list[int]:
    """Put published cases into the store; returns their numbers."""
    return store.write(
        lambda session: [
            cases.add(session, draft, publish=True, author_id=author_id).id for draft in drafts
        ]
    )


def admit(
    store: Store,
    draft: MemberDraft,
    who: Person | None = None,
    status: MemberStatus = MemberStatus.ACTIVE,
) -> int:
    """Put a member into the store, with an account when `who` is given; returns the number."""
    number = store.write(lambda session: members.create(session, draft, status))
    if who is not None:
        account = AccountView(
            platform=who.platform,
            workspace=who.workspace,
            user_id=who.user_id,
            name=who.name,
            locale=who.locale,
            time_zone=who.time_zone,
        )
        store.write(lambda session: accounts.keep(session, number, account))
    return number


class _Head(TypedDict):
    event_id: str
    person: Person
    place: Place


@dataclass
class Room:
    """Where people speak to the desk; every act has an id of its own."""

    core: Core
    place: Place | None = None
    """Where everybody is; a conversation of their own where nothing is said."""
    _events: Iterator[int] = field(default_factory=lambda: count(1))

    async def say(
        self,
        who: Person,
        text: str,
        quoted: Quoted | None = None,
        mentions: Sequence[Person] = (),
    ) -> Reply:
        """What the bot answers to words."""
        head = self._head(who)
        return await self._reply(Said(**head, text=text, quoted=quoted, mentions=mentions))

    async def press(
        self, who: Person, action: str, subject: str = "", values: Sequence[str] = ()
    ) -> Reply:
        """What a button does."""
        head = self._head(who)
        return await self._reply(Pressed(**head, action=action, subject=subject, values=values))

    async def submit(
        self,
        who: Person,
        action: str,
        values: Mapping[str, str | Sequence[str]],
        subject: str = "",
    ) -> Reply:
        """What a filled form does."""
        head = self._head(who)
        return await self._reply(Submitted(**head, action=action, subject=subject, values=values))

    async def open(self, who: Person) -> Reply:
        """What the home page shows."""
        return await self._reply(Opened(**self._head(who)))

    async def complete(self, who: Person, name: str, prefix: str) -> Choices:
        """What is suggested while a value is typed."""
        typing = Completing(**self._head(who), field=name, prefix=prefix)
        found = await self.core.dispatcher.handle(typing)
        assert isinstance(found, Choices)
        return found

    def _head(self, who: Person) -> _Head:
        place = self.place or Place(who.platform, who.workspace, "direct")
        return {"event_id": f"{id(self)}:{next(self._events)}", "person": who, "place": place}

    async def _reply(self, act: Inbound) -> Reply:
        reply = await self.core.dispatcher.handle(act)
        assert isinstance(reply, Reply)
        dead = set(actions(reply)) - set(self.core.dispatcher.actions)
        assert not dead, f"a button or form that does nothing: {dead}"
        return reply


def actions(reply: Reply) -> Iterator[str]:
    """What can be pressed or sent in a reply."""
    yield from (button.action for button in reply.buttons)
    for card in reply.cards:
        yield from (button.action for button in card.buttons)
        yield from (select.action for select in card.selects)
    if reply.form:
        yield reply.form.action


def spoken(reply: Reply) -> str:
    """Every word of a reply: text, cards, buttons, form and errors, a line each."""
    return "\n".join(filter(None, _lines(reply)))


def _lines(reply: Reply) -> Iterator[str]:
    yield reply.header
    yield reply.text
    for card in reply.cards:
        yield from _card_lines(card)
    yield from (button.label for button in reply.buttons)
    if reply.form:
        yield from _form_lines(reply.form)
    yield from reply.errors.values()


def _card_lines(card: Card) -> Iterator[str]:
    yield card.part
    yield card.title
    yield card.body
    yield card.small
    yield from (f"{fact.label}: {fact.value}" for fact in card.facts)
    yield from (button.label for button in card.buttons)
    for select in card.selects:
        yield select.label
        yield from (option.label for option in select.options)


def _form_lines(form: Form) -> Iterator[str]:
    yield form.title
    yield form.note
    for asked in form.fields:
        yield asked.label
        yield asked.hint
        yield asked.value if isinstance(asked.value, str) else " ".join(asked.value)
        yield from (option.label for option in asked.options)


def case_cards(reply: Reply) -> list[Card]:
    """The cards that show a case: those with a button to read it."""
    return [card for card in reply.cards if any(b.action == "case.show" for b in card.buttons)]


def people_cards(reply: Reply) -> list[Card]:
    """The cards of an answer that show a person."""
    shown = case_cards(reply)
    return [card for card in reply.cards if card not in shown]

"""Save as case: two short forms, whose words these are, and what the author hears."""

import asyncio
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from bot.app import Core
from bot.contract import Field, Form, Person, Quoted, Reply
from bot.features.cases.forms import SAVED_LIMIT
from bot.messaging import serialization
from knowledge.cases import cases
from knowledge.cases.views import CaseView
from knowledge.database.store import Store
from knowledge.lifecycle import membership
from knowledge.members import accounts, members
from knowledge.members.accounts import AccountView
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import CaseState, Community, Level, MemberStatus, WhoseWords
from tests.conftest import NOW
from tests.support.community import STEWARD, Room, admit, case, expert, person, publish, spoken

ANA, BEN = person("ana"), person("ben")
TEXT = (
    "León asked each department for one data set that others need, signed a short agreement "
    "about it, and published what came of it within three months."
)
MESSAGE = Quoted(TEXT, "U2BEA", "https://city.slack.com/archives/C1/p1", "2026-11-20")
WORDS = {
    "title": "One data set from each department",
    "text": "Each department gave one data set. It took three months.",
    "whose": "summarised",
    "source": "A message of 2026-11-20",
    "url": MESSAGE.permalink,
}
ABOUT = {
    "place": "León",
    "country": "México",
    "level": "city",
    "topics": ["data-sharing"],
    "published": "2026-11",
}


@pytest.fixture(autouse=True)
def ana(core: Core) -> int:
    return admit(core.store, expert("Ana Ruiz"), ANA)


def form(reply: Reply) -> Form:
    assert reply.form is not None
    assert reply.form.action == "case.save"
    assert len(reply.form.fields) <= 5  # what fits on every platform
    return reply.form


def fields(reply: Reply) -> dict[str, Field]:
    return {each.name: each for each in form(reply).fields}


def drafts(store: Store) -> list[CaseView]:
    return store.read(lambda session: cases.listed(session, CaseState.DRAFT))


def told(store: Store) -> list[tuple[str, str, str]]:
    """Who was written what: platform, user, words."""

    def read(session: Session) -> list[tuple[str, str, str]]:
        rows = session.exec(select(Delivery).order_by(Delivery.channel)).all()
        return [
            (row.platform, row.channel, spoken(serialization.reply_from_json(row.reply)))
            for row in rows
        ]

    return store.read(read)


async def saved(room: Room, who: Person = ANA, **changes: str) -> int:
    """Fill in both forms; returns the draft's number."""
    first = await room.submit(who, "case.save", {**WORDS, "whose": "own", **changes})
    await room.submit(who, "case.save", ABOUT, form(first).subject)
    return int(form(first).subject)


async def test_a_message_of_somebody_else_becomes_a_draft_without_their_name(
    core: Core, room: Room, ana: int
) -> None:
    opened = await room.say(ANA, "save", MESSAGE)
    found = fields(opened)
    assert found["text"].value == TEXT
    assert found["url"].value == MESSAGE.permalink
    assert found["source"].value == "A message of 2026-11-20"
    assert found["title"].value == ""
    assert found["title"].hint == "One sentence of what was done."
    assert [option.value for option in found["whose"].options] == ["agreed", "summarised"]
    assert found["whose"].required
    assert found["whose"].value == ""
    note = form(opened).note
    assert "Somebody else wrote this message" in note
    assert "no microdata, no embargoed figures and no personal data" in note
    assert "everybody who asks can read it" in note
    subject = form(opened).subject
    assert len(subject) < 40  # it carries no text
    first = await room.submit(ANA, "case.save", WORDS, subject)
    assert "Saved as draft 1" in form(first).note
    last = await room.submit(ANA, "case.save", ABOUT, form(first).subject)
    assert "waits for a steward" in last.text
    assert "You hear from me when it is published" in last.text
    (draft,) = drafts(core.store)
    assert (draft.author_id, draft.whose_words) == (ana, WhoseWords.SUMMARISED)
    assert (draft.place, draft.country, draft.topics) == ("León", "MX", ("data-sharing",))
    assert (draft.circumstances.level, draft.community) == (Level.CITY, Community.CITY)
    assert draft.source.url == MESSAGE.permalink
    assert draft.source.published == "2026-11"
    assert draft.language == "en"
    assert "U2BEA" not in repr(draft)
    queue = spoken(await room.say(STEWARD, "queue"))
    assert "Saved by: Ana Ruiz (member 1)" in queue
    assert "Words: what somebody else told, in the member's words" in queue


async def test_the_words_of_the_message_are_not_taken_for_a_summary(core: Core, room: Room) -> None:
    subject = form(await room.say(ANA, "save", MESSAGE)).subject
    copied = {**WORDS, "text": f"  {TEXT.upper()} "}
    refused = await room.submit(ANA, "case.save", copied, subject)
    assert list(refused.errors) == ["text"]
    assert fields(refused)["text"].value == copied["text"]  # nothing typed is lost
    own = await room.submit(ANA, "case.save", {**copied, "whose": "own"}, subject)
    assert list(own.errors) == ["whose"]
    assert drafts(core.store) == []
    await room.submit(ANA, "case.save", {**copied, "whose": "agreed"}, subject)
    assert drafts(core.store)[0].whose_words is WhoseWords.AGREED


async def test_ones_own_message_and_an_empty_form(core: Core, room: Room) -> None:
    own = await room.say(ANA, "save", replace(MESSAGE, author="ana"))
    assert fields(own)["whose"].value == "own"
    assert "Somebody else wrote" not in form(own).note
    empty = fields(await room.say(ANA, "save"))
    assert {each.value for each in empty.values()} == {""}
    assert len(empty["whose"].options) == 3
    pressed = fields(await room.press(ANA, "case.save", form(own).subject))
    assert pressed["source"].value == "A message of 2026-11-20"


async def test_what_cannot_be_taken_stands_beside_its_field(core: Core, room: Room) -> None:
    empty = await room.submit(ANA, "case.save", {})
    assert set(empty.errors) == {"title", "text", "whose", "source"}
    wrong = {**WORDS, "whose": "own", "url": "ftp://x", "title": "x" * 201, "text": "y" * 3_001}
    assert set((await room.submit(ANA, "case.save", wrong)).errors) == {"url", "title", "text"}
    number = str(await saved(room))
    about = {"country": "Atlantis", "level": "moon", "topics": ["x"], "published": "soon"}
    refused = await room.submit(ANA, "case.save", about, number)
    assert set(refused.errors) == {"country", "level", "topics", "published"}
    assert fields(refused)["country"].value == "Atlantis"


async def test_a_long_message_is_shortened_and_said_to_be(room: Room) -> None:
    opened = await room.say(ANA, "save", replace(MESSAGE, text="word " * 1_000))
    text = fields(opened)["text"].value
    assert len(text) <= SAVED_LIMIT
    assert str(text).endswith("word …")
    assert "only its beginning" in form(opened).note


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (None, "Write join to become one"),
        (MemberStatus.LEFT, "Write join to become one"),
        (MemberStatus.INVITED, "You have been invited"),
        (MemberStatus.UNVERIFIED, "members whom a steward has approved"),
    ],
)
async def test_only_approved_members_can_save(
    core: Core, room: Room, status: MemberStatus | None, sentence: str
) -> None:
    if status is not None:
        admit(core.store, expert("Ben"), BEN, status)
    assert sentence in (await room.say(BEN, "save", MESSAGE)).text.replace("**", "")
    assert sentence in (await room.submit(BEN, "case.save", WORDS)).text.replace("**", "")
    assert drafts(core.store) == []


async def test_a_draft_is_its_authors_alone_and_only_while_it_is_one(
    core: Core, room: Room
) -> None:
    number = str(await saved(room))
    admit(core.store, expert("Ben"), BEN)
    for who, subject in ((BEN, number), (ANA, "99"), (ANA, "9" * 40)):
        assert "There is no case" in (await room.submit(who, "case.save", ABOUT, subject)).text
        assert "There is no case" in (await room.press(who, "case.save", subject)).text
    await room.press(STEWARD, "case.approve", number)
    decided = await room.submit(ANA, "case.save", {**ABOUT, "place": "Lima"}, number)
    assert "Nothing was changed" in decided.text
    assert core.store.read(lambda session: cases.get_many(session, [1]))[0].place == "León"


async def test_a_published_case_like_it_is_named_and_a_draft_is_not(core: Core, room: Room) -> None:
    publish(core.store, case("Addresses in León", TEXT))
    admit(core.store, expert("Ben"), BEN)
    like = {**WORDS, "whose": "own", "title": "Addresses in León", "text": TEXT}
    first = await room.submit(ANA, "case.save", like)
    assert "Case 1 in the library says nearly the same" in form(first).note
    core.store.write(lambda session: cases.set_state(session, 1, CaseState.RETIRED))
    second = await room.submit(BEN, "case.save", like)
    assert "nearly the same" not in form(second).note
    assert "Says nearly the same as" in spoken(await room.say(STEWARD, "queue"))


async def test_the_author_hears_once_in_their_language_what_became_of_it(
    core: Core, room: Room
) -> None:
    number = await saved(room)
    other = await saved(room, title="Another title", text="Something else was done. It failed.")
    core.store.write(lambda session: accounts.choose_language(session, "chat", "W", "ana", "es"))
    await asyncio.gather(*(room.press(STEWARD, "case.approve", str(number)) for _ in range(2)))
    await room.submit(STEWARD, "case.reject", {"reason": "No *source*\nat hand"}, str(other))
    approved, rejected = told(core.store)
    assert approved[:2] == ("chat", "ana")
    assert f"se ha publicado como caso {number}" in approved[2]
    assert "Leer el caso completo" in approved[2]
    assert "no se ha publicado" in rejected[2]
    assert "at hand" in rejected[2]


async def test_nobody_is_told_who_is_not_there_or_decided_themselves(
    core: Core, room: Room, ana: int
) -> None:
    console = Person("console", "local", "cleo", "Cleo")
    admit(core.store, expert("Cleo"), console)
    admit(core.store, expert("Ben"), BEN)
    steward = person("sam")
    number = admit(core.store, expert("Sam"), steward)
    core.store.write(lambda session: members.set_steward(session, number, True))
    mine, theirs, gone, left = [
        await saved(room, who, title=f"Case of {who.name}", text=f"{who.name} did it. It worked.")
        for who in (steward, console, ANA, BEN)
    ]
    core.store.write(lambda session: accounts.leave(session, "chat", "W", "ana", NOW))
    ben = core.store.read(lambda session: members.by_account(session, "chat", "W", "ben"))
    assert ben is not None
    core.store.write(lambda session: membership.set_status(session, ben.id, MemberStatus.LEFT))
    for draft in (mine, theirs, gone, left):
        await room.press(steward, "case.approve", str(draft))
    assert told(core.store) == []
    last = await room.submit(console, "case.save", {**WORDS, "whose": "own"})
    done = await room.submit(console, "case.save", ABOUT, form(last).subject)
    assert "You hear from me" not in done.text


async def test_another_account_is_used_when_the_first_is_gone(
    core: Core, room: Room, ana: int
) -> None:
    number = await saved(room)
    also = AccountView("talk", "G", "ana2", "Ana", "fr")
    core.store.write(lambda session: accounts.keep(session, ana, also))
    core.store.write(lambda session: accounts.leave(session, "chat", "W", "ana", NOW))
    await room.press(STEWARD, "case.approve", str(number))
    ((platform, user, words),) = told(core.store)
    assert (platform, user) == ("talk", "ana2")
    assert "est publié" in words

"""The home page: what it shows to whom, and that each button on it does what it says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.app import Core, build
from bot.contract import Card, Reply
from bot.settings import Settings
from knowledge.cases import cases
from knowledge.database.store import Store
from knowledge.members import members
from knowledge.vocabulary import MemberStatus
from tests.conftest import NOW
from tests.support.community import (
    STEWARD,
    Room,
    actions,
    admit,
    case,
    expert,
    people_cards,
    person,
    publish,
    spoken,
)
from tests.support.fake_encoder import HashEncoder

ANA, BEN = person("ana"), person("ben")


def cards(reply: Reply) -> dict[str, Card]:
    return {card.title: card for card in reply.cards}


def subjects(reply: Reply) -> list[tuple[str, str]]:
    """(action, subject) of every button."""
    own = [*reply.buttons, *(button for card in reply.cards for button in card.buttons)]
    return [(button.action, button.subject) for button in own]


async def test_a_member_sees_what_concerns_them(room: Room, store: Store) -> None:
    publish(store, case("Departments that refused to share data"))
    admit(store, expert("Ana Ruiz", "open data", contact_line="ana@example.org"), ANA)
    await room.say(ANA, "departments that refused to share data")
    await room.say(ANA, "Where is the best pizza?")
    await room.say(ANA, "withdraw 2")
    page = await room.open(ANA)
    assert page.text.startswith("Welcome, Ana Ruiz.")
    assert "You have one open question." in page.text
    assert list(cards(page)) == [
        "What would you like to know?",
        "1. departments that refused to share data",
        "About you",
    ]
    assert {"ask.form", "answer.solved", "question.again", "home.settings"} <= set(actions(page))
    settings = await room.press(ANA, "home.settings")
    assert list(cards(settings)) == [
        "Your profile",
        "Being contacted",
        "You agreed to",
        "Your data",
    ]
    offered = "profile.edit profile.lines profile.capacity profile.snooze consent.save data.erase"
    assert set(offered.split()) <= set(actions(settings))
    assert "open data" in spoken(settings)
    assert "pizza" not in spoken(page)
    assert (await room.say(ANA, "home")) == page


async def test_every_button_of_every_page_does_something(room: Room, store: Store) -> None:
    admit(store, expert("Ana Ruiz", "open data"), ANA)
    admit(store, expert("Ben"), BEN, status=MemberStatus.INVITED)
    eve = person("eve")
    for number in range(6):
        await room.say(ANA, f"Where is the best pizza number {number}?")
    for who in (ANA, BEN, eve, STEWARD):
        page = await room.open(who)
        assert len(page.cards) <= 20
        for action, subject in subjects(page):
            reply = await room.press(who, action, subject)
            assert reply.text
            assert "Something went wrong" not in reply.text


async def test_many_and_long_questions_stay_a_page(room: Room, store: Store) -> None:
    admit(store, expert("Ana Ruiz"), ANA)
    for number in range(6):
        await room.say(ANA, f"Where is pizza {number}? " + "long " * 700)
    page = await room.open(ANA)
    shown = [card for card in page.cards if "pizza" in card.title]
    assert [card.title[:2] for card in shown] == ["6.", "5."]
    assert all(len(card.title) < 160 for card in shown)
    assert "You have 6 open questions." in page.text
    assert ("question.list", "") in subjects(page)
    assert "You asked 6 questions" in (await room.press(ANA, "question.list")).text


async def test_whoever_is_no_member_sees_the_way_in(room: Room, store: Store) -> None:
    page = await room.open(BEN)
    assert page.text.startswith("Welcome to Crosswalk.")
    assert list(cards(page)) == ["What would you like to know?", "Membership", "Your data"]
    form = (await room.press(BEN, "profile.edit", "who")).form
    assert form is not None
    await room.say(BEN, "Where is the best pizza?")
    assert "You have one open question." in (await room.open(BEN)).text


async def test_the_invited_see_their_invitation(room: Room, store: Store) -> None:
    admit(store, expert("Ben Okoro", "maps"), BEN, status=MemberStatus.INVITED)
    page = await room.open(BEN)
    assert "You are invited as Ben Okoro." in page.text
    assert list(cards(page)) == ["What would you like to know?", "Ben Okoro"]
    assert "data.erase" in set(actions(page))


async def test_those_who_wait_are_told_so(room: Room, store: Store) -> None:
    admit(store, expert("Ben Okoro", "maps"), BEN, status=MemberStatus.UNVERIFIED)
    assert "A steward will look at your membership." in (await room.open(BEN)).text


async def test_stewards_see_what_waits_for_them_and_nobody_else_does(
    room: Room, store: Store
) -> None:
    store.write(lambda session: cases.add(session, case("A draft"), publish=False))
    publish(store, case("Departments that refused to share data"))
    admit(store, expert("Ben"), BEN, status=MemberStatus.UNVERIFIED)
    await room.say(ANA, "departments that refused to share data")
    for question in ("Where is the best pizza?", "Who bakes bread?", "Who brews tea?"):
        await room.say(ANA, question)
    await room.say(ANA, "withdraw 4")
    await room.say(ANA, "expert bread and tea")
    card = cards(await room.open(STEWARD))["For stewards"]
    assert [(fact.label, fact.value) for fact in card.facts] == [
        ("Drafts that wait for review", "1"),
        ("Reports that wait for an answer", "0"),
        ("People who wait for approval", "1"),
        ("Questions that wait for a person", "0"),
        ("Cases that are up for review", "0"),
        ("Questions without a case, last 90 days", "2"),
    ]
    assert "pizza" not in spoken(await room.open(STEWARD))
    assert "For stewards" not in cards(await room.open(ANA))


@pytest.mark.parametrize(
    ("locale", "words"), [("es-MX", "Le damos la bienvenida"), ("fr", "Bienvenue")]
)
async def test_it_is_in_the_readers_language(room: Room, locale: str, words: str) -> None:
    assert (await room.open(person("luz", locale))).text.startswith(words)


async def test_capacity_is_changed_in_a_form(room: Room, store: Store) -> None:
    number = admit(store, expert("Ana Ruiz"), ANA)
    form = (await room.press(ANA, "profile.capacity")).form
    assert form is not None
    assert form.fields[0].value == "3"
    for wrong in ("many", "-1", "99", "²", ""):
        refused = await room.submit(ANA, form.action, {"capacity": wrong})
        assert "number from 0 to 20" in refused.errors["capacity"]
    assert "5 people a week" in (await room.submit(ANA, form.action, {"capacity": "5"})).text
    found = store.read(lambda session: members.get(session, number))
    assert found is not None
    assert found.capacity == 5


# Snooze


def until(store: Store, number: int) -> date | None:
    found = store.read(lambda session: members.get(session, number))
    assert found is not None
    return found.snoozed_until


async def test_snoozing_and_being_back(room: Room, store: Store) -> None:
    number = admit(store, expert("Ana Ruiz"), ANA)
    assert "You are not snoozing" in (await room.say(ANA, "snooze")).text
    for said in ("snooze until 2027-01-10", "snooze 2027-01-10", "snooze hasta 2027-1-10"):
        assert "You are back automatically on January 10, 2027." in (await room.say(ANA, said)).text
        assert until(store, number) == date(2027, 1, 10)
        assert (
            "You are snoozing"
            in cards(await room.press(ANA, "home.settings"))["Being contacted"].body
        )
    assert "You are not snoozing" in (await room.say(ANA, "snooze off")).text
    assert until(store, number) is None


async def test_snooze_buttons_and_the_form(room: Room, store: Store) -> None:
    number = admit(store, expert("Ana Ruiz"), ANA)
    today = NOW.date()
    for days in (7, 30, 30):
        await room.press(ANA, "profile.snooze", str(days))
        assert until(store, number) == today + timedelta(days=days)
    await room.press(ANA, "profile.snooze", "off")
    assert until(store, number) is None
    form = (await room.press(ANA, "profile.snooze")).form
    assert form is not None
    refused = await room.submit(ANA, form.action, {"until": "soon"})
    assert "is not understood" in refused.errors["until"]
    await room.submit(ANA, form.action, {"until": "2027-03-01"})
    assert until(store, number) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("snooze until 2026-11-23", "That day is over"),
        ("snooze until 2020-01-01", "That day is over"),
        ("snooze until 2027-11-25", "more than a year ahead. Please write 2027-11-24"),
        ("snooze until 2027-02-30", "is not understood"),
        ("snooze until next spring", "is not understood"),
    ],
)
async def test_days_that_cannot_be_are_refused(
    room: Room, store: Store, said: str, answer: str
) -> None:
    number = admit(store, expert("Ana Ruiz"), ANA)
    assert answer in (await room.say(ANA, said)).text
    assert until(store, number) is None


async def test_snooze_is_for_members(room: Room) -> None:
    assert "This is for members" in (await room.say(BEN, "snooze until 2027-01-10")).text
    assert "This is for members" in (await room.press(BEN, "profile.snooze", "7")).text


async def test_nobody_is_shown_a_member_who_snoozes_until_it_ends(
    store: Store, judged: None
) -> None:
    """The day comes while the bot runs, and it comes where the member is."""
    clock = [NOW]
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    core: Core = build(settings, store, HashEncoder(), clock=lambda: clock[0])
    try:
        room = Room(core)
        ana = expert("Ana Ruiz", "departments that refuse to share data")
        admit(store, replace(ana, time_zone="Pacific/Honolulu"), ANA)
        admit(store, expert("Ben"), BEN)
        ask = "expert departments that refuse to share data"

        async def shown() -> bool:
            return "Ana Ruiz" in spoken(await room.say(BEN, ask))

        assert await shown()
        await room.say(ANA, "snooze until 2026-12-01")
        assert not await shown()
        clock[0] = datetime(2026, 12, 1, 9, 59, tzinfo=UTC)  # 23:59 in Honolulu
        assert not await shown()
        clock[0] = datetime(2026, 12, 1, 10, 1, tzinfo=UTC)
        assert await shown()
        assert "You are not snoozing" in (await room.say(ANA, "snooze")).text
        assert people_cards(await room.say(BEN, ask))
    finally:
        core.close()

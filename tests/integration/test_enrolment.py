"""Nobody who agrees to be paired is left outside: they are asked to join, and answer once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.contract import Button, Person, Reply
from bot.messaging import serialization
from knowledge.database.store import Store
from knowledge.exchange import programmes
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import Purpose
from tests.integration.test_exchange import STEWARD, Exchange
from tests.support.community import admit, expert, spoken
from tests.support.people import WHO

NIA = Person("chat", "W", "nia", "Nia Owusu", "en", "Pacific/Auckland")


@pytest.fixture
def here(store: Store) -> Iterator[Exchange]:
    made = Exchange(store, 0, 0)
    yield made
    made.close()


def newcomer(here: Exchange, *consents: Purpose) -> int:
    draft = replace(
        expert(NIA.name, "open data", consents=frozenset(consents)), time_zone=NIA.time_zone
    )
    return admit(here.store, draft, NIA)


def asked(reply: Reply) -> list[Button]:
    """The buttons with which somebody is asked to join."""
    return [
        button
        for card in reply.cards
        for button in card.buttons
        if {"pair.decline"} & {each.action for each in card.buttons}
    ]


def enrolled(here: Exchange) -> list[int]:
    found = here.store.read(lambda session: programmes.participants(session, here.programme.id))
    return [each.member_id for each in found]


def written(here: Exchange, who: Person) -> list[Reply]:
    rows = here.store.read(
        lambda session: session.exec(
            select(Delivery.reply).where(Delivery.account_key == who.key).order_by("id")
        ).all()
    )
    return [serialization.reply_from_json(row) for row in rows if row]


async def test_who_agrees_to_be_paired_is_asked_to_join_in_the_very_reply(here: Exchange) -> None:
    number = newcomer(here)
    assert not asked(await here.room.open(NIA))
    join, later = asked(await here.room.say(NIA, "consent be_paired yes"))
    # The round begins on Monday noon in UTC: in Auckland that is Tuesday already.
    assert join.label == "Join Bridges (weekly, next on Tuesday, November 24)"
    assert later.label == "Not now"
    for page in (await here.room.open(NIA), await here.room.say(NIA, "pair")):
        assert [each.label for each in asked(page)] == [join.label, later.label]
    await here.room.press(NIA, join.action, join.subject)
    assert enrolled(here) == [number]
    for page in (await here.room.open(NIA), await here.room.say(NIA, "pair")):
        assert not asked(page)


async def test_not_now_is_asked_once_and_closes_no_door(here: Exchange) -> None:
    number = newcomer(here, Purpose.BE_PAIRED)
    _, later = asked(await here.room.say(NIA, "profile"))
    reply = await here.room.press(NIA, later.action, later.subject)
    assert "pair join Bridges" in reply.text.replace("**", "")
    for page in (await here.room.open(NIA), await here.room.say(NIA, "profile")):
        assert not asked(page)
    assert enrolled(here) == []
    assert "pair.join" in {
        b.action for c in (await here.room.say(NIA, "pair")).cards for b in c.buttons
    }
    await here.room.say(NIA, "pair join")
    assert enrolled(here) == [number]


async def test_not_now_said_late_ends_no_participation(here: Exchange) -> None:
    number = newcomer(here, Purpose.BE_PAIRED)
    _, later = asked(await here.room.say(NIA, "profile"))
    await here.room.say(NIA, "pair join")
    await here.room.press(NIA, later.action, later.subject)
    assert enrolled(here) == [number]


async def test_nobody_is_asked_about_a_programme_that_rests(here: Exchange) -> None:
    newcomer(here, Purpose.BE_PAIRED)
    here.store.write(lambda session: programmes.change(session, here.programme.id, paused=True))
    assert not asked(await here.room.open(NIA))


async def test_an_empty_programme_says_invite(here: Exchange) -> None:
    listed = spoken(await here.room.say(STEWARD, "programme"))
    assert "Nobody has joined yet: invite" in listed
    shown = spoken(await here.room.say(STEWARD, "round preview Bridges"))
    assert "Nobody has joined yet: invite" in shown
    assert "0 groups" not in shown
    assert "0 %" not in shown


@pytest.mark.parametrize("reason", ["", "We could not reach your office."])
async def test_whoever_waited_hears_what_was_decided(here: Exchange, reason: str) -> None:
    await here.room.submit(NIA, "profile.edit", {**WHO, "name": NIA.name}, "who")
    (who,) = [
        button.subject
        for card in (await here.room.say(STEWARD, "members")).cards
        for button in card.buttons
        if button.action == "member.reject"
    ]
    await here.room.submit(STEWARD, "member.reject", {"reason": reason}, who)
    (told,) = written(here, NIA)
    assert "did not approve" in told.text
    assert reason in told.text
    await here.room.submit(NIA, "profile.edit", {**WHO, "name": NIA.name}, "who")
    await here.room.say(NIA, "consent be_paired yes")
    assert not asked(await here.room.open(NIA))
    here.clock.forward(timedelta(hours=1))
    await here.room.press(STEWARD, "member.approve", who)
    told = written(here, NIA)[-1]
    assert "approved your membership" in told.text
    assert [each.action for each in asked(told)] == ["pair.join", "pair.decline"]

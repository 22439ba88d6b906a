"""Nobody who agrees to be paired is left outside: they are asked to join, and answer once."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from adapters.discord.forms import modal, pages
from adapters.slack.forms import form_view
from adapters.slack.private_metadata import Origin
from bot.contract import Button, Person, Place, Reply, markup
from bot.messaging import serialization
from knowledge.database.store import Store
from knowledge.exchange import programmes
from knowledge.members.views import MemberDraft
from knowledge.messaging.tables import Delivery
from knowledge.questions.tables import Question
from knowledge.readers.ingest import read_members
from knowledge.vocabulary import MemberStatus, Purpose
from tests.integration.test_exchange import STEWARD, Exchange
from tests.support.community import admit, expert, spoken
from tests.support.fake_slack.limits import check_view
from tests.support.people import WHO
from tests.support.scripted_terminal import SURFACE

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


CSV = (
    "name,role,organisation,place,country,languages,community,level,key,time_zone\n"
    "Nia Owusu,Chief Data Officer,City of Accra,Accra,GH,en,CITY,city,nia,Pacific/Auckland\n"
)


@pytest.fixture
async def claimed(here: Exchange, tmp_path: Path) -> Reply:
    """What somebody reads who stands in a steward's file and writes their code."""
    file = tmp_path / "people.csv"
    file.write_text(CSV)
    drafts = [each for each in read_members(file) if isinstance(each, MemberDraft)]
    (imported,) = await here.core.stewarding.import_members("cli:root", drafts)
    assert imported.id is not None
    code = await here.core.stewarding.invite("cli:root", imported.id)
    return await here.room.say(NIA, f"claim {code}")


def filled(reply: Reply, *choices: str, question: str = "") -> dict[str, str | Sequence[str]]:
    """The form as the invitation fills it, with some choices and a question."""
    assert reply.form is not None
    known = {field.name: field.value for field in reply.form.fields}
    return {**known, "choices": choices, "question": question}


async def test_from_claim_to_a_pair_in_two_acts(here: Exchange, claimed: Reply) -> None:
    values = filled(
        claimed, "be_paired", "be_named", f"programme:{here.programme.id}", question="licensing?"
    )
    assert values["organisation"] == "City of Accra"
    done = await here.room.submit(NIA, "invitation.accept", values)
    assert "Your invitation is accepted" in done.text
    assert "your first pair comes on Tuesday, November 24" in done.text
    assert "licensing" in " ".join(await questions(here))
    context = await here.core.profiles.recognise(NIA, Place("chat", "W", "direct"))
    assert context.me.status is MemberStatus.ACTIVE
    assert context.me.consents == {Purpose.BE_PAIRED, Purpose.BE_NAMED}
    assert context.me.place == "Accra"
    assert enrolled(here) == [context.me.id]
    assert NIA.name in spoken(await here.room.say(STEWARD, "round preview Bridges"))
    # Sent twice, or opened again, it is over: the profile stands there.
    again = await here.room.press(NIA, "invitation.accept")
    assert again.form is None
    assert not asked(again)


async def questions(here: Exchange) -> Sequence[str]:
    return here.store.read(lambda session: session.exec(select(Question.text)).all())


async def test_a_programme_needs_the_consent_and_nothing_is_lost(
    here: Exchange, claimed: Reply
) -> None:
    values = filled(claimed, "be_named", f"programme:{here.programme.id}", question="licensing?")
    refused = await here.room.submit(NIA, "invitation.accept", values)
    assert set(refused.errors) == {"choices"}
    assert filled(refused, *values["choices"], question="licensing?") == values
    assert enrolled(here) == []


async def test_agreeing_to_nothing_is_an_answer(here: Exchange, claimed: Reply) -> None:
    done = await here.room.submit(NIA, "invitation.accept", filled(claimed))
    assert "Your invitation is accepted" in done.text
    assert not asked(done)
    context = await here.core.profiles.recognise(NIA, Place("chat", "W", "direct"))
    assert context.me.consents == frozenset()
    assert not await questions(here)


@pytest.mark.parametrize("language", ["en", "es", "fr"])
async def test_the_form_is_one_page_and_each_meaning_stands_whole(
    here: Exchange, claimed: Reply, language: str
) -> None:
    nia = replace(NIA, locale=language)
    form = (await here.room.press(nia, "invitation.accept")).form
    assert form is not None
    (choices,) = (field for field in form.fields if field.name == "choices")
    assert len(choices.options) == len(Purpose) + 1
    view = form_view(form, Origin(), SURFACE)
    check_view(view, "modal")
    shown = markup.plain(json.dumps(view, ensure_ascii=False))
    assert len(pages(form)) == 1
    modal_ = modal(form, 0)
    assert modal_ is not None
    drawn = json.dumps(modal_.to_dict(), ensure_ascii=False)
    for option in choices.options:
        assert option.description in shown
        assert option.description in drawn

"""The brief of a conversation: with its first message, once, whatever happens meanwhile."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader
from sqlmodel import Session

from bot.app import Core
from bot.cli import briefs
from bot.contract import Reply
from bot.core.errors import UserFacingError
from bot.documents import typst
from knowledge.conversations import meetings
from knowledge.database.store import Store
from knowledge.lifecycle import membership
from knowledge.members import audit
from knowledge.vocabulary import MemberStatus, Purpose
from tests.support.community import admit, expert, person, spoken
from tests.support.fake_platform import Posted
from tests.support.met import ANA, ASK, BO_ELSEWHERE, CONTEXT, Met
from tests.support.waiting import until
from tests.support.world import look


@pytest.fixture
async def met(store: Store, judged: None) -> AsyncIterator[Met]:
    found = Met(store)
    yield found
    await found.aclose()


def page(reply: Reply) -> str:
    (only,) = PdfReader(BytesIO(reply.files[0].data)).pages
    return " ".join(only.extract_text().replace("\u200b", "").split())


def letter(reply: Reply) -> str:
    message = email.message_from_bytes(reply.files[1].data, policy=email.policy.default)
    (body, attached, *_) = message.iter_parts()
    assert attached.get_filename() == "exchange-brief.pdf"
    return str(body.get_content())


async def test_both_get_it_with_the_first_message_in_both_languages(met: Met) -> None:
    await met.meet()
    before = met.waiting(met.bo) + met.waiting(ANA)
    assert not any(each.files for each in before)
    await met.start()
    await until(met.posted)
    (sent,) = met.posted()
    assert sent.place.channel == "G1"
    assert [each.name for each in sent.reply.files] == ["exchange-brief.pdf", "exchange-brief.eml"]
    read = page(sent.reply)
    for words in ("Ficha de intercambio", "Fiche d’échange", "Ana Ruiz", "Bo Berg, Statistician"):
        assert words in read
    assert ASK in read
    assert "Registers of addresses for the census of a city" in read
    assert "Report on Registers of addresses" in read
    assert "America/Mexico City" in read
    assert "ciudad o municipio" in read
    assert "niveau" in read.casefold()
    for text in (read, letter(sent.reply), sent.reply.text):
        assert "MARKERCONTEXT" not in text
    assert CONTEXT.startswith("MARKERCONTEXT")
    for words in ("una ficha de una página", "une fiche d’une page"):
        assert words in sent.reply.text


async def test_where_words_are_carried_each_gets_it_in_their_own_conversation(
    store: Store, judged: None
) -> None:
    met = Met(store, BO_ELSEWHERE)
    await met.meet()
    await met.start()
    await until(lambda: len(met.posted()) == 2)
    by_person = {each.place.channel: each.reply for each in met.posted()}
    assert page(by_person["ana"]) == page(by_person["bo"])
    assert "una ficha de una página" in by_person["ana"].text
    assert "une fiche d’une page" in by_person["bo"].text
    await met.aclose()


async def test_an_agreed_time_comes_with_it_as_calendars_know_it(met: Met) -> None:
    await met.meet()
    start = met.clock() + timedelta(days=1)

    def agree(session: Session) -> str:
        spans = [(start, start + timedelta(minutes=30))]
        (chosen,) = meetings.propose(session, 1, 0, spans, met.clock())
        found = meetings.of_conversation(session, 1)
        assert found is not None
        assert meetings.agree(session, found, chosen) is not None
        return found.uid

    assert "exchange-brief.ics" not in [file.name for file in (await given(met)).files]
    uid = met.store.write(agree)
    (raw,) = [file.data for file in (await given(met)).files if file.name.endswith(".ics")]
    made: Any = Calendar.from_ical(raw)
    (event,) = made.walk("VEVENT")
    assert (str(event["UID"]), event["DTSTART"].dt) == (uid, start)
    assert int(event["SEQUENCE"]) == 0


async def test_who_did_not_agree_to_be_named_stands_on_no_page_and_in_no_calendar(
    met: Met,
) -> None:
    met.store.write(lambda session: membership.consent(session, met.bo_id, Purpose.BE_NAMED, False))
    await met.meet()
    start = met.clock() + timedelta(days=1)

    def write(session: Session) -> None:
        spans = [(start, start + timedelta(minutes=30))]
        (chosen,) = meetings.propose(session, 1, 0, spans, met.clock())
        found = meetings.of_conversation(session, 1)
        assert found is not None
        assert meetings.agree(session, found, chosen) is not None

    met.store.write(write)
    again = await given(met)
    (raw,) = [file.data for file in again.files if file.name.endswith(".ics")]
    for text in (page(again), letter(again), raw.decode().replace("\r\n ", "")):
        assert "Bo" not in text.split()
        assert "Berg" not in text
        assert "Ana Ruiz" in text


async def given(met: Met) -> Reply:
    """What `brief 1` gives Ana."""
    return await met.room.say(ANA, "brief 1")


async def test_a_lost_answer_and_a_crash_send_it_once_more_as_it_was(met: Met) -> None:
    await met.meet()
    lost: list[Posted] = []

    def lose(posted: Posted) -> None:
        if posted.reply.files and not lost:
            lost.append(posted)
            raise ConnectionError("the answer was lost")

    met.trouble = lose
    await met.start()
    await until(lambda: lost)
    await met.aclose()
    met.begin()
    await met.start()
    met.clock.forward(timedelta(minutes=2))
    met.sender.wake()
    await until(met.posted)
    (sent,) = met.posted()
    assert sent.in_doubt
    # The very same bytes, so that a platform finds what it has.
    assert sent.reply == lost[0].reply


@pytest.mark.parametrize("trouble", [ImportError("no typst"), RuntimeError("it crashed")])
async def test_people_meet_all_the_same_where_no_page_can_be_drawn(
    met: Met, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise trouble

    monkeypatch.setattr(typst, "_compiled", broken)
    await met.meet()
    await met.start()
    await until(lambda: met.posted(lambda each: each.place.channel == "G1"))
    (greeting,) = met.posted(lambda each: each.place.channel == "G1")
    assert greeting.reply.files == ()
    assert "una ficha de una página" not in greeting.reply.text
    assert "Bo Berg" in spoken(greeting.reply)
    said = await met.room.say(ANA, "brief")
    assert said.files == ()
    assert ASK in said.text
    assert "EN QUÉ TRABAJA" in said.text


async def test_it_is_given_again_to_those_who_met_and_to_nobody_else(met: Met) -> None:
    await met.meet()
    for word in ("brief", f"brief {met.conversation}", "ficha"):
        again = await met.room.say(ANA, word)
        assert "Bo Berg" in page(again)
    eve = person("eve")
    admit(met.store, expert("Eve"), eve)
    refused = await met.room.say(eve, f"brief {met.conversation}")
    nothing = await met.room.say(eve, "brief 99")
    assert refused.text == nothing.text.replace("99", str(met.conversation))
    assert "no open conversation" in (await met.room.say(eve, "brief")).text


async def test_who_left_before_it_was_sent_stands_on_no_page(met: Met) -> None:
    await met.meet()
    met.store.write(lambda session: membership.set_status(session, met.bo_id, MemberStatus.LEFT))
    await met.start()
    await look(met.core, "conversations called off")
    await until(lambda: met.posted(lambda each: "no puede participar" in each.reply.text))
    assert met.posted(lambda each: each.place.channel == "G1") == []
    assert met.posted() == []
    refused = await met.room.say(ANA, f"brief {met.conversation}")
    assert not refused.files
    assert "Bo Berg" not in spoken(refused)


async def test_a_steward_writes_it_to_files_for_people_without_chat(
    met: Met, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await met.meet()

    @contextmanager
    def ready() -> Iterator[Core]:
        yield met.core

    monkeypatch.setattr(briefs, "loaded_core", ready)
    await asyncio.to_thread(briefs.brief, met.conversation, tmp_path / "out")
    names = sorted(each.name for each in (tmp_path / "out").iterdir())
    assert names == ["conversation-1-exchange-brief.eml", "conversation-1-exchange-brief.pdf"]
    acts = met.store.read(lambda session: audit.recent(session, 1))
    assert [(each.act, each.subject) for each in acts] == [("brief.write", "conversation:1")]
    with pytest.raises(UserFacingError):
        await asyncio.to_thread(briefs.brief, 99, tmp_path)

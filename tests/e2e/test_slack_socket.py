"""Slack over Socket Mode: the real bolt, SDK, adapter and core against a fake Slack."""

import asyncio

import pytest

from tests.support.fake_slack import Channel, FakeSlack, Member
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import (
    ASKED,
    READ,
    TITLE,
    SlowEncoder,
    answers,
    kept,
    questions,
    said,
    settled,
)


def _shown(slack: FakeSlack, person: Member) -> int:
    return len(slack.ephemerals(person)) + bool(person.modal)


def _title(person: Member) -> str:
    return str(person.modal["title"]["text"]) if person.modal else ""


async def test_a_command_is_answered_in_place_and_kept(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    asked = ana.command("/crosswalk", f"ask {ASKED}", room)
    await asked.acknowledged()
    assert asked.seconds is not None
    assert asked.seconds < 1
    await slack.until(lambda: answers(slack.ephemerals(ana)) and kept(slack, ana))
    (shown,) = answers(slack.ephemerals(ana))
    assert ASKED in said(shown)  # others' words are not shown to anybody: it is restated
    await settled(slack)
    assert len(kept(slack, ana)) == 1
    assert slack.by_bot(room) == []
    assert slack.refused == []


async def test_a_command_in_the_conversation_is_answered_once_there(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    await ana.command("/ask", ASKED).acknowledged()
    await slack.until(lambda: kept(slack, ana))
    await settled(slack)
    assert len(kept(slack, ana)) == 1
    assert slack.refused == []


@pytest.mark.parametrize(("delay", "messages"), [(0.0, 1), (2.0, 2)])
async def test_a_placeholder_comes_only_when_it_takes_long(
    running: Bot,
    slack: FakeSlack,
    ana: Member,
    room: Channel,
    encoder: SlowEncoder,
    delay: float,
    messages: int,
) -> None:
    """A command's address replaces nothing: what was shown meanwhile stays for good."""
    encoder.delay = delay
    await ana.command("/ask", ASKED, room).acknowledged()
    await slack.until(lambda: answers(slack.ephemerals(ana)))
    await settled(slack)
    assert len(slack.ephemerals(ana)) == messages
    assert TITLE in slack.ephemerals(ana)[-1].text


@pytest.mark.alone
async def test_a_hundred_at_once_are_acknowledged_within_a_second(
    running: Bot, slack: FakeSlack, encoder: SlowEncoder
) -> None:
    encoder.delay = 0.3
    people = [slack.member(f"U9{n:03}", f"p{n}") for n in range(100)]
    sent = [person.command("/ask", f"{ASKED} {n}?") for n, person in enumerate(people)]
    await asyncio.gather(*(delivery.acknowledged(15) for delivery in sent))
    seconds = sorted(delivery.seconds or 99 for delivery in sent)
    assert seconds[98] < 1, f"p50 {seconds[50]:.3f} s, p99 {seconds[98]:.3f} s"
    await slack.until(lambda: all(kept(slack, person) for person in people), 60)
    assert all(len(kept(slack, person)) == 1 for person in people)


async def test_a_mention_is_answered_in_its_thread_with_an_hourglass_meanwhile(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    message, _ = ana.mention(room, ASKED)
    await slack.until(lambda: answers(slack.by_bot(room)))
    await slack.until(lambda: slack.count("reactions.remove"))
    (answer,) = slack.by_bot(room)
    assert isinstance(answer, dict)
    assert answer["thread_ts"] == message["ts"]
    assert slack.count("reactions.add") == 1
    assert message["reactions"] == set()
    assert slack.refused == []


async def test_a_thread_goes_on_only_when_the_bot_is_mentioned(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    message, _ = ana.mention(room, ASKED)
    await slack.until(lambda: slack.by_bot(room))
    ana.write("and what did the mayor say?", room, message["ts"])
    await settled(slack)
    assert len(slack.by_bot(room)) == 1
    ana.mention(room, f"again: {ASKED}", message["ts"])
    await slack.until(lambda: len(slack.by_bot(room)) == 2)
    assert slack.by_bot(room)[1]["thread_ts"] == message["ts"]


async def test_a_direct_message_needs_no_mention(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    _, event = ana.write(ASKED)
    await event.acknowledged()
    await slack.until(lambda: kept(slack, ana))
    assert slack.refused == []


async def test_an_expired_trigger_falls_back_to_a_message(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    ana.command("/crosswalk", "ask", room)
    slack.workspace.forward(4)
    await slack.until(lambda: slack.ephemerals(ana) or slack.by_bot(ana.direct))
    assert ana.modal is None
    await settled(slack)
    shown = [s for s in slack.ephemerals(ana) if s.content.get("blocks")]
    pressed = (
        ana.press(shown[-1], "Ask") if shown else ana.press(slack.by_bot(ana.direct)[-1], "Ask")
    )
    await pressed.acknowledged()
    await slack.until(lambda: ana.modal)


async def test_an_empty_command_opens_a_form_that_asks(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    await ana.command("/ask", "", room).acknowledged()
    await slack.until(lambda: ana.modal)
    assert await ana.submit({"Your question": ASKED}) == {}
    await slack.until(lambda: kept(slack, ana))
    assert slack.refused == []


async def test_a_button_pressed_twice_by_another_and_after_a_restart_is_harmless(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel
) -> None:
    ana.mention(room, ASKED)
    await slack.until(lambda: slack.by_bot(room))
    (answer,) = slack.by_bot(room)
    before = dict(answer)
    slack.faults.twice = 1
    await ana.press(answer, READ, room).acknowledged()
    await ana.press(answer, READ, room).acknowledged()
    await bea.press(answer, READ, room).acknowledged()
    await slack.until(lambda: _shown(slack, ana) and _shown(slack, bea))
    await running.stop()
    await running.start()
    seen = _shown(slack, bea)
    await bea.press(answer, READ, room).acknowledged()
    await slack.until(lambda: _shown(slack, bea) > seen or bea.modal)
    await settled(slack)
    assert slack.by_bot(room) == [before]  # what others see stays as it was
    assert questions(running.store) == 1
    assert slack.refused == []


async def test_a_profile_is_filled_refused_corrected_and_saved(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    await ana.command("/crosswalk", "profile").acknowledged()
    await slack.until(lambda: ana.modal)
    who = {
        "Your name": "Ana Ruiz",
        "Your community": "CITY",
        "Your role": "Chief Data Officer",
        "Your organisation": "Ayuntamiento de León",
    }
    assert await ana.submit(who) == {}
    await slack.until(lambda: "Saved." in str(slack.ephemerals(ana)))
    await ana.press(slack.ephemerals(ana)[-1], "Place and hours").acknowledged()
    await slack.until(lambda: _title(ana) == "Place and hours")
    where = {
        "City or place": "León",
        "Country": "Atlantis",
        "Languages you work in": "es, en",
        "Time zone": "America/Mexico_City",
        "Hours when you can talk": "9-17",
    }
    errors = await ana.submit(where)
    assert list(errors) == ["Country"]
    assert _title(ana) == "Place and hours"
    assert await ana.submit(where) == errors  # unchanged it is still refused
    assert await ana.submit(where | {"Country": "Mexico"}) == {}
    ana.write("profile")
    await slack.until(lambda: "Ayuntamiento de León" in str(slack.by_bot(ana.direct)))
    assert slack.refused == []


async def test_home_is_published_when_it_is_opened(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    await ana.open_home().acknowledged()
    await slack.until(lambda: ana.home)
    assert ana.home is not None
    assert ana.home["blocks"]
    assert slack.refused == []


async def test_the_locale_and_time_zone_are_slacks(running: Bot, slack: FakeSlack) -> None:
    luz = slack.member("U3LUZ", "luz", locale="es-MX")
    luz.write("ayuda")
    await slack.until(lambda: slack.by_bot(luz.direct))
    assert "pregunta" in str(slack.by_bot(luz.direct)[0]).casefold()


async def test_a_message_can_be_asked_about_and_saved(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel
) -> None:
    message, _ = bea.write(ASKED, room)
    await ana.shortcut("ask_crosswalk", message, room).acknowledged()
    await slack.until(lambda: kept(slack, ana))
    await ana.shortcut("ask_form").acknowledged()
    await slack.until(lambda: ana.modal)


async def test_the_bot_is_silent_to_itself_and_to_what_is_not_for_it(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    ana.write(f"{ASKED} (to the others)", room)
    ana.mention(room, ASKED)
    await slack.until(lambda: slack.by_bot(room))
    await settled(slack)
    assert len(slack.by_bot(room)) == 1
    assert slack.by_bot(ana.direct) == []


@pytest.mark.parametrize("mode", ["sent twice", "sent once"])
async def test_a_form_that_is_delivered_twice_keeps_its_answer_in_the_window(
    running: Bot, slack: FakeSlack, ana: Member, mode: str
) -> None:
    await ana.shortcut("ask_form").acknowledged()
    await slack.until(lambda: ana.modal)
    slack.faults.twice = int(mode == "sent twice")
    assert await ana.submit({"Your question": ASKED}) == {}
    await slack.until(lambda: ana.modal and TITLE in str(ana.modal["blocks"]))
    await settled(slack)
    assert TITLE in str(ana.modal and ana.modal["blocks"])
    assert slack.refused == []


async def test_thanks_are_answered_where_nobody_else_reads_it(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    ana.mention(room, "thanks")
    ana.write("Thank you!")
    await slack.until(lambda: slack.by_bot(ana.direct))
    await settled(slack)
    assert [said(each) for each in slack.by_bot(ana.direct)] == ["You are welcome."]
    assert slack.by_bot(room) == []
    assert questions(running.store) == 0

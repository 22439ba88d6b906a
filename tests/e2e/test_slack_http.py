"""Slack over signed HTTP requests: the same bot behind `/slack/events`."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.community import case, publish
from tests.support.fake_encoder import HashEncoder
from tests.support.fake_slack import Channel, FakeSlack, Member, SignedHttp
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import ASKED, TITLE, kept


@pytest.fixture
async def bot(slack: FakeSlack, tmp_path: Path, judged: None) -> AsyncIterator[Bot]:
    """Started in HTTP mode on a library of one case."""
    found = Bot(slack, tmp_path, HashEncoder(), "http")
    publish(found.store, case(TITLE))
    await found.start()
    yield found
    await found.aclose()


@pytest.fixture
def http(bot: Bot, slack: FakeSlack) -> SignedHttp:
    """The way to the bot."""
    transport = slack.post.transport
    assert isinstance(transport, SignedHttp)
    return transport


def mention() -> str:
    return json.dumps({"type": "event_callback", "event": {"type": "app_mention"}})


JSON = {"Content-Type": "application/json"}


async def test_a_command_is_acknowledged_and_answered(
    bot: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    asked = ana.command("/ask", ASKED, room)
    await asked.acknowledged()
    assert asked.statuses == [200]
    assert asked.seconds is not None
    assert asked.seconds < 1
    await slack.until(lambda: kept(slack, ana))
    await slack.until(lambda: [s for s in slack.ephemerals(ana) if TITLE in s.text])
    assert slack.socket.accepted == 0
    assert slack.refused == []


async def test_events_presses_and_forms_come_the_same_way(
    bot: Bot, slack: FakeSlack, ana: Member
) -> None:
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))
    pressed = ana.press(kept(slack, ana)[0], "Read")
    await pressed.acknowledged()
    await ana.open_home().acknowledged()
    await slack.until(lambda: ana.home)
    await ana.command("/ask").acknowledged()
    await slack.until(lambda: ana.modal and ana.modal["title"]["text"] == "Ask")
    assert await ana.submit({"Your question": f"{ASKED} And how?"}) == {}
    await slack.until(lambda: len(kept(slack, ana)) == 2)
    assert slack.refused == []


async def test_a_request_sent_twice_is_answered_once(
    bot: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.twice = 1
    _, event = ana.write(ASKED)
    await slack.until(lambda: len(event.statuses) == 2 and kept(slack, ana))
    await asyncio.sleep(0.6)
    assert event.statuses == [200, 200]
    assert len(kept(slack, ana)) == 1


async def test_two_processes_on_one_database_answer_once(
    bot: Bot, slack: FakeSlack, ana: Member, tmp_path: Path
) -> None:
    first = slack.post.transport
    other = Bot(slack, tmp_path, HashEncoder(), "http")
    await other.start()
    second = slack.post.transport
    _, event = ana.write(ASKED)
    slack.post.transport = first
    slack.post.send("events_api", event.payload)
    await event.acknowledged()
    slack.post.transport = second
    slack.post.send("events_api", event.payload)
    await slack.until(lambda: kept(slack, ana))
    await asyncio.sleep(0.8)
    assert len(kept(slack, ana)) == 1
    await other.aclose()


async def test_what_slack_signed_is_let_in(http: SignedHttp) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"})
    status, text = await http.request(body, JSON)
    assert (status, "abc" in text) == (200, True)


@pytest.mark.parametrize("signature", ["v0=0", "v0=é", "", "v1=" + "0" * 64])
async def test_a_bad_signature_is_not(http: SignedHttp, slack: FakeSlack, signature: str) -> None:
    headers = {"X-Slack-Signature": signature, "X-Slack-Request-Timestamp": str(int(time.time()))}
    async with (
        aiohttp.ClientSession() as session,
        session.post(http.url, data=mention(), headers=JSON | headers) as answer,
    ):
        assert answer.status == 401
    # Nothing but what the bot asks at its start.
    assert {call.method for call in slack.calls} <= {"auth.test", "users.conversations"}


@pytest.mark.parametrize(
    "timestamp",
    ["-301", "+301", "soon", "", "NaN", "1e9", "٣", "9" * 400, "-1", "0"],
)
async def test_a_stale_or_unreadable_moment_is_not(http: SignedHttp, timestamp: str) -> None:
    if timestamp in {"-301", "+301"}:
        timestamp = str(int(time.time()) + int(timestamp))
    status, _ = await http.request(mention(), JSON, timestamp=timestamp)
    assert status == 401


async def test_a_request_without_a_signature_is_not(http: SignedHttp) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(http.url, data=mention(), headers=JSON) as answer,
    ):
        assert answer.status == 401


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "payload=%7B", "payload=null"])
async def test_a_signed_body_that_cannot_be_read_harms_nobody(
    http: SignedHttp, slack: FakeSlack, ana: Member, body: str
) -> None:
    kind = (
        "application/x-www-form-urlencoded" if body.startswith("payload") else JSON["Content-Type"]
    )
    status, _ = await http.request(body, {"Content-Type": kind})
    assert status < 500
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))

"""Signed payloads of every wrong shape: refused with 400, or passed over, and never a failure."""

import copy
import json
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.community import case, publish
from tests.support.fake_encoder import HashEncoder
from tests.support.fake_slack import Channel, FakeSlack, Json, Member, SignedHttp
from tests.support.fake_slack.deliveries import Delivery
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import ASKED, TITLE, kept

WRONG: tuple[Any, ...] = (None, 7, "x", [], {}, [None], {"id": 7}, True)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
TRIES = 25
"""For each payload: drawn from all places in it and all wrong values."""


class Keeping:
    """Keeps what would be sent, so that it can be sent damaged."""

    def __init__(self) -> None:
        self.sent: list[Delivery] = []

    async def carry(self, delivery: Delivery, reason: str) -> None:
        self.sent.append(delivery)
        delivery.acknowledge({})


@pytest.fixture
async def bot(slack: FakeSlack, tmp_path: Path, judged: None) -> AsyncIterator[Bot]:
    """Started in HTTP mode on a library of one case."""
    found = Bot(slack, tmp_path, HashEncoder(), "http")
    publish(found.store, case(TITLE))
    await found.start()
    yield found
    await found.aclose()


@pytest.fixture
async def collected(
    bot: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> tuple[SignedHttp, list[Delivery]]:
    """One payload of each kind, and the way by which they are sent."""
    http = slack.post.transport
    assert isinstance(http, SignedHttp)
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))
    await ana.command("/ask").acknowledged()
    await slack.until(lambda: ana.modal and ana.modal["title"]["text"] == "Ask")
    keeping = slack.post.transport = Keeping()
    message, _ = ana.write(ASKED)
    ana.edit(message, "another question?")
    ana.mention(room, ASKED)
    ana.open_home()
    ana.command("/ask", ASKED, room)
    ana.press(kept(slack, ana)[0], "Helpful")
    ana.shortcut("ask_crosswalk", message)
    ana.shortcut("ask_form")
    await ana.submit({"Your question": ASKED})
    slack.happens.rename(room, "data")
    slack.happens.change(ana.id, name="Ana")
    await slack.until(lambda: len(keeping.sent) >= 11)
    return http, keeping.sent


def places(found: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a document."""
    inside: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(found, dict):
        inside = iter(found.items())
    elif isinstance(found, list):
        inside = enumerate(found)
    for key, value in inside:
        yield (*way, key)
        yield from places(value, (*way, key))


def damaged(found: Json, way: tuple[Any, ...], wrong: Any, *, gone: bool) -> Json:
    """The same document with another value, or none, in one place."""
    copied: Json = copy.deepcopy(found)
    inner: Any = copied
    for key in way[:-1]:
        inner = inner[key]
    if gone:
        del inner[way[-1]]
    else:
        inner[way[-1]] = wrong
    return copied


def encoded(delivery: Delivery, payload: Json) -> tuple[str, dict[str, str]]:
    if delivery.kind == "events_api":
        return json.dumps(payload, default=list), JSON
    if delivery.kind == "interactive":
        return urlencode({"payload": json.dumps(payload, default=list)}), FORM
    return urlencode({key: str(value) for key, value in payload.items()}), FORM


async def test_no_damaged_payload_is_answered_with_a_failure(
    collected: tuple[SignedHttp, list[Delivery]],
) -> None:
    http, sent = collected
    draw = random.Random(20261201)
    statuses: dict[int, int] = {}
    for delivery in sent:
        every = list(places(delivery.payload))
        for _ in range(TRIES):
            way = draw.choice(every)
            payload = damaged(delivery.payload, way, draw.choice(WRONG), gone=draw.random() < 0.4)
            status, _ = await http.request(*encoded(delivery, payload))
            assert status < 500, (delivery.kind, way, payload)
            statuses[status] = statuses.get(status, 0) + 1
    assert statuses[400] > TRIES
    assert statuses[200] > TRIES


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions"},
        {"type": "block_actions", "user": {"id": "U1"}, "actions": []},
        {"type": "view_submission", "user": {"id": "U1"}, "view": {"id": "V1"}},
        {"type": "message_action", "user": "U1", "callback_id": "ask_crosswalk"},
        {"type": "shortcut", "callback_id": "ask_form"},
    ],
)
async def test_an_interaction_that_lacks_what_it_is_about_is_refused(
    bot: Bot, slack: FakeSlack, payload: Json
) -> None:
    http = slack.post.transport
    assert isinstance(http, SignedHttp)
    status, _ = await http.request(urlencode({"payload": json.dumps(payload, default=list)}), FORM)
    assert status == 400


@pytest.mark.parametrize(
    "event",
    [None, [], {}, {"type": 7}, {"type": "message"}, {"type": "app_mention", "channel": ["C1"]},
     {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "1.0"},
     {"type": "app_home_opened"}, {"type": "user_change", "user": {"id": "U1", "profile": "x"}}],
)  # fmt: skip
async def test_an_event_that_lacks_what_it_is_about_is_refused(
    bot: Bot, slack: FakeSlack, event: Any
) -> None:
    http = slack.post.transport
    assert isinstance(http, SignedHttp)
    body = json.dumps({"type": "event_callback", "event": event})
    assert (await http.request(body, JSON))[0] == 400

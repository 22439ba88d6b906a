"""`crosswalk run` inside: platforms come, fall over, are refused, and are left in order."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import Core
from bot.contract import Person, Place, Refused, Reply, Said
from bot.i18n import LANGUAGES
from bot.messaging import serialization
from bot.messaging.outbox import direct, message
from bot.runtime import server
from bot.runtime.platforms import NoPlatform
from bot.runtime.scheduler import Scheduler
from bot.runtime.server import Runtime
from knowledge.errors import StoreRefused
from knowledge.messaging import deliveries, inbox
from tests.conftest import NOW
from tests.support.community import case, person, publish
from tests.support.fake_platform import FakePlatform
from tests.support.requests import get
from tests.support.waiting import until

ANA = person("ana")
NOBODY_HOME = "The name of the server is not known."


def refuse() -> None:
    raise Refused("Chat refused the token. Put a new one into CHAT_TOKEN.")


def running(core: Core, *platforms: FakePlatform) -> Runtime:
    return Runtime(core, platforms, host="127.0.0.1", port=0, clock=lambda: NOW)


@asynccontextmanager
async def started(bot: Runtime) -> AsyncIterator[list[Any]]:
    stop = asyncio.Event()
    with capture_logs() as logs:
        task = asyncio.create_task(bot.run(stop))
        await until(lambda: any(entry["event"] == "ready" for entry in logs) or task.done())
        yield logs
        stop.set()
        await asyncio.wait_for(task, 20)


def said(text: str, event: str = "1", who: Person = ANA) -> Said:
    place = Place("chat", "W", "D1")
    return Said(event_id=event, person=who, place=place, in_place=False, text=text)


async def test_a_question_on_a_platform_is_answered_there(core: Core, judged: None) -> None:
    publish(core.store, case("Departments that refused to share data"))
    chat = FakePlatform()
    bot = running(core, chat)
    async with started(bot) as logs:
        (ready,) = [entry for entry in logs if entry["event"] == "ready"]
        assert ready["platforms"] == {"chat": "connected"}
        assert ready["port"] == bot.server.port
        assert ready["log_level"] == "info"
        assert set(chat.uis) == set(LANGUAGES)
        assert chat.handler is not None
        act = said("departments that refused to share data")
        assert await chat.handler(act) is None
        await until(lambda: len(chat.posted) == 1)
        assert await chat.handler(act) is None
        assert (await get(bot.server.port, "/readyz"))[0] == 200
        assert (
            'crosswalk_acts_total{outcome="done"} 1.0'
            in (await get(bot.server.port, "/metrics"))[1]
        )
    (posted,) = chat.posted
    assert any(
        card.title == "Departments that refused to share data" for card in posted.reply.cards
    )


async def test_an_unreachable_platform_waits_and_comes_when_it_can(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.runtime.platforms.FIRST_PAUSE", 0.3)
    away, chat = FakePlatform("away"), FakePlatform()
    failures = [OSError(NOBODY_HOME), OSError(NOBODY_HOME)]

    def connecting() -> None:
        if failures:
            raise failures.pop()

    away.connecting = connecting
    bot = running(core, away, chat)
    async with started(bot) as logs:
        (ready,) = [entry for entry in logs if entry["event"] == "ready"]
        assert ready["platforms"] == {"away": "waiting", "chat": "connected"}
        document = json.loads((await get(bot.server.port, "/readyz"))[1])
        assert document["platforms"]["away"]["state"] == "waiting"
        assert document["platforms"]["away"]["reason"]
        await until(lambda: away.health().connected)
        assert away.runs == 3
        assert len([entry for entry in logs if entry["event"] == "ready"]) == 1


async def test_a_refused_platform_stops_alone(core: Core) -> None:
    chat, refused = FakePlatform(), FakePlatform("refused")
    refused.connecting = refuse
    async with started(running(core, chat, refused)) as logs:
        (ready,) = [entry for entry in logs if entry["event"] == "ready"]
        assert ready["platforms"] == {"chat": "connected", "refused": "refused"}
        (told,) = [entry for entry in logs if entry["event"] == "A platform refused."]
        assert told["why"].startswith("Chat refused the token.")
    assert refused.runs == 1


async def test_when_none_is_left_the_bot_ends_with_the_reason(core: Core) -> None:
    chat = FakePlatform()
    chat.connecting = refuse
    with capture_logs() as logs, pytest.raises(NoPlatform, match="Put a new one into CHAT_TOKEN"):
        await asyncio.wait_for(running(core, chat).run(asyncio.Event()), 20)
    assert not [entry for entry in logs if entry["event"] == "ready"]


def test_without_a_platform_nothing_starts(core: Core) -> None:
    with pytest.raises(NoPlatform, match="No platform is set up"):
        running(core)


async def test_what_was_left_behind_is_done_at_the_start(core: Core) -> None:
    chat = FakePlatform()
    draft = message("left", direct(ANA), Reply("from before"), ANA)
    core.store.write(lambda session: deliveries.write(session, [draft], NOW))
    text = serialization.act_to_json(said("status"))
    core.store.write(lambda session: inbox.claim(session, "chat", "1", text, NOW))
    async with started(running(core, chat)):
        await until(lambda: len(chat.posted) == 2)
    assert {posted.reply.text for posted in chat.posted} > {"from before"}
    assert any("Matching model: hash." in posted.reply.text for posted in chat.posted)


async def test_told_to_stop_it_finishes_what_is_in_hand(core: Core) -> None:
    chat = FakePlatform()
    chat.pause = 0.3
    bot = running(core, chat)
    async with started(bot):
        assert chat.handler is not None
        await chat.handler(said("status"))
        await chat.handler(said("version", "2"))
    assert len(chat.posted) == 2
    assert not chat.health().connected


async def test_a_message_that_nobody_takes_does_not_hold_up_the_end(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.runtime.server.DRAINING", 1.0)
    chat = FakePlatform()
    chat.pause = 60
    began = asyncio.get_running_loop().time()
    async with started(running(core, chat)):
        assert chat.handler is not None
        await chat.handler(said("status"))
        await until(lambda: len(chat.tries) == 1)
    assert asyncio.get_running_loop().time() - began < 10
    assert core.store.read(deliveries.standing).waiting == 1
    chat = FakePlatform()
    async with started(running(core, chat)):
        await until(lambda: len(chat.posted) == 1)
    assert chat.posted[0].in_doubt


async def test_a_database_that_cannot_be_written_is_not_ready_and_says_why(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full() -> None:
        raise StoreRefused("The disk is full.")

    bot = running(core, FakePlatform())
    async with started(bot):
        await until(lambda: bot.platforms[0].figures().state == "connected")
        assert (await bot.figures()).ready
        monkeypatch.setattr(core.database, "probe", full)
        monkeypatch.setattr(server, "PROBED_FOR", 0.0)
        found = await bot.figures()
    assert not found.ready
    assert found.document()["database"] == "The disk is full."


async def test_the_tick_calls_again_and_survives_a_failure() -> None:
    schedule = Scheduler()
    calls: list[str] = []

    async def fail() -> None:
        calls.append("fail")
        raise RuntimeError

    async def work() -> None:
        calls.append("work")

    schedule.every(timedelta(seconds=0.05), fail, "fail")
    schedule.every(timedelta(seconds=0.05), work, "work")
    with capture_logs() as logs:
        schedule.start()
        await until(lambda: calls.count("fail") > 1 and calls.count("work") > 1)
        await schedule.aclose()
    assert [entry for entry in logs if entry.get("job") == "fail"]
    assert not [entry for entry in logs if entry.get("job") == "work"]


async def test_a_clock_that_is_set_back_silences_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.runtime.scheduler.LOOKED", 0.02)
    moved = [0.0]
    schedule = Scheduler(clock=lambda: time.time() + moved[0])
    calls: list[str] = []

    async def work() -> None:
        calls.append("work")

    schedule.every(timedelta(hours=1), work, "work")
    schedule.start()
    await asyncio.sleep(0.1)
    assert not calls
    moved[0] = -26 * 3600.0
    await until(lambda: bool(calls))
    await schedule.aclose()


async def test_every_feature_is_asked_what_is_due(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Scheduler, "every", lambda _self, _pause, _job, name: asked.append(name))
    async with started(running(core, FakePlatform())):
        pass
    assert {tick.name for tick in core.jobs} <= set(asked)

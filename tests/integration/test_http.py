"""The small server: alive, ready, counted, and other people's paths beside it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from bot.contract.adapter import PlatformStatus
from bot.runtime.http import AddressTaken, Server, application, routes_of
from bot.runtime.metrics import Metrics
from tests.support.fake_platform import FakePlatform
from tests.support.requests import get

WELL = Metrics(
    database=True,
    model="a model",
    cases=42,
    experts=7,
    acts_open=1,
    waiting=2,
    dead=1,
    oldest_seconds=12.34,
    platforms=(
        PlatformStatus("chat", "connected", last_pong=0.0),
        PlatformStatus("other", "waiting", reason="It does not answer."),
    ),
    acts={"done": 5, "let go": 1},
    deliveries={"sent": 4},
)


@asynccontextmanager
async def serving(found: Metrics, routes: Sequence[BaseRoute] = ()) -> AsyncIterator[int]:
    async def figures() -> Metrics:
        return found

    server = Server(application(figures, routes), "127.0.0.1", 0)
    running = asyncio.create_task(server.run())
    await asyncio.wait_for(server.listening(), 5)
    yield server.port
    server.close()
    await asyncio.wait_for(running, 5)


async def test_the_process_is_alive_whatever_else_fails() -> None:
    async with serving(Metrics(database=False, model="a model")) as port:
        assert await get(port, "/healthz") == (200, "ok\n")


async def test_readiness_names_every_part() -> None:
    async with serving(WELL) as port:
        status, text = await get(port, "/readyz")
    assert status == 200
    assert json.loads(text) == {
        "ready": True,
        "closing": False,
        "database": "ok",
        "model": "a model",
        "inbox": {"open": 1},
        "outbox": {"waiting": 2, "dead": 1, "oldest_seconds": 12.3},
        "platforms": {
            "chat": {
                "state": "connected",
                "last_pong": "1970-01-01T00:00:00+00:00",
                "last_event": None,
                "reason": "",
            },
            "other": {
                "state": "waiting",
                "last_pong": None,
                "last_event": None,
                "reason": "It does not answer.",
            },
        },
    }


@pytest.mark.parametrize(
    "found",
    [
        Metrics(database=False, model="m", platforms=WELL.platforms),
        Metrics(database=True, model="m", platforms=WELL.platforms[1:]),
        Metrics(database=True, model="m"),
        Metrics(database=True, model="m", platforms=WELL.platforms, closing=True),
    ],
)
async def test_what_cannot_answer_members_is_not_ready(found: Metrics) -> None:
    async with serving(found) as port:
        status, text = await get(port, "/readyz")
    assert status == 503
    assert json.loads(text)["ready"] is False


async def test_figures_are_there_for_prometheus() -> None:
    async with serving(WELL) as port:
        status, text = await get(port, "/metrics")
    assert status == 200
    lines = text.splitlines()
    for line in (
        "crosswalk_ready 1.0",
        "crosswalk_cases 42.0",
        "crosswalk_outbox_waiting 2.0",
        "crosswalk_outbox_dead 1.0",
        'crosswalk_platform_connected{platform="chat"} 1.0',
        'crosswalk_platform_connected{platform="other"} 0.0',
        'crosswalk_acts_total{outcome="let_go"} 1.0',
        'crosswalk_deliveries_total{outcome="sent"} 4.0',
    ):
        assert line in lines


async def test_an_adapter_answers_its_own_paths() -> None:
    class Routed(FakePlatform):
        def routes(self) -> list[BaseRoute]:
            async def events(request: Request) -> PlainTextResponse:
                return PlainTextResponse(f"{request.method} {(await request.body()).decode()}")

            return [Route("/chat/events", events, methods=["POST"])]

    async with serving(WELL, routes_of([FakePlatform(), Routed()])) as port:
        assert await get(port, "/chat/events", b"hello") == (200, "POST hello")
        assert (await get(port, "/chat/events"))[0] == 405
        assert (await get(port, "/nowhere"))[0] == 404
        assert (await get(port, "/healthz"))[0] == 200


async def test_a_port_that_is_taken_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(AddressTaken, match=f"Nothing can listen on 127.0.0.1:{port}"):
            Server(application(lambda: asyncio.sleep(0, WELL)), "127.0.0.1", port)


async def test_a_body_beyond_all_bounds_is_refused() -> None:
    async def swallow(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    route = Route("/chat/events", swallow, methods=["POST"])
    async with serving(WELL, [route]) as port:
        assert await get(port, "/chat/events", b"x" * 1000) == (200, "1000")
        assert (await get(port, "/chat/events", b"x", declared=2_000_001))[0] == 413

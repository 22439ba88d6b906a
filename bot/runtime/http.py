"""The one small server: health, readiness, figures, and what an adapter answers itself."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import uvicorn
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.runtime.metrics import Metrics
from knowledge.errors import KnowledgeError

LARGEST_BODY = 2_000_000


class AddressTaken(KnowledgeError):
    """The address to listen on cannot be used."""


class Routed(Protocol):
    """An adapter that answers requests itself."""

    def routes(self) -> Sequence[BaseRoute]:
        """Its own paths, beside ours."""
        ...


def application(
    figures: Callable[[], Awaitable[Metrics]], routes: Sequence[BaseRoute] = ()
) -> Starlette:
    """Our three paths and those of adapters; `figures` says how everything stands."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        found = await figures()
        return JSONResponse(found.document(), 200 if found.ready else 503)

    async def metrics(request: Request) -> Response:
        text = generate_latest(_registry(await figures()))
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    own = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    return Starlette(routes=[*own, *routes], max_body_size=LARGEST_BODY)


def routes_of(adapters: Sequence[Any]) -> list[BaseRoute]:
    """The paths of all adapters that have some."""
    return [
        route for adapter in adapters if hasattr(adapter, "routes") for route in adapter.routes()
    ]


def take_port(host: str, port: int) -> socket.socket:
    """Listen at once; whoever asks waits for the server. Raises AddressTaken with a sentence."""
    try:
        return socket.create_server((host, port), family=_family(host))
    except (OSError, OverflowError) as error:
        raise AddressTaken(
            f"Nothing can listen on {host}:{port}. Choose other values for HTTP_HOST and "
            "HTTP_PORT, or end the program that is there."
        ) from error


class Server:
    """Uvicorn on one socket, without handling signals: whoever runs the bot does that."""

    def __init__(
        self, app: Starlette, host: str, port: int, taken: socket.socket | None = None
    ) -> None:
        """Listen at once, on `taken` if `take_port` was called before. Raises AddressTaken."""
        self._socket = taken or take_port(host, port)
        self.port = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        self._server = _Quiet(config)

    async def run(self) -> None:
        """Serve until `close`."""
        await self._server.serve(sockets=[self._socket])

    async def listening(self) -> None:
        """Return once requests are answered."""
        await self._server.up.wait()

    def close(self) -> None:
        """End soon; requests in hand are finished."""
        self._server.should_exit = True


class _Quiet(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Collector:
    """What /metrics says, read at the moment of asking."""

    def __init__(self, figures: Metrics) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        found = self._figures
        yield _gauge("crosswalk_ready", "Whether readyz says yes.", float(found.ready))
        yield _gauge("crosswalk_cases", "Cases that can be found.", found.cases)
        yield _gauge("crosswalk_experts", "Members who agreed to be asked.", found.experts)
        yield _gauge("crosswalk_inbox_open", "Acts received and not done.", found.acts_open)
        yield _gauge("crosswalk_outbox_waiting", "Messages to send.", found.waiting)
        yield _gauge("crosswalk_outbox_dead", "Messages given up.", found.dead)
        yield _gauge(
            "crosswalk_outbox_oldest_seconds",
            "Age of the message that has waited longest.",
            found.oldest_seconds,
        )
        connected = GaugeMetricFamily(
            "crosswalk_platform_connected", "Whether a platform is connected.", labels=["platform"]
        )
        for platform in found.platforms:
            connected.add_metric([platform.name], float(platform.state == "connected"))
        yield connected
        yield _counter("crosswalk_acts", "Acts by what became of them.", found.acts)
        yield _counter("crosswalk_deliveries", "Messages by what became of them.", found.deliveries)


def _registry(figures: Metrics) -> CollectorRegistry:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Collector(figures))
    return registry


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _counter(name: str, says: str, tally: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, says, labels=["outcome"])
    for outcome, number in sorted(tally.items()):
        family.add_metric([outcome.replace(" ", "_")], number)
    return family


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET

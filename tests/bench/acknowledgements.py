"""How soon Slack hears that a mention has arrived, with many at once, beside a bare bolt app."""

import asyncio
import gc
import resource
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from knowledge.encoders.encoder import Encoder
from tests.bench.measuring import Figure, Part, percentile
from tests.bench.speed import community, questions
from tests.support.fake_slack import FakeSlack
from tests.support.fake_slack.deliveries import Delivery
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.workspace import BOT, TEAM

AT_ONCE = 100
MOST = 1.0
"""Seconds in which 99 of 100 must be acknowledged; Slack sends again after 3."""
FLOOD, WAITING_KB = 1_200, 200.0
"""Mentions that wait in line while memory is looked at, and what each may cost."""


@dataclass(frozen=True)
class Measured:
    """Seconds until each acknowledgement, and kilobytes for each mention that waited then.

    `growth`: memory of the whole process then, and before the first mention.
    """

    seconds: list[float]
    each: float
    growth: float


def measure(encoder: Encoder, size: int, folder: Path) -> Part:
    """Seconds until an acknowledgement, and what a mention that waits costs in memory."""
    with community(encoder, size, folder) as core, TemporaryDirectory() as room:
        core.store.backup(Path(room) / "crosswalk.db")
        bare = asyncio.run(_beside(_bare, AT_ONCE))
        ours = asyncio.run(_beside(lambda slack: _bot(slack, Path(room), encoder), AT_ONCE))
        flood = asyncio.run(_beside(lambda slack: _bot(slack, Path(room), encoder), FLOOD))
    name = f"acknowledgements, {AT_ONCE} mentions at once, {size:,} snippets"
    figures = [
        Figure(name, "bare bolt app, p50", median(bare.seconds), "s"),
        Figure(name, "bare bolt app, p99", percentile(bare.seconds, 0.99), "s"),
        Figure(name, "the bot, p50", median(ours.seconds), "s"),
        Figure(name, "the bot, p99", percentile(ours.seconds, 0.99), "s", most=MOST),
        Figure(name, f"the bot, p99 of {FLOOD}", percentile(flood.seconds, 0.99), "s"),
        Figure(name, f"memory for each of {FLOOD} that wait", flood.each, "KB", most=WAITING_KB),
        Figure(name, f"memory with {FLOOD} that wait / before them", flood.growth, "x", most=1.5),
    ]
    return Part(figures)


async def _beside(
    start: Callable[[FakeSlack], Awaitable[Callable[[], Awaitable[None]]]], many: int
) -> Measured:
    """So many mentions, all at once, until each is acknowledged."""
    slack = FakeSlack(retries=(), ack_seconds=60.0)
    await slack.start()
    stop = await start(slack)
    people = [slack.member(f"U{number:05}", f"member {number}") for number in range(many)]
    room = slack.channel("C1DATA", *people)
    texts = questions(100)
    sent: list[Delivery] = []
    before = _resident()
    for number, who in enumerate(people):
        _, deliveries = who.mention(room, texts[number % len(texts)])
        sent += deliveries
    for one in sent:
        await one.acknowledged(120)
    waiting = _resident()
    await stop()
    await slack.aclose()
    seconds = [one.seconds or 0.0 for one in sent]
    return Measured(seconds, (waiting - before) / many, waiting / before)


async def _bare(slack: FakeSlack) -> Callable[[], Awaitable[None]]:
    client = AsyncWebClient(base_url=slack.base_url)

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=TEAM, bot_token=slack.bot_token, bot_user_id=BOT
        )

    app = AsyncApp(client=client, authorize=authorize, signing_secret="unused")  # noqa: S106

    @app.event("app_mention")
    async def answer(event: dict[str, str]) -> None:
        """Nothing is done with it."""

    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.connected(1, 30)

    async def stop() -> None:
        await handler.close_async()  # type: ignore[no-untyped-call]

    return stop


async def _bot(slack: FakeSlack, room: Path, encoder: Encoder) -> Callable[[], Awaitable[None]]:
    bot = Bot(slack, room, encoder)
    await bot.start()

    async def stop() -> None:
        await bot.kill()
        await bot.aclose()

    return stop


def _resident() -> int:
    """Kilobytes in use now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024

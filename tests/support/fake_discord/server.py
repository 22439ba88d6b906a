"""The fake's one server on the loopback, and what a test tells and asks it."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any

from aiohttp import web

from tests.support.fake_discord.faults import Faults, Limited
from tests.support.fake_discord.gateway import Gateway
from tests.support.fake_discord.interactions import Interactions
from tests.support.fake_discord.limits import Json, Refusal
from tests.support.fake_discord.member import Member
from tests.support.fake_discord.rest import Given, Rest
from tests.support.fake_discord.rooms import BOT, FORUM, Channel
from tests.support.fake_discord.world import World

WITHOUT_TOKEN = {"interaction.callback", "webhook.create", "webhook.get", "webhook.edit",
                 "webhook.delete", "gateway.get"}  # fmt: skip
_TOTAL = 1000


@dataclass(frozen=True)
class Call:
    """One call that was carried out or refused."""

    name: str
    path: str
    body: Any
    at: float


class FakeDiscord:
    """One guild. `heartbeat`: seconds between the client's heartbeats."""

    def __init__(self, heartbeat: float = 41.25) -> None:
        self.token = f"{secrets.token_hex(12)}.{secrets.token_hex(3)}.{secrets.token_hex(19)}"
        self.faults = Faults()
        self.world = World()
        self.gateway = Gateway(self.world, self.faults, self.token, heartbeat)
        self.interactions = Interactions(self.world)
        self.rest = Rest(self.world, self.interactions, self._gateway_address)
        self.calls: list[Call] = []
        self.refused: list[tuple[str, Refusal]] = []
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self.port = 0

    async def start(self, *, listening: bool = True) -> None:
        """Take a free port; without `listening` nobody answers there yet."""
        app = web.Application(client_max_size=30 * 1024 * 1024)
        app.router.add_route("*", "/api/v10/{rest:.*}", self._call)
        app.router.add_get("/", self.gateway.accept)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.come_back()
        if not listening:
            await self.go_away()

    async def go_away(self) -> None:
        """End every connection and refuse new ones."""
        if self._site:
            await self._site.stop()
        self._site = None
        await self.gateway.drop(code=1012)

    async def come_back(self) -> None:
        """Listen again, on the same port."""
        if self._runner is None:
            raise RuntimeError("start it first")
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    async def aclose(self) -> None:
        """End everything."""
        await self.gateway.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        """What DISCORD_API_BASE_URL names."""
        return f"http://127.0.0.1:{self.port}/api/v10"

    def member(
        self, user_id: str, name: str, *, locale: str = "en-US", admin: bool = False
    ) -> Member:
        """Somebody with a seat in the guild, new or as they were."""
        if user_id not in self.world.users:
            self.world.add_user(user_id, name)
            self.world.locales[user_id] = locale
            if admin:
                self.world.admins.add(user_id)
        return Member(self.world, self.interactions, user_id)

    def channel(self, name: str) -> Channel:
        """A text channel that everybody sees."""
        return self.world.add_channel(name)

    def forum(self, name: str, tags: Iterable[str] = ()) -> Channel:
        """A forum channel with these tags."""
        return self.world.add_channel(name, FORUM, tags)

    def thread(self, parent: Channel, name: str, owner: Member) -> Channel:
        """A public thread that a person began."""
        return self.world.add_thread(parent, name, owner.id)

    def threads(self, parent: Channel) -> list[Channel]:
        """The threads of a room."""
        return [room for room in self.world.channels.values() if room.parent is parent]

    def count(self, name: str) -> int:
        """How often a call got through to the work."""
        return sum(call.name == name for call in self.calls)

    def by_bot(self, channel: Channel) -> list[Json]:
        """What the bot posted there."""
        return [message for message in channel.messages if message["author"]["id"] == BOT]

    async def until(self, holds: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait until something holds. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 (what a test waits for sets no event)
                await asyncio.sleep(0.01)

    async def connected(self, seconds: float = 30.0) -> None:
        """Wait until the bot has a session with a line."""
        await self.until(lambda: self.gateway.connected, seconds)

    def _gateway_address(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def _call(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()  # what has arrived is done, whether or not somebody waits
        try:
            name, path = self.rest.find(request.method, "/" + request.match_info["rest"])
        except Refusal as refused:
            self.refused.append((f"{request.method} {request.path}", refused))
            return _refusal(refused)
        bad_weather = await self._weather(name)
        if bad_weather is not None:
            return bad_weather
        try:
            self._check_token(request, name)
            body = await _body(request, raw)
            self.calls.append(Call(name, request.path, body, time.monotonic()))
            status, code = self.faults.refusal(name)
            if code:
                raise Refusal(status, code, "refused by a test")
            answer = self.rest.call(name, Given(path, dict(request.query), body))
        except Refusal as refused:
            self.refused.append((name, refused))
            return _refusal(refused)
        if self.faults.loses(name):
            return _hung_up(request)
        if answer is None:
            return web.Response(status=204, headers=_headers(name))
        return _json(answer, 200, _headers(name))

    def _check_token(self, request: web.Request, name: str) -> None:
        if name in WITHOUT_TOKEN:
            return
        given = request.headers.get("Authorization", "")
        if given != f"Bot {self.token}" or self.faults.revoked:
            raise Refusal(401, 0, "401: Unauthorized")

    async def _weather(self, name: str) -> web.Response | None:
        await asyncio.sleep(self.faults.delay(name))
        limited = self.faults.limited(name)
        if limited is not None:
            return _limited(name, limited)
        status = self.faults.breaks(name)
        if status:
            return web.Response(status=status, text="upstream connect error")
        return None


async def _body(request: web.Request, raw: bytes) -> Any:
    if request.content_type.startswith("multipart/"):
        form = _parts(request.headers["Content-Type"], raw)
        body = json.loads(form["payload_json"])
        for one in body.get("attachments") or ():
            name = f"files[{one['id']}]"
            one["url"] = f"data:;base64,{b64encode(form[name]).decode()}"
            one |= {"size": len(form[name]), "proxy_url": one["url"]}
        return body
    if not raw:
        return {}
    try:
        return json.loads(raw)
    except ValueError:
        raise Refusal(400, 50109, "The request body contains invalid JSON.") from None


def _parts(content_type: str, raw: bytes) -> dict[str, bytes]:
    """The fields of a form with files, by name."""
    letter = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + raw)
    found = {}
    for part in letter.walk():
        name = part.get_param("name", header="content-disposition")
        held = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(held, bytes):
            found[name] = held
    return found


def _headers(name: str) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(_TOTAL),
        "X-RateLimit-Remaining": str(_TOTAL - 1),
        "X-RateLimit-Reset": f"{time.time() + 1:.3f}",
        "X-RateLimit-Reset-After": "1.000",
        "X-RateLimit-Bucket": _bucket(name),
        "Via": "1.1 google",
    }


def _bucket(name: str) -> str:
    """A bucket's name, the same for the same route."""
    return name.encode().hex()[:32]


def _limited(name: str, limit: Limited) -> web.Response:
    told = {
        "message": "You are being rate limited.",
        "retry_after": limit.seconds,
        "global": limit.everywhere,
    }
    headers = _headers(name) | {
        "Retry-After": str(max(1, round(limit.seconds))),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset-After": f"{limit.seconds:.3f}",
        "X-RateLimit-Scope": "global" if limit.everywhere else "user",
    }
    if limit.everywhere:
        headers["X-RateLimit-Global"] = "true"
    return _json(told, 429, headers)


def _refusal(refused: Refusal) -> web.Response:
    told: Json = {"message": refused.message, "code": refused.code}
    if refused.where:
        told["errors"] = {"_errors": [{"code": "REFUSED", "message": refused.where}]}
    return _json(told, refused.status, {"Via": "1.1 google"})


def _json(told: Any, status: int, headers: dict[str, str]) -> web.Response:
    """With a content type without a character set, as clients compare the whole of it."""
    whole = headers | {"Content-Type": "application/json"}
    return web.Response(body=json.dumps(told).encode(), status=status, headers=whole)


def _hung_up(request: web.Request) -> web.Response:
    """What nobody gets to read any more."""
    if request.transport:
        request.transport.abort()
    return web.Response()

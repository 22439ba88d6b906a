"""The fake's one server on the loopback, and what a test tells and asks it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from tests.support.fake_slack.deliveries import ACK_SECONDS, Post, SignedHttp, SocketMode
from tests.support.fake_slack.faults import Faults
from tests.support.fake_slack.happenings import Happenings
from tests.support.fake_slack.limits import Json, Refusal
from tests.support.fake_slack.member import Member
from tests.support.fake_slack.web_api import READING, SCOPE_OF, WebApi, parsed
from tests.support.fake_slack.workspace import APP, BOT, Channel, Shown, Workspace, plain

SCOPES = {
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands",
    "files:write",
    "groups:history", "groups:read", "im:history", "im:read", "im:write", "mpim:history",
    "mpim:write", "reactions:write", "users:read",
}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One call of the Web API or use of a response address."""

    method: str
    arguments: Json
    at: float


class FakeSlack:
    """One workspace. `retries`: seconds between the tries of an event that nobody acknowledged."""

    def __init__(
        self, retries: Sequence[float] = (0.0, 60.0, 300.0), ack_seconds: float = ACK_SECONDS
    ) -> None:
        self.bot_token = f"xoxb-{secrets.token_hex(8)}"
        self.app_token = f"xapp-1-{APP}-1234567890123-{secrets.token_hex(8)}"
        self.signing_secret = secrets.token_hex(16)
        self.scopes = set(SCOPES)
        self.faults = Faults()
        self.workspace = Workspace()
        self.socket = SocketMode(self.faults)
        self.post = Post(self.workspace, self.socket, self.faults, retries, ack_seconds)
        self.happens = Happenings(self.workspace, self.post)
        self.calls: list[Call] = []
        self.refused: list[tuple[str, Refusal]] = []
        self._tickets: set[str] = set()
        self._api = WebApi(self.workspace, self.post.tell, self._upload_address)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._http: list[SignedHttp] = []
        self.port = 0

    async def start(self, *, listening: bool = True) -> None:
        """Take a free port; without `listening` nobody answers there yet."""
        app = web.Application(client_max_size=8 * 1_048_576)
        app.router.add_post("/api/{method}", self._call)
        app.router.add_get("/api/{method}", self._call)
        app.router.add_post("/respond/{token}", self._respond)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/link", self._link)
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
        await self.socket.cut()

    async def come_back(self) -> None:
        """Listen again, on the same port."""
        if self._runner is None:
            raise RuntimeError("start it first")
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    async def aclose(self) -> None:
        """End everything."""
        await self.post.close()
        await self.socket.cut()
        for http in self._http:
            await http.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        """What SLACK_API_BASE_URL names."""
        return f"http://127.0.0.1:{self.port}/api/"

    def speak_http(self, url: str) -> SignedHttp:
        """From now on send to the app's address instead of its Socket Mode connections."""
        http = SignedHttp(url, self.signing_secret)
        self._http.append(http)
        self.post.transport = http
        return http

    async def revoke(self) -> None:
        """Take every token away while the bot runs: calls are refused, connections end."""
        self.faults.revoked = True
        await self.socket.cut()

    def accept_again(self) -> None:
        """The tokens are good again."""
        self.faults.revoked = False

    def member(self, user_id: str, name: str, **facts: object) -> Member:
        """Somebody with an account, new or as they were."""
        self.workspace.users.get(user_id) or self.workspace.add_user(user_id, name, **facts)
        return Member(self.workspace, self.post, user_id, self._response_address)

    def channel(
        self, channel_id: str, *members: Member, private: bool = False, shared: bool = False
    ) -> Channel:
        """A channel with these people and the bot in it."""
        inside = {member.id for member in members} | {BOT}
        return self.workspace.add_channel(
            Channel(channel_id, channel_id.lower(), inside, private=private, shared=shared)
        )

    def count(self, method: str) -> int:
        """How often a method was called and not refused with 429 or 503."""
        return sum(call.method == method for call in self.calls)

    def ephemerals(self, member: Member) -> list[Shown]:
        """What the person was shown alone and still stands there."""
        return [s for s in self.workspace.ephemerals if s.user == member.id and not s.gone]

    def by_bot(self, channel: Channel) -> list[Json]:
        """What the bot posted there."""
        return [message for message in channel.messages if message["user"] == BOT]

    async def until(self, holds: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait until something holds. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 (what a test waits for sets no event)
                await asyncio.sleep(0.01)

    async def connected(self, times: int = 1, seconds: float = 30.0) -> None:
        """Wait until that many connections were accepted and one is open."""
        await self.until(
            lambda: self.socket.accepted >= times and bool(self.socket.connections), seconds
        )

    def files(self, channel: Channel) -> dict[str, bytes]:
        """The files that were shared there, by name."""
        shared = [file["id"] for message in channel.messages for file in message.get("files", ())]
        uploads = [self.workspace.uploads[each] for each in shared]
        return {upload.name: upload.data for upload in uploads}

    def _upload_address(self, file: str) -> str:
        return f"http://127.0.0.1:{self.port}/upload/{file}"

    def _response_address(self, token: str) -> str:
        return f"http://127.0.0.1:{self.port}/respond/{token}"

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        refusal = await self._weather(request, method)
        if refusal is not None:
            return refusal
        form = {key: str(value) for key, value in (await request.post()).items()}
        try:
            self._check_token(request, method, form)
            if word := self.faults.refusal(method):
                raise Refusal(word)
            arguments = parsed(
                await request.read(), request.content_type, form or dict(request.query)
            )
            self.calls.append(Call(method, arguments, self.workspace.now()))
            answer = {"ok": True, **self._carried_out(method, arguments)}
        except Refusal as refused:
            self.refused.append((method, refused))
            details = {"response_metadata": {"messages": [refused.why]}} if refused.why else {}
            answer = {"ok": False, "error": refused.error, **details, **refused.facts}
        if self.faults.loses(method):
            return _hung_up(request)
        scopes = {"connections:write"} if method == "apps.connections.open" else self.scopes
        return web.json_response(plain(answer), headers={"X-OAuth-Scopes": ",".join(scopes)})

    def _carried_out(self, method: str, arguments: Json) -> Json:
        if method == "apps.connections.open":
            ticket = secrets.token_hex(8)
            self._tickets.add(ticket)
            return {"url": f"ws://127.0.0.1:{self.port}/link?ticket={ticket}"}
        return self._api.call(method, arguments)

    def _check_token(self, request: web.Request, method: str, form: Json) -> None:
        header = request.headers.get("Authorization", "")
        token = header.removeprefix("Bearer ") or str(form.get("token", ""))
        wanted = self.app_token if method == "apps.connections.open" else self.bot_token
        if not token:
            raise Refusal("not_authed")
        if self.faults.revoked:
            raise Refusal("token_revoked")
        if token != wanted:
            kinds = {self.app_token, self.bot_token}
            raise Refusal("not_allowed_token_type" if token in kinds else "invalid_auth")
        needed = SCOPE_OF.get(method, "")
        history = {scope for scope in self.scopes if scope.endswith(":history")}
        if (needed and needed not in self.scopes) or (method in READING and not history):
            provided = ",".join(sorted(self.scopes))
            raise Refusal("missing_scope", needed=needed or "channels:history", provided=provided)

    async def _weather(self, request: web.Request, method: str) -> web.Response | None:
        await request.read()  # what has arrived is done, whether or not somebody waits for it
        await asyncio.sleep(self.faults.delay(method))
        if self.faults.unreachable:
            return _hung_up(request)
        pause = self.faults.retry_after(method)
        if pause is not None:
            return web.json_response(
                {"ok": False, "error": "ratelimited"},
                status=429,
                headers={"Retry-After": str(int(pause))},
            )
        if self.faults.breaks(method):
            return web.Response(status=503, text="upstream connect error")
        return None

    async def _respond(self, request: web.Request) -> web.Response:
        refusal = await self._weather(request, "response_url")
        if refusal is not None:
            return refusal
        content = await request.json()
        self.calls.append(Call("response_url", content, self.workspace.now()))
        answer = self.workspace.response_urls.get(request.match_info["token"])
        if answer is None:
            return web.Response(status=404, text="no_service")
        try:
            self._api.respond(answer, content)
        except Refusal as refused:
            self.refused.append(("response_url", refused))
            return web.Response(status=404, text=refused.error)
        if self.faults.loses("response_url"):
            return _hung_up(request)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        """What an upload address takes: the bytes alone, as many as were told."""
        refusal = await self._weather(request, "upload")
        if refusal is not None:
            return refusal
        upload = self.workspace.uploads.get(request.match_info["file"])
        data = await request.read()
        self.calls.append(Call("upload", {"bytes": len(data)}, self.workspace.now()))
        if upload is None or len(data) != upload.length:
            return web.Response(status=400, text="length mismatch")
        upload.data = data
        if self.faults.loses("upload"):
            return _hung_up(request)
        return web.Response(text=f"OK - {len(data)}")

    async def _link(self, request: web.Request) -> web.StreamResponse:
        if self.faults.unreachable:
            return _hung_up(request)
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        return await self.socket.accept(request)


def _hung_up(request: web.Request) -> web.Response:
    """What nobody gets to read any more."""
    if request.transport:
        request.transport.abort()
    return web.Response()

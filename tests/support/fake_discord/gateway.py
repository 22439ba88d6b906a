"""The gateway: sessions that can be resumed, events with numbers, heartbeats, and its faults."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web

from tests.support.fake_discord.faults import Faults
from tests.support.fake_discord.limits import Json
from tests.support.fake_discord.rooms import BOT, GUILD
from tests.support.fake_discord.world import World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
GUILDS, GUILD_MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = GUILD_MEMBERS | PRESENCES | MESSAGE_CONTENT
KEPT = 1000


@dataclass
class Session:
    """What one IDENTIFY began: it outlives its connection until it is lost."""

    intents: int
    address: str
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    events: list[Json] = field(default_factory=list)
    line: Line | None = None
    number: int = 0

    def wants(self, event: str, data: Json) -> bool:
        """Whether its intents let the event through."""
        if event.startswith(("MESSAGE_", "TYPING_")):
            needed = GUILD_MESSAGES if "guild_id" in data else DIRECT_MESSAGES
            return bool(self.intents & needed)
        if event.startswith(("GUILD_", "CHANNEL_", "THREAD_")):
            return bool(self.intents & GUILDS)
        return True

    def add(self, event: str, data: Json) -> Json:
        """Number an event and remember it."""
        self.number += 1
        envelope = {"op": DISPATCH, "t": event, "s": self.number, "d": data}
        self.events = [*self.events[-KEPT:], envelope]
        return envelope


class Line:
    """One open connection; JSON, compressed as its query asked for. `dead`: silent for good."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self.cut = False
        self.dead = False
        self._deflate = zlib.compressobj() if compressed else None
        self._turn = asyncio.Lock()

    async def close(self, code: int) -> None:
        """End it from this side."""
        self.cut = True
        await self.socket.close(code=code)

    async def send(self, envelope: Json) -> None:
        """Send one envelope; a closed connection swallows it."""
        async with self._turn:
            if self.socket.closed:
                return
            text = json.dumps(envelope)
            try:
                if self._deflate is None:
                    await self.socket.send_str(text)
                else:
                    packed = self._deflate.compress(text.encode())
                    packed += self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(packed)
            except (ConnectionError, RuntimeError):
                return


class Gateway:
    """Accepts connections and sends each event to every session that is not lost."""

    def __init__(self, world: World, faults: Faults, token: str, heartbeat: float) -> None:
        """`heartbeat`: seconds between the client's heartbeats."""
        self._world = world
        self._faults = faults
        self._token = token
        self.heartbeat = heartbeat
        self.address = ""
        self.sessions: dict[str, Session] = {}
        self.lines: list[Line] = []
        self.tries = 0
        self.identified = 0
        self.resumed = 0
        self.beats = 0
        self._tasks: set[asyncio.Task[None]] = set()
        world.emit = self.emit

    @property
    def connected(self) -> bool:
        """Whether a session has a line."""
        return any(session.line is not None for session in self.sessions.values())

    def emit(self, event: str, data: Json) -> None:
        """Tell every session; the copies are made now."""
        copies = 1
        if self._faults.dropped > 0 and event not in {"READY", "RESUMED", "GUILD_CREATE"}:
            self._faults.dropped -= 1
            copies = 0
        elif self._faults.twice > 0 and event == "MESSAGE_CREATE":
            self._faults.twice -= 1
            copies = 2
        frozen = json.loads(json.dumps(data))
        for session in self.sessions.values():
            if session.wants(event, frozen):
                for _ in range(copies):
                    self._send(session, session.add(event, frozen))

    def replay(self, count: int = 1) -> None:
        """Send the last events again, with their old numbers, as a resume does."""
        for session in self.sessions.values():
            for envelope in session.events[-count:]:
                self._send(session, envelope)

    async def drop(self, *, resume: bool = True, code: int = 4000) -> None:
        """End every connection; without `resume` the sessions are lost, too."""
        if not resume:
            self.sessions.clear()
        for line in list(self.lines):
            await line.close(code)

    async def ask_to_reconnect(self) -> None:
        """As Discord does before it restarts a machine."""
        for line in list(self.lines):
            await line.send({"op": RECONNECT, "d": None})

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        self.tries += 1
        compress = request.query.get("compress", "")
        if self._faults.refused > 0:
            self._faults.refused -= 1
            return web.Response(status=503)
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            return web.Response(status=400)
        if compress not in {"", "zlib-stream"}:
            return web.Response(status=400, text=f"{compress} is not spoken here")
        socket = web.WebSocketResponse(max_msg_size=4096 * 4)
        await socket.prepare(request)
        line = Line(socket, compressed=bool(compress))
        self.lines.append(line)
        try:
            await self._talk(line, str(request.url.origin()).replace("http", "ws", 1))
        finally:
            self.lines.remove(line)
            self._hang_up(line)
        return socket

    async def close(self) -> None:
        """End everything."""
        await self.drop(code=WSCloseCode.GOING_AWAY)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _talk(self, line: Line, address: str) -> None:
        await line.send(
            {"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1000), "_trace": []}}
        )
        async for message in line.socket:
            line.dead = line.dead or self._faults.silent
            if message.type is not WSMsgType.TEXT:
                await line.close(4002)
            elif not line.dead:
                await self._heard(line, json.loads(message.data), address)

    async def _heard(self, line: Line, said: Json, address: str) -> None:
        match said.get("op"):
            case 1:
                self.beats += 1
                await line.send({"op": ACK})
            case 2:
                await self._identify(line, said["d"], address)
            case 6:
                await self._resume(line, said["d"])
            case 3 | 4 | 8:
                return  # presence, voice and member lists: nothing comes of them here
            case _:
                await line.close(4001)

    async def _identify(self, line: Line, about: Json, address: str) -> None:
        if about.get("token") != self._token or self._faults.revoked:
            await line.close(4004)
            return
        asked = int(about.get("intents", 0))
        allowed = MESSAGE_CONTENT if self._world.message_content else 0
        if asked & PRIVILEGED & ~allowed:
            await line.close(4014)
            return
        self.identified += 1
        session = Session(asked, address, line=line)
        self.sessions[session.id] = session
        await line.send(session.add("READY", self._ready(session)))
        if not self._faults.late:
            await line.send(session.add("GUILD_CREATE", self._world.guild()))
            return
        coming = asyncio.get_running_loop().create_task(self._come(session, self._faults.late))
        self._tasks.add(coming)
        coming.add_done_callback(self._tasks.discard)

    async def _come(self, session: Session, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._send(session, session.add("GUILD_CREATE", self._world.guild()))

    def _ready(self, session: Session) -> Json:
        return {
            "v": 10,
            "user": {**self._world.users[BOT], "verified": True, "mfa_enabled": False,
                     "email": None, "locale": "en-US"},
            "guilds": [{"id": GUILD, "unavailable": True}],
            "private_channels": [],
            "user_settings": {},
            "relationships": [],
            "presences": [],
            "session_id": session.id,
            "resume_gateway_url": session.address,
            "session_type": "normal",
            "shard": [0, 1],
            "application": {"id": BOT, "flags": 0},
            "geo_ordered_rtc_regions": [],
            "_trace": [],
        }  # fmt: skip

    async def _resume(self, line: Line, about: Json) -> None:
        session = self.sessions.get(str(about.get("session_id")))
        if about.get("token") != self._token or self._faults.revoked:
            await line.close(4004)
            return
        if session is None:
            await line.send({"op": INVALID, "d": False})
            return
        self.resumed += 1
        session.line = line
        missed = [e for e in session.events if e["s"] > int(about.get("seq") or 0)]
        for envelope in missed:
            await line.send(envelope)
        await line.send(session.add("RESUMED", {"_trace": []}))

    def _hang_up(self, line: Line) -> None:
        goodbye = not line.cut and line.socket.close_code in {1000, 1001}
        for session in list(self.sessions.values()):
            if session.line is line:
                session.line = None
                if goodbye:  # the client will not come back
                    self.sessions.pop(session.id)

    def _send(self, session: Session, envelope: Json) -> None:
        if session.line is None:
            return
        session.line.dead = session.line.dead or self._faults.silent
        if session.line.dead:
            return
        task = asyncio.get_running_loop().create_task(session.line.send(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

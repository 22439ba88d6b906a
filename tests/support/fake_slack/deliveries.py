"""What Slack sends to the app, over Socket Mode or as signed HTTP, until it is acknowledged."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from tests.support.fake_slack.faults import Faults
from tests.support.fake_slack.limits import Json, check_message
from tests.support.fake_slack.workspace import BOT, Workspace

Kind = Literal["slash_commands", "events_api", "interactive"]
ACK_SECONDS = 3.0


@dataclass
class Delivery:
    """One thing sent to the app: how often, when it was acknowledged, and with what body."""

    kind: Kind
    payload: Json
    envelope_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    sent_at: float = 0.0
    tries: int = 0
    seconds: float | None = None
    statuses: list[int] = field(default_factory=list)
    bodies: list[Json] = field(default_factory=list)
    heard: Callable[[Json], object] = field(default=lambda body: None, repr=False)
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    def acknowledge(self, body: Json | None) -> None:
        """Note the app's answer; the first one counts."""
        if self.seconds is None:
            self.seconds = time.perf_counter() - self.sent_at
            self.heard(body or {})
        self.bodies.append(body or {})
        self._done.set()

    async def acknowledged(self, seconds: float = 30.0) -> Json:
        """The body of the first acknowledgement. Raises TimeoutError."""
        await asyncio.wait_for(self._done.wait(), seconds)
        return self.bodies[0]

    @property
    def trigger_id(self) -> str:
        """What opens a modal in answer to this."""
        return str(self.payload.get("trigger_id", ""))


class Transport(Protocol):
    """A way to the app."""

    async def carry(self, delivery: Delivery, reason: str) -> None:
        """Send it once."""
        ...


class Post:
    """Sends what happens: events up to four times, commands and presses once."""

    def __init__(
        self,
        workspace: Workspace,
        transport: Transport,
        faults: Faults,
        retries: Sequence[float],
        ack_seconds: float,
    ) -> None:
        self._workspace = workspace
        self.transport = transport
        self.sent: list[Delivery] = []
        self._faults = faults
        self._retries = retries
        self._ack_seconds = ack_seconds
        self.tasks: set[asyncio.Task[None]] = set()

    def send(self, kind: Kind, payload: Json) -> Delivery:
        """Start sending; look at the delivery for what became of it."""
        delivery = Delivery(kind, payload)
        if kind == "slash_commands":
            delivery.heard = lambda body: self._show(payload, body)
        self.sent.append(delivery)
        task = asyncio.create_task(self._send(delivery))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return delivery

    def tell(self, event: Json) -> Delivery:
        """Send an event, in its letter."""
        return self.send("events_api", self._workspace.letter(event))

    def _show(self, command: Json, body: Json) -> None:
        """A command may be acknowledged with a message for the person who typed it."""
        if not body:
            return
        check_message(body)
        user, channel = command["user_id"], command["channel_id"]
        if body.get("response_type") == "in_channel":
            self._workspace.post(self._workspace.channel(channel), BOT, body)
        else:
            self._workspace.show(user, channel, body, "ack")

    async def _send(self, delivery: Delivery) -> None:
        delivery.sent_at = time.perf_counter()
        copies = 1
        if self._faults.dropped > 0:
            self._faults.dropped -= 1
            copies = 0
        elif self._faults.twice > 0:
            self._faults.twice -= 1
            copies = 2
        await self._carry(delivery, copies, "")
        for pause in self._retries if delivery.kind == "events_api" else ():
            if await self._settled(delivery):
                return
            await asyncio.sleep(pause)
            delivery.tries += 1
            await self._carry(delivery, 1, "timeout")

    async def _carry(self, delivery: Delivery, copies: int, reason: str) -> None:
        for _ in range(copies):
            try:
                await self.transport.carry(delivery, reason)
            except (aiohttp.ClientError, OSError):
                delivery.statuses.append(0)

    async def _settled(self, delivery: Delivery) -> bool:
        try:
            await delivery.acknowledged(self._ack_seconds)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Send nothing more."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


class SocketMode:
    """Open connections; each envelope goes to one of them, in turn."""

    def __init__(self, faults: Faults) -> None:
        self.connections: list[web.WebSocketResponse] = []
        self.accepted = 0
        self.pings = 0
        self._faults = faults
        self._waiting: dict[str, Delivery] = {}
        self._turn = 0

    async def accept(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it ends."""
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.accepted += 1
        if self._faults.crowded:
            told = {"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}}
            await socket.send_json(told)
            await socket.receive()
            return socket
        self.connections.append(socket)
        try:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self.connections),
                    "debug_info": {"host": "fake", "approximate_connection_time": 18060},
                    "connection_info": {"app_id": "A0CROSS"},
                }
            )
            async for message in socket:
                if message.type is WSMsgType.PING:
                    self.pings += 1
                    if not self._faults.silent:
                        await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT and not self._faults.silent:
                    self._answered(json.loads(message.data))
        finally:
            self.connections.remove(socket)
        return socket

    def _answered(self, answer: Json) -> None:
        delivery = self._waiting.get(str(answer.get("envelope_id")))
        if delivery:
            delivery.acknowledge(answer.get("payload"))

    async def carry(self, delivery: Delivery, reason: str) -> None:
        """Send one envelope over the connection whose turn it is; without one it is lost."""
        self._waiting[delivery.envelope_id] = delivery
        envelope: Json = {
            "envelope_id": delivery.envelope_id,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": delivery.tries, "retry_reason": reason}
        live = [socket for socket in self.connections if not socket.closed]
        if live and not self._faults.silent:
            self._turn += 1
            await live[self._turn % len(live)].send_json(envelope)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Tell every connection that it will end soon, as Slack does from time to time."""
        for socket in list(self.connections):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def cut(self) -> None:
        """End every connection."""
        for socket in list(self.connections):
            await socket.close()


class SignedHttp:
    """Requests to the app's address, signed with the secret that both know."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self._secret = secret
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))

    async def carry(self, delivery: Delivery, reason: str) -> None:
        """Send it once; a 200 acknowledges."""
        if delivery.kind == "events_api":
            body, content_type = json.dumps(delivery.payload), "application/json"
        else:
            form = delivery.payload
            if delivery.kind == "interactive":
                form = {"payload": json.dumps(delivery.payload)}
            body, content_type = urlencode(form), "application/x-www-form-urlencoded"
        headers = {"Content-Type": content_type}
        if delivery.tries:
            headers["X-Slack-Retry-Num"] = str(delivery.tries)
            headers["X-Slack-Retry-Reason"] = f"http_{reason}"
        status, text = await self.request(body, headers)
        delivery.statuses.append(status)
        if status == 200:
            delivery.acknowledge(_body(text))

    async def request(
        self,
        body: str,
        headers: dict[str, str],
        timestamp: str | None = None,
        signature: str | None = None,
    ) -> tuple[int, str]:
        """Send a signed body, or one with another moment or signature; (status, text)."""
        moment = str(int(time.time())) if timestamp is None else timestamp
        signed = {
            "X-Slack-Request-Timestamp": moment,
            "X-Slack-Signature": signature or sign(self._secret, moment, body),
            **headers,
        }
        async with self._session.post(self.url, data=body.encode(), headers=signed) as answer:
            return answer.status, await answer.text()

    async def close(self) -> None:
        """Give the connections back."""
        await self._session.close()


def sign(secret: str, timestamp: str, body: str) -> str:
    """`v0=` and the HMAC-SHA256 of `v0:timestamp:body`, in hexadecimal."""
    signed = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return f"v0={signed.hexdigest()}"


def _body(text: str) -> Json:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {"text": text}
    return found if isinstance(found, dict) else {"text": text}

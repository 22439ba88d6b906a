"""Interactions: what a person did, its one answer within three seconds, what follows for 15 min."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from tests.support.fake_discord import official
from tests.support.fake_discord.limits import (
    EPHEMERAL,
    Json,
    Refusal,
    check_choices,
    check_message,
    check_modal,
    invalid,
)
from tests.support.fake_discord.rooms import BOT, GUILD, Channel
from tests.support.fake_discord.world import Shown, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
ALLOWED = {
    COMMAND: {MESSAGE, DEFERRED, FORM},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, FORM},
    AUTOCOMPLETE: {CHOICES},
    MODAL: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}
FIRST_SECONDS, TOKEN_SECONDS = 3.0, 900.0


@dataclass
class Interaction:
    """One act of a person; `answered` is the callback's type, `seconds` how long it took."""

    kind: int
    user: str
    channel: Channel
    data: Json
    began: float
    id: str
    source: Json | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    sent_at: float = field(default_factory=time.perf_counter)
    answered: int = 0
    seconds: float | None = None
    original: Json | None = None
    waiting: bool = False
    ephemeral: bool = False
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    payload: Json = field(default_factory=dict)
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    async def acknowledged(self, seconds: float = 30.0) -> int:
        """The type of the first answer. Raises TimeoutError."""
        await asyncio.wait_for(self._done.wait(), seconds)
        return self.answered

    def answer(self, kind: int) -> None:
        """Note the first answer."""
        self.answered = kind
        self.seconds = time.perf_counter() - self.sent_at
        self._done.set()


class Interactions:
    """Sends interactions over the gateway and takes their answers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.sent: dict[str, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def send(
        self, kind: int, user: str, channel: Channel, data: Json, source: Json | None = None
    ) -> Interaction:
        """Let a person act; look at the result for what became of it."""
        world = self._world
        act = Interaction(kind, user, channel, data, world.now(), world.fresh(), source)
        act.payload = self._payload(act)
        self.sent[act.id] = self._by_token[act.token] = act
        world.emit("INTERACTION_CREATE", act.payload)
        return act

    def callback(self, interaction_id: str, token: str, body: Json) -> Json:
        """Take the first answer; what `with_response` tells. Raises Refusal."""
        act = self.sent.get(interaction_id)
        if act is None or act.token != token:
            raise Refusal(404, 10062, "Unknown interaction", interaction_id)
        kind = int(body.get("type") or 0)
        if self._world.now() - act.began > FIRST_SECONDS and not act.answered:
            raise self._noted(act, Refusal(404, 10062, "Unknown interaction", "after 3 seconds"))
        if act.answered:
            refusal = Refusal(400, 40060, "Interaction has already been acknowledged.")
            raise self._noted(act, refusal)
        try:
            self._check(act, kind, body)
        except Refusal as refused:
            raise self._noted(act, refused) from None
        self._take(act, kind, body.get("data") or {})
        act.answer(kind)
        return self._told(act, kind)

    def follow(self, token: str, body: Json) -> Json:
        """A further message; the first one after a deferral stands in its place."""
        act = self._open(token)
        check_message(body)
        if act.waiting:
            return self._fill(act, body)
        private = bool((body.get("flags") or 0) & EPHEMERAL)
        return self._put(act, body, private=private)

    def message(self, token: str, message_id: str) -> Json:
        """A message that this token may change. Raises Refusal."""
        act = self._open(token)
        if message_id == "@original":
            if act.original is None:
                raise Refusal(404, 10008, "Unknown Message", "there is no original yet")
            return act.original
        for shown in self._world.ephemerals:
            if shown.message["id"] == message_id and not shown.gone:
                return shown.message
        return act.channel.find(message_id)

    def edit(self, token: str, message_id: str, body: Json) -> Json:
        """Change a message of this token; a deferral is filled."""
        act = self._open(token)
        check_message(body, editing=True)
        if message_id == "@original" and act.waiting:
            return self._fill(act, body)
        message = self.message(token, message_id)
        self._world.edit(message, body)
        return message

    def delete(self, token: str, message_id: str) -> None:
        """Take a message of this token away."""
        act = self._open(token)
        if message_id == "@original" and act.waiting:
            act.waiting = False
            return
        message = self.message(token, message_id)
        for shown in self._world.ephemerals:
            if shown.message is message:
                shown.gone = True
                return
        self._world.delete(act.channel, message)

    def _open(self, token: str) -> Interaction:
        act = self._by_token.get(token)
        if act is None or not act.answered:
            raise Refusal(404, 10015, "Unknown Webhook", "no such token, or not answered yet")
        if self._world.now() - act.began > TOKEN_SECONDS:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        return act

    def _check(self, act: Interaction, kind: int, body: Json) -> None:
        allowed = set(ALLOWED[act.kind])
        if act.kind == MODAL and act.source is None:
            allowed -= {UPDATE, DEFERRED_UPDATE}
        if kind not in allowed:
            raise invalid("type", f"{kind} does not answer an interaction of type {act.kind}")
        official.judge(body, official.CALLBACKS[kind])
        data = body.get("data") or {}
        if kind in {MESSAGE, UPDATE}:
            check_message(data, editing=kind == UPDATE)
        elif kind == FORM:
            check_modal(data)
        elif kind == CHOICES:
            check_choices(data)

    def _take(self, act: Interaction, kind: int, data: Json) -> None:
        act.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
        if kind == MESSAGE:
            act.original = self._put(act, data, private=act.ephemeral)
        elif kind == DEFERRED:
            act.waiting = True
        elif kind == FORM:
            act.modal = data
        elif kind == CHOICES:
            act.choices = list(data.get("choices") or ())
        else:
            act.original = act.source
            if kind == UPDATE and act.source is not None:
                self._world.edit(act.source, data)

    def _fill(self, act: Interaction, body: Json) -> Json:
        act.waiting = False
        act.original = self._put(act, body, private=act.ephemeral)
        return act.original

    def _put(self, act: Interaction, content: Json, *, private: bool) -> Json:
        who = {
            "id": act.id,
            "type": act.kind,
            "user": self._world.users[act.user],
            "authorizing_integration_owners": {"0": GUILD},
        }
        kept = {**content, "flags": (content.get("flags") or 0) & ~EPHEMERAL}
        if not private:
            message = self._world.post(act.channel, BOT, kept)
        else:
            message = self._world.build(act.channel, BOT, kept)
            self._world.show(act.user, act.channel, message)
        message |= {"webhook_id": BOT, "interaction_metadata": who}
        return message

    def _told(self, act: Interaction, kind: int) -> Json:
        about: Json = {"id": act.id, "type": act.kind}
        told: Json = {"interaction": about}
        if kind in {MESSAGE, UPDATE} and act.original:
            told["resource"] = {"type": kind, "message": act.original}
            about["response_message_id"] = act.original["id"]
        if kind == DEFERRED:
            about |= {
                "response_message_loading": True,
                "response_message_ephemeral": act.ephemeral,
                "response_message_id": self._world.fresh(),
            }
        return told

    def _noted(self, act: Interaction, refusal: Refusal) -> Refusal:
        act.refused.append(refusal)
        return refusal

    def _payload(self, act: Interaction) -> Json:
        world, channel = self._world, act.channel
        locale = world.locales.get(act.user, "en-US")
        payload: Json = {
            "id": act.id,
            "application_id": BOT,
            "type": act.kind,
            "token": act.token,
            "version": 1,
            "data": act.data,
            "channel_id": channel.id,
            "channel": {**channel.facts(world.users), "permissions": str(world.bits(act.user))},
            "locale": locale,
            "app_permissions": str(world.bot_bits),
            "entitlements": [],
            "authorizing_integration_owners": {"0": "0" if channel.direct else GUILD},
            "context": 1 if channel.direct else 0,
            "attachment_size_limit": 10_485_760,
        }
        if act.source is not None:
            payload["message"] = {k: v for k, v in act.source.items() if k != "nonce"}
            if quoted := act.source.get("referenced_message"):
                # Whether Discord shows it there is not said anywhere: the worse case is played.
                payload["message"]["referenced_message"] = world.seen_by_bot(quoted)
        user: dict[str, Any] = world.users[act.user]
        if channel.direct:
            return {**payload, "user": user}
        seat = {
            **world.member(act.user),
            "user": user,
            "permissions": str(world.bits(act.user)),
            "unusual_dm_activity_until": None,
        }
        guild = {"id": GUILD, "locale": "en-US", "features": []}
        return {
            **payload, "guild_id": GUILD, "guild": guild, "guild_locale": "en-US", "member": seat,
        }  # fmt: skip


def of(shown: Shown | Json) -> Json:
    """The message itself, ephemeral or not."""
    return shown.message if isinstance(shown, Shown) else shown

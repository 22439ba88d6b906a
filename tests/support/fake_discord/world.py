"""What Discord holds: one guild with its people and rooms, messages, commands, ephemerals."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.support.fake_discord.limits import EPHEMERAL, Json, Refusal
from tests.support.fake_discord.rooms import (
    ADMIN_ROLE,
    BOT,
    BOT_ROLE,
    DIRECT,
    EVERYBODY,
    EVERYONE,
    FORUM,
    GUILD,
    MANAGE_GUILD,
    MANAGE_THREADS,
    OWNER,
    PUBLIC_THREAD,
    SEND,
    SEND_IN_THREADS,
    TEXT_CHANNEL,
    Channel,
    role,
)

EPOCH_MS = 1_420_070_400_000
NONCE_SECONDS = 300.0
Emit = Callable[[str, Json], None]


@dataclass
class Shown:
    """A message that one person sees alone, where they are; `gone` once it was deleted."""

    user: str
    channel: Channel
    message: Json
    gone: bool = False


class World:
    """Everything that Discord remembers; `forward` moves its clock.

    `absent`: people who have an account and no seat in the guild. `muted`: who may not write there.
    """

    def __init__(self) -> None:
        self.users: dict[str, Json] = {}
        self.locales: dict[str, str] = {}
        self.admins: set[str] = set()
        self.absent: set[str] = set()
        self.muted: set[str] = set()
        self.channels: dict[str, Channel] = {}
        self.commands: list[Json] = []
        self.ephemerals: list[Shown] = []
        self.message_content = False
        self.everybody = EVERYBODY
        self.bot_bits = EVERYBODY | MANAGE_THREADS
        self.emit: Emit = lambda event, data: None
        self._nonces: dict[tuple[str, str], tuple[float, Json]] = {}
        self._ahead = 0.0
        self._last = 0
        self.add_user(OWNER, "owner")
        self.add_user(BOT, "Crosswalk", bot=True)

    def now(self) -> float:
        """Discord's moment, Unix seconds."""
        return time.time() + self._ahead

    def forward(self, seconds: float) -> None:
        """Let time pass: for nonces, interactions and their tokens."""
        self._ahead += seconds

    def fresh(self) -> str:
        """A new id, later than every other."""
        moment = (int(self.now() * 1000) - EPOCH_MS) << 22
        self._last = max(moment, self._last + 1)
        return str(self._last)

    def moment(self) -> str:
        """Now, as Discord writes it."""
        return datetime.fromtimestamp(self.now(), UTC).isoformat()

    def add_user(self, user_id: str, name: str, *, bot: bool = False) -> Json:
        """Somebody with an account and a seat in the guild."""
        user: Json = {
            "id": user_id,
            "username": name.lower(),
            "global_name": None if bot else name.title(),
            "discriminator": "0",
            "avatar": None,
            "avatar_decoration_data": None,
            "banner": None,
            "accent_color": None,
            "bot": bot,
            "system": False,
            "public_flags": 0,
            "flags": 0,
        }
        self.users[user_id] = user
        return user

    def add_channel(self, name: str, kind: int = TEXT_CHANNEL, tags: Iterable[str] = ()) -> Channel:
        """A room of the guild that everybody sees."""
        channel = Channel(self.fresh(), kind, name, created=self.moment())
        channel.tags = {self.fresh(): tag for tag in tags}
        self.channels[channel.id] = channel
        self.emit("CHANNEL_CREATE", channel.facts(self.users))
        return channel

    def add_thread(
        self,
        parent: Channel,
        name: str,
        owner: str,
        kind: int = PUBLIC_THREAD,
        thread_id: str = "",
        applied: Iterable[str] = (),
    ) -> Channel:
        """A thread; the one that began it is in it."""
        thread = Channel(
            thread_id or self.fresh(), kind, name, parent, {owner}, owner, created=self.moment()
        )
        if thread.id in self.channels:
            raise Refusal(400, 160004, "A thread has already been created for this message")
        thread.applied = list(applied)
        self.channels[thread.id] = thread
        if kind == PUBLIC_THREAD or BOT in thread.people:
            self.emit("THREAD_CREATE", {**thread.facts(self.users), "newly_created": True})
        return thread

    def direct(self, user: str) -> Channel:
        """The conversation of one person with the bot."""
        if user not in self.users or user == BOT:
            raise Refusal(400, 50033, "Invalid Recipient(s)", user)
        for channel in self.channels.values():
            if channel.direct and user in channel.people:
                return channel
        channel = Channel(self.fresh(), DIRECT, people={user, BOT})
        self.channels[channel.id] = channel
        return channel

    def change(self, channel: Channel, *, name: str = "", denied: int | None = None) -> None:
        """Another name, or other things that the bot may not do there."""
        channel.name = name or channel.name
        channel.denied = channel.denied if denied is None else denied
        self.emit("CHANNEL_UPDATE", channel.facts(self.users))

    def remove(self, channel: Channel) -> None:
        """Take a room of the guild away, with its threads; Discord tells nothing of these."""
        told = channel.facts(self.users)
        for each in [one for one in self.channels.values() if one.parent is channel]:
            del self.channels[each.id]
        del self.channels[channel.id]
        self.emit("THREAD_DELETE" if channel.thread else "CHANNEL_DELETE", told)

    def expel(self, thread: Channel, user_id: str) -> None:
        """Take somebody out of a thread."""
        thread.people.discard(user_id)
        told = {
            "id": thread.id,
            "guild_id": GUILD,
            "member_count": len(thread.people),
            "removed_member_ids": [user_id],
        }
        self.emit("THREAD_MEMBERS_UPDATE", told)

    def channel(self, channel_id: str) -> Channel:
        """The room of that id."""
        if channel_id not in self.channels:
            raise Refusal(404, 10003, "Unknown Channel", channel_id)
        return self.channels[channel_id]

    def member(self, user_id: str) -> Json:
        """A person's seat in the guild, without who they are."""
        if user_id not in self.users or user_id in self.absent:
            raise Refusal(404, 10007, "Unknown Member", user_id)
        roles = [BOT_ROLE] if user_id == BOT else []
        return {
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": roles + ([ADMIN_ROLE] if user_id in self.admins else []),
            "joined_at": "2024-05-01T12:00:00+00:00",
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }

    def bits(self, user_id: str) -> int:
        """What a person may do in the guild."""
        if user_id == BOT:
            return self.bot_bits
        silenced = SEND | SEND_IN_THREADS if user_id in self.muted else 0
        return (self.everybody | (MANAGE_GUILD if user_id in self.admins else 0)) & ~silenced

    def withhold(self, bits: int) -> None:
        """Take permissions from everybody's role and from the bot's, as an administrator does."""
        self.everybody &= ~bits
        self.bot_bits &= ~bits
        for told in self.guild()["roles"][:2]:
            self.emit("GUILD_ROLE_UPDATE", {"guild_id": GUILD, "role": told})

    def guild(self) -> Json:
        """The guild as GUILD_CREATE tells it: rooms and active threads that the bot sees."""
        rooms = [c for c in self.channels.values() if not c.direct]
        threads = [c for c in rooms if c.thread and not c.archived]
        seen = [t for t in threads if t.kind == PUBLIC_THREAD or BOT in t.people]
        users = {u: user for u, user in self.users.items() if u not in self.absent}
        people = [{**self.member(u), "user": user} for u, user in users.items()]
        return {
            **_GUILD,
            "roles": [
                role(EVERYONE, "@everyone", self.everybody),
                role(BOT_ROLE, "Crosswalk", self.bot_bits),
                role(ADMIN_ROLE, "Admins", self.everybody | MANAGE_GUILD),
            ],
            "channels": [c.facts(self.users) for c in rooms if not c.thread],
            "threads": [c.facts(self.users) for c in seen],
            "members": [seat for seat in people if seat["user"]["id"] in {BOT, OWNER}],
            "member_count": len(people),
        }

    def post(self, channel: Channel, author: str, content: Json, nonce: str = "") -> Json:
        """Put a message into a room and tell the gateway."""
        message = self.build(channel, author, content)
        channel.messages.append(message)
        if nonce:
            self._nonces[author, nonce] = (self.now(), message)
        told = {**message, "nonce": nonce} if nonce else message
        self.emit("MESSAGE_CREATE", self._with_place(told, channel))
        return message

    def build(self, channel: Channel, author: str, content: Json) -> Json:
        """A message as Discord completes it; it stands nowhere yet."""
        text = content.get("content") or ""
        quoted = content.get("message_reference")
        message: Json = {
            "id": self.fresh(),
            "channel_id": channel.id,
            "type": 0,
            "author": self.users[author],
            "content": text,
            "timestamp": self.moment(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": self._mentioned(text, content.get("allowed_mentions")),
            "mention_roles": re.findall(r"<@&(\d+)>", text) if author != BOT else [],
            "attachments": content.get("attachments") or [],
            "embeds": [{"type": "rich", **embed} for embed in content.get("embeds") or []],
            "components": content.get("components") or [],
            "pinned": False,
            "flags": content.get("flags") or 0,
        }
        if author == BOT:
            message["application_id"] = BOT
        if quoted:
            self._refer(message, channel, quoted, content.get("allowed_mentions"))
        return message

    def already(self, author: str, nonce: str) -> Json | None:
        """The message that this nonce made within the last minutes."""
        made = self._nonces.get((author, nonce))
        return made[1] if made and self.now() - made[0] < NONCE_SECONDS else None

    def forget_nonces(self) -> None:
        """As after some minutes."""
        self._nonces.clear()

    def edit(self, message: Json, content: Json) -> None:
        """Change what a message shows; what is not named stays."""
        for key in ("content", "components", "attachments", "flags"):
            if key in content:
                empty: Any = "" if key == "content" else 0 if key == "flags" else []
                kept = message["flags"] & EPHEMERAL if key == "flags" else 0
                message[key] = content[key] or empty
                if key == "flags":
                    message[key] |= kept
        if "embeds" in content:
            message["embeds"] = [{"type": "rich", **e} for e in content["embeds"] or []]
        message["edited_timestamp"] = self.moment()
        channel = self.channels[message["channel_id"]]
        if message in channel.messages:
            self.emit("MESSAGE_UPDATE", self._with_place(message, channel))

    def delete(self, channel: Channel, message: Json) -> None:
        """Take a message away and tell the gateway."""
        channel.messages.remove(message)
        place = {} if channel.direct else {"guild_id": GUILD}
        self.emit("MESSAGE_DELETE", {"id": message["id"], "channel_id": channel.id, **place})

    def seen_by_bot(self, message: Json) -> Json:
        """The message without what the bot may not read: Discord withholds it everywhere."""
        channel = self.channels[message["channel_id"]]
        readable = (
            self.message_content
            or channel.direct
            or message["author"]["id"] == BOT
            or any(user["id"] == BOT for user in message["mentions"])
        )
        shown = dict(message)
        if not readable:
            shown |= {"content": "", "embeds": [], "attachments": [], "components": []}
        quoted = shown.get("referenced_message")
        if quoted:
            shown["referenced_message"] = self.seen_by_bot(quoted)
        return shown

    def show(self, user: str, channel: Channel, message: Json) -> Shown:
        """Put a message before one person alone."""
        message["flags"] |= EPHEMERAL
        shown = Shown(user, channel, message)
        self.ephemerals.append(shown)
        return shown

    def _refer(self, message: Json, channel: Channel, quoted: Json, allowed: Json | None) -> None:
        try:
            found = channel.find(str(quoted.get("message_id")))
        except Refusal:
            if quoted.get("fail_if_not_exists", True):
                raise Refusal(400, 50035, "Invalid Form Body", "message_reference") from None
            return
        message["type"] = 19
        message["message_reference"] = {"type": 0, "channel_id": channel.id, **quoted}
        message["referenced_message"] = {
            k: v for k, v in found.items() if k not in {"referenced_message", "reactions"}
        }
        pings = allowed is None or allowed.get("replied_user", False)
        if pings and found["author"] not in message["mentions"]:
            message["mentions"].append(found["author"])

    def _mentioned(self, text: str, allowed: Json | None) -> list[Json]:
        found = list(dict.fromkeys(re.findall(r"<@!?(\d+)>", text)))
        if allowed is not None and "users" not in (allowed.get("parse") or []):
            found = [user for user in found if user in (allowed.get("users") or [])]
        return [self.users[user] for user in found if user in self.users]

    def _with_place(self, message: Json, channel: Channel) -> Json:
        told = self.seen_by_bot(message)
        if not channel.direct:
            told |= {"guild_id": GUILD, "member": self.member(message["author"]["id"])}
        return {**told, "channel_type": channel.kind}


_GUILD: Json = {
    "id": GUILD,
    "name": "City data",
    "icon": None,
    "splash": None,
    "discovery_splash": None,
    "owner_id": OWNER,
    "afk_channel_id": None,
    "afk_timeout": 300,
    "verification_level": 1,
    "default_message_notifications": 1,
    "explicit_content_filter": 0,
    "emojis": [],
    "features": ["COMMUNITY"],
    "mfa_level": 0,
    "application_id": None,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "rules_channel_id": None,
    "max_members": 500000,
    "vanity_url_code": None,
    "description": None,
    "banner": None,
    "premium_tier": 0,
    "preferred_locale": "en-US",
    "public_updates_channel_id": None,
    "nsfw_level": 0,
    "premium_progress_bar_enabled": False,
    "stickers": [],
    "joined_at": "2024-05-01T12:00:00+00:00",
    "large": False,
    "unavailable": False,
    "voice_states": [],
    "presences": [],
    "stage_instances": [],
    "guild_scheduled_events": [],
    "soundboard_sounds": [],
}

__all__ = ["FORUM", "Shown", "World"]

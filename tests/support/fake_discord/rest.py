"""The parts of the REST API that a bot calls, on a world in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.support.fake_discord import official
from tests.support.fake_discord.interactions import Interactions
from tests.support.fake_discord.limits import Json, Refusal, check_commands, check_message, invalid
from tests.support.fake_discord.rooms import (
    BOT,
    FILES,
    FORUM,
    GUILD,
    HISTORY,
    MANAGE_THREADS,
    PRIVATE_THREAD,
    PRIVATE_THREADS,
    PUBLIC_THREAD,
    PUBLIC_THREADS,
    SEND,
    SEND_IN_THREADS,
    TEXT_CHANNEL,
    VIEW,
    Channel,
)
from tests.support.fake_discord.world import World

Answer = Json | list[Json] | None
_ONE_REACTION: Json = {
    "count": 1,
    "count_details": {"burst": 0, "normal": 1},
    "me": True,
    "me_burst": False,
    "burst_colors": [],
}


@dataclass(frozen=True)
class Given:
    """What a request brings: parts of its path, its query and its body."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any

    @property
    def fields(self) -> Json:
        """The body, when it must be an object."""
        if not isinstance(self.body, dict):
            raise invalid("body", "an object is needed")
        return self.body


class Rest:
    """Finds what a request means and does it."""

    def __init__(
        self, world: World, interactions: Interactions, gateway: Callable[[], str]
    ) -> None:
        """`gateway`: where the gateway is."""
        self._world = world
        self._interactions = interactions
        self._gateway = gateway
        self.typing: list[str] = []
        self._routes: list[tuple[str, re.Pattern[str], str, Callable[[Given], Answer]]] = [
            (method, _pattern(path), name, work) for method, path, name, work in self._table()
        ]

    def find(self, method: str, path: str) -> tuple[str, Mapping[str, str]]:
        """The name of the call and the parts of its path. Raises Refusal."""
        for verb, pattern, name, _ in self._routes:
            matched = pattern.fullmatch(path)
            if matched and verb == method:
                return name, {key: unquote(value) for key, value in matched.groupdict().items()}
        raise Refusal(404, 0, "404: Not Found", f"{method} {path}")

    def call(self, name: str, given: Given) -> Answer:
        """What the call answers. Raises Refusal."""
        work = next(work for _, _, known, work in self._routes if known == name)
        return work(given)

    def _table(self) -> list[tuple[str, str, str, Callable[[Given], Answer]]]:
        message = "/channels/{channel}/messages/{message}"
        hook = "/webhooks/{application}/{token}"
        return [
            ("GET", "/users/@me", "user.me", lambda g: self._me()),
            ("GET", "/users/@me/guilds", "user.guilds", lambda g: self._guilds()),
            ("GET", "/users/{user}", "user.get", lambda g: self._user(g.path["user"])),
            ("GET", "/oauth2/applications/@me", "application.me", lambda g: self._application()),
            ("GET", "/applications/@me", "application.own", lambda g: self._application()),
            ("GET", "/gateway", "gateway.get", lambda g: {"url": self._gateway()}),
            ("GET", "/gateway/bot", "gateway.bot", lambda g: self._gateway_bot()),
            ("GET", "/applications/{app}/commands", "commands.get", lambda g: self._commands()),
            ("PUT", "/applications/{app}/commands", "commands.put", self._put_commands),
            ("GET", "/guilds/{guild}", "guild.get", lambda g: self._guild()),
            ("GET", "/guilds/{guild}/channels", "guild.channels", lambda g: self._rooms()),
            ("GET", "/guilds/{guild}/threads/active", "guild.threads", lambda g: self._active()),
            ("GET", "/guilds/{guild}/members/{user}", "member.get", self._member),
            ("POST", "/users/@me/channels", "dm.open", self._open_direct),
            ("GET", "/channels/{channel}", "channel.get", lambda g: self._facts(self._room(g))),
            ("PATCH", "/channels/{channel}", "channel.edit", self._edit_channel),
            ("POST", "/channels/{channel}/typing", "typing", self._type),
            ("POST", "/channels/{channel}/messages", "message.create", self._create),
            ("GET", "/channels/{channel}/messages", "message.list", self._history),
            ("GET", message, "message.get", self._get),
            ("PATCH", message, "message.edit", self._edit),
            ("DELETE", message, "message.delete", self._delete),
            ("PUT", message + "/reactions/{emoji}/@me", "reaction.add", self._react),
            ("DELETE", message + "/reactions/{emoji}/@me", "reaction.remove", self._unreact),
            ("POST", message + "/threads", "thread.begin", self._begin_thread),
            ("POST", "/channels/{channel}/threads", "thread.create", self._create_thread),
            ("PUT", "/channels/{channel}/thread-members/{user}", "thread.add", self._join),
            ("DELETE", "/channels/{channel}/thread-members/{user}", "thread.remove", self._leave),
            (
                "GET", "/channels/{channel}/threads/archived/{kind}", "thread.archived",
                self._archived,
            ),
            (
                "POST", "/interactions/{interaction}/{token}/callback", "interaction.callback",
                self._callback,
            ),
            ("POST", hook, "webhook.create", self._follow),
            ("GET", hook + "/messages/{message}", "webhook.get", self._followed),
            ("PATCH", hook + "/messages/{message}", "webhook.edit", self._edit_followed),
            ("DELETE", hook + "/messages/{message}", "webhook.delete", self._delete_followed),
        ]  # fmt: skip

    def _me(self) -> Json:
        return {**self._world.users[BOT], "verified": True, "mfa_enabled": False, "email": None,
                "locale": "en-US"}  # fmt: skip

    def _user(self, user: str) -> Json:
        if user not in self._world.users:
            raise Refusal(404, 10013, "Unknown User", user)
        return self._world.users[user]

    def _application(self) -> Json:
        owner = next(iter(self._world.users.values()))
        return {
            "id": BOT, "name": "Crosswalk", "icon": None, "description": "", "summary": "",
            "type": None, "bot_public": True, "bot_require_code_grant": False, "flags": 0,
            "verify_key": "0" * 64, "owner": owner, "team": None, "rpc_origins": [],
            "redirect_uris": [], "interactions_endpoint_url": None, "hook": True,
            "role_connections_verification_url": None, "approximate_guild_count": 1,
        }  # fmt: skip

    def _gateway_bot(self) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 86400000, "max_concurrency": 1}
        return {"url": self._gateway(), "shards": 1, "session_start_limit": limit}

    def _guild(self) -> Json:
        told = self._world.guild()
        return {k: v for k, v in told.items() if k not in {"channels", "threads", "members"}}

    def _guilds(self) -> list[Json]:
        return [{**self._guild(), "permissions": str(self._world.bot_bits)}]

    def _rooms(self) -> list[Json]:
        rooms = self._world.channels.values()
        return [self._facts(room) for room in rooms if not room.direct and not room.thread]

    def _active(self) -> Json:
        threads: list[Json] = self._world.guild()["threads"]
        return {"threads": threads, "members": [t["member"] for t in threads if "member" in t]}

    def _member(self, given: Given) -> Json:
        user = given.path["user"]
        return {**self._world.member(user), "user": self._user(user)}

    def _commands(self) -> list[Json]:
        return self._world.commands

    def _put_commands(self, given: Given) -> list[Json]:
        if not isinstance(given.body, list):
            raise invalid("body", "a list is needed")
        check_commands(given.body)
        known = {(c["type"], c["name"]): c["id"] for c in self._world.commands}
        self._world.commands = [
            {
                "default_member_permissions": None, "nsfw": False, "description": "",
                "type": 1, **command,
                "id": known.get((command.get("type", 1), command["name"]), self._world.fresh()),
                "application_id": BOT, "version": self._world.fresh(),
            }
            for command in given.body
        ]  # fmt: skip
        return self._world.commands

    def _open_direct(self, given: Given) -> Json:
        return self._facts(self._world.direct(str(given.fields.get("recipient_id"))))

    def _facts(self, channel: Channel) -> Json:
        return channel.facts(self._world.users)

    def _room(self, given: Given, bits: int = 0) -> Channel:
        channel = self._world.channel(given.path["channel"])
        hidden = channel.kind == PRIVATE_THREAD and BOT not in channel.people
        if channel.lacks(VIEW) or hidden:
            raise Refusal(403, 50001, "Missing Access")
        if self._lacks(channel, bits):
            raise Refusal(403, 50013, "Missing Permissions")
        return channel

    def _lacks(self, channel: Channel, bits: int) -> bool:
        """Whether the bot lacks one of these there; in a conversation it lacks nothing."""
        if channel.direct:
            return False
        return channel.lacks(bits) or bool(bits & ~self._world.bot_bits)

    def _writable(self, given: Given) -> Channel:
        channel = self._world.channel(given.path["channel"])
        self._room(given, SEND_IN_THREADS if channel.thread else SEND)
        if channel.kind == FORUM:
            raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
        if channel.direct and channel.closed:
            raise Refusal(403, 50007, "Cannot send messages to this user")
        if channel.locked and MANAGE_THREADS & ~self._world.bot_bits:
            raise Refusal(403, 160005, "Thread is locked")
        channel.archived = False
        return channel

    def _edit_channel(self, given: Given) -> Json:
        channel = self._room(given)
        change = given.fields
        own = channel.thread and channel.owner == BOT
        if not own and self._world.bot_bits & MANAGE_THREADS == 0:
            raise Refusal(403, 50013, "Missing Permissions")
        if "applied_tags" in change:
            channel.applied = self._tags(channel.parent, change["applied_tags"])
        channel.name = change.get("name") or channel.name
        channel.archived = bool(change.get("archived", channel.archived))
        channel.locked = bool(change.get("locked", channel.locked))
        told = self._facts(channel)
        self._world.emit("THREAD_UPDATE" if channel.thread else "CHANNEL_UPDATE", told)
        return told

    def _type(self, given: Given) -> None:
        channel = self._room(given, SEND)
        self.typing.append(channel.id)

    def _create(self, given: Given) -> Json:
        channel = self._writable(given)
        body = given.fields
        official.judge(body, official.MESSAGE)
        check_message(body)
        nonce = str(body.get("nonce") or "")
        if body.get("attachments") and self._lacks(channel, FILES):
            raise Refusal(403, 50013, "Missing Permissions")
        if body.get("message_reference") and self._lacks(channel, HISTORY):
            message = "Cannot reply without permission to read message history"
            raise Refusal(400, 160002, message)
        if nonce and body.get("enforce_nonce"):
            made = self._world.already(BOT, nonce)
            if made is not None:
                return {**made, "nonce": nonce}
        if channel.thread:
            channel.people.add(BOT)
        made = self._world.post(channel, BOT, body, nonce)
        return {**made, "nonce": nonce} if nonce else made

    def _history(self, given: Given) -> list[Json]:
        channel = self._room(given)
        if self._lacks(channel, HISTORY):
            return []
        query = given.query
        limit = int(query.get("limit") or 50)
        if not 1 <= limit <= 100:
            raise invalid("limit", "1 to 100")
        among = channel.messages
        if "after" in query:
            among = [m for m in among if int(m["id"]) > int(query["after"])][:limit]
        elif "around" in query:
            before = [m for m in among if int(m["id"]) <= int(query["around"])]
            later = [m for m in among if int(m["id"]) > int(query["around"])]
            among = (before[-(limit // 2 + 1) :] + later)[:limit]
        elif "before" in query:
            among = [m for m in among if int(m["id"]) < int(query["before"])]
        return [self._world.seen_by_bot(m) for m in reversed(among[-limit:])]

    def _get(self, given: Given) -> Json:
        channel = self._room(given, HISTORY)
        return self._world.seen_by_bot(channel.find(given.path["message"]))

    def _own(self, given: Given) -> tuple[Channel, Json]:
        channel = self._room(given)
        message = channel.find(given.path["message"])
        if message["author"]["id"] != BOT:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        return channel, message

    def _edit(self, given: Given) -> Json:
        _, message = self._own(given)
        official.judge(given.fields, official.EDIT)
        check_message(given.fields, editing=True)
        self._world.edit(message, given.fields)
        return message

    def _delete(self, given: Given) -> None:
        self._world.delete(*self._own(given))

    def _react(self, given: Given) -> None:
        message = self._room(given).find(given.path["message"])
        found = message.setdefault("reactions", [])
        if all(each["emoji"]["name"] != given.path["emoji"] for each in found):
            emoji = {"id": None, "name": given.path["emoji"]}
            found.append({**_ONE_REACTION, "emoji": emoji})

    def _unreact(self, given: Given) -> None:
        message = self._room(given).find(given.path["message"])
        found = message.get("reactions", [])
        kept = [each for each in found if each["emoji"]["name"] != given.path["emoji"]]
        if len(kept) == len(found):
            raise Refusal(404, 10014, "Unknown Emoji")
        message["reactions"] = kept

    def _begin_thread(self, given: Given) -> Json:
        channel = self._room(given, PUBLIC_THREADS)
        message = channel.find(given.path["message"])
        name = _thread_name(given.fields)
        thread = self._world.add_thread(channel, name, BOT, thread_id=message["id"])
        return self._facts(thread)

    def _create_thread(self, given: Given) -> Json:
        parent = self._world.channel(given.path["channel"])
        if parent.kind == FORUM:
            self._room(given, SEND)
            return self._create_post(parent, given.fields)
        if parent.kind != TEXT_CHANNEL:
            raise Refusal(400, 50024, "Cannot execute action on this channel type")
        kind = int(given.fields.get("type") or PRIVATE_THREAD)
        self._room(given, PUBLIC_THREADS if kind == PUBLIC_THREAD else PRIVATE_THREADS)
        return self._facts(self._world.add_thread(parent, _thread_name(given.fields), BOT, kind))

    def _create_post(self, forum: Channel, body: Json) -> Json:
        content = body.get("message") or {}
        check_message(content)
        tags = self._tags(forum, body.get("applied_tags") or [])
        thread = self._world.add_thread(forum, _thread_name(body), BOT)
        thread.applied = tags
        message = self._world.post(thread, BOT, content)
        return {**self._facts(thread), "message": message}

    def _tags(self, forum: Channel | None, tags: list[Any]) -> list[str]:
        known = forum.tags if forum is not None and forum.kind == FORUM else {}
        found = [str(tag) for tag in tags]
        if len(found) > 5:
            raise invalid("applied_tags", "5 is the limit")
        for tag in found:
            if tag not in known:
                raise Refusal(400, 10087, "Unknown tag", tag)
        return found

    def _join(self, given: Given) -> None:
        thread = self._room(given, SEND_IN_THREADS)
        user = BOT if given.path["user"] == "@me" else given.path["user"]
        self._user(user)
        thread.people.add(user)

    def _leave(self, given: Given) -> None:
        user = BOT if given.path["user"] == "@me" else given.path["user"]
        self._room(given).people.discard(user)

    def _archived(self, given: Given) -> Json:
        parent = self._room(given)
        kind = PRIVATE_THREAD if given.path["kind"] == "private" else PUBLIC_THREAD
        found = [
            self._facts(c)
            for c in self._world.channels.values()
            if c.parent is parent and c.archived and c.kind == kind
        ]
        return {"threads": found, "members": [], "has_more": False}

    def _callback(self, given: Given) -> Json | None:
        told = self._interactions.callback(
            given.path["interaction"], given.path["token"], given.fields
        )
        return told if given.query.get("with_response") in {"1", "true", "True"} else None

    def _follow(self, given: Given) -> Json:
        return self._interactions.follow(given.path["token"], given.fields)

    def _followed(self, given: Given) -> Json:
        return self._interactions.message(given.path["token"], given.path["message"])

    def _edit_followed(self, given: Given) -> Json:
        path = given.path
        return self._interactions.edit(path["token"], path["message"], given.fields)

    def _delete_followed(self, given: Given) -> None:
        self._interactions.delete(given.path["token"], given.path["message"])


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    fixed = [
        re.escape(part) if n % 2 == 0 else f"(?P<{part}>[^/]+)" for n, part in enumerate(parts)
    ]
    return re.compile("".join(fixed))


def _thread_name(body: Json) -> str:
    name = str(body.get("name") or "")
    if not 1 <= len(name) <= 100:
        raise invalid("name", f"{len(name)} characters, 1 to 100 are allowed")
    return name


__all__ = ["GUILD", "Given", "Rest"]

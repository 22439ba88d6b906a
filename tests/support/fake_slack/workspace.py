"""What a Slack workspace holds: people, channels with their messages, views, short-lived ids."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.support.fake_slack.limits import Json, Refusal, check_view

TEAM, APP, BOT, BOT_ID = "T0CITY", "A0CROSS", "U0BOT", "B0BOT"
TRIGGER_SECONDS, RESPONSE_SECONDS, RESPONSE_USES, VIEWS = 3.0, 1800.0, 5, 3


@dataclass
class Channel:
    """A channel or conversation and what was said in it, oldest first."""

    id: str
    name: str
    members: set[str]
    direct: bool = False
    private: bool = False
    shared: bool = False
    group: bool = False
    archived: bool = False
    messages: list[Json] = field(default_factory=list)

    def find(self, ts: str) -> Json:
        """The message of that moment."""
        for message in self.messages:
            if message["ts"] == ts:
                return message
        raise Refusal("message_not_found", ts)

    def facts(self) -> Json:
        """As conversations.info tells it."""
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not (self.direct or self.group),
            "is_im": self.direct,
            "is_mpim": self.group,
            "is_private": self.private or self.direct,
            "is_ext_shared": self.shared,
            "is_archived": self.archived,
            "is_member": BOT in self.members,
        }


@dataclass
class Shown:
    """A message that one person sees alone, where they are; `gone` once it was deleted."""

    user: str
    channel: str
    content: Json
    via: str
    ts: str
    gone: bool = False

    @property
    def text(self) -> str:
        """What it says."""
        return str(self.content.get("text", ""))


@dataclass
class Upload:
    """A file on its way: told of, received, shared."""

    id: str
    name: str
    length: int
    data: bytes = b""
    alt: str = ""
    shared: bool = False

    def facts(self) -> Json:
        """As a message tells it."""
        return {"id": self.id, "name": self.name, "title": self.name, "size": len(self.data)}


@dataclass
class ResponseUrl:
    """Where an answer to one act may be sent, five times in half an hour."""

    user: str
    channel: str
    expires: float
    message: Json | None = None
    shown: Shown | None = None
    uses: int = RESPONSE_USES


@dataclass
class Trigger:
    """What opens a modal for three seconds, once."""

    user: str
    expires: float
    used: bool = False


class Workspace:
    """Everything that the workspace remembers; `forward` moves its clock."""

    def __init__(self) -> None:
        self.users: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self.uploads: dict[str, Upload] = {}
        self.ephemerals: list[Shown] = []
        self.views: dict[str, Json] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, Json] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self._ahead = 0.0
        self._serial = count(1)
        self.add_user(BOT, "crosswalk", is_bot=True)

    def now(self) -> float:
        """The workspace's moment, Unix seconds."""
        return time.time() + self._ahead

    def forward(self, seconds: float) -> None:
        """Let time pass for triggers and response addresses."""
        self._ahead += seconds

    def ts(self) -> str:
        """A new message's moment, never the same twice."""
        return f"{int(self.now())}.{next(self._serial):06d}"

    def fresh(self, letter: str) -> str:
        """A new id, such as `V000012`."""
        return f"{letter}{next(self._serial):06d}"

    def add_user(self, user_id: str, name: str, **facts: Any) -> Json:
        """Somebody with an account here."""
        user: Json = {
            "id": user_id,
            "team_id": TEAM,
            "name": name,
            "real_name": name.title(),
            "tz": "America/Mexico_City",
            "tz_offset": -21600,
            "locale": "en-US",
            "is_admin": False,
            "is_bot": False,
            "is_restricted": False,
            "is_stranger": False,
            "deleted": False,
            **facts,
        }
        user["profile"] = {"display_name": name, "real_name": user["real_name"]}
        self.users[user_id] = user
        return user

    def add_channel(self, channel: Channel) -> Channel:
        """A room, new or known."""
        return self.channels.setdefault(channel.id, channel)

    def direct(self, user: str) -> Channel:
        """The conversation of one person with the bot."""
        if user not in self.users:
            raise Refusal("user_not_found", user)
        return self.add_channel(Channel(f"D{user[1:]}", "", {user, BOT}, direct=True))

    def group(self, users: Sequence[str]) -> Channel:
        """The group message of these people and the bot, always the same."""
        known = (c for c in self.channels.values() if c.group and c.members == {*users, BOT})
        found = next(known, None)
        if found is None:
            number = self.fresh("G")
            found = Channel(number, f"mpdm-{number}", {*users, BOT}, private=True, group=True)
        return self.add_channel(found)

    def channel(self, name: str) -> Channel:
        """By id, or by a person's id for their conversation with the bot."""
        if name in self.users:
            return self.direct(name)
        if name not in self.channels:
            raise Refusal("channel_not_found", name)
        return self.channels[name]

    def trigger(self, user: str) -> str:
        """A new trigger id."""
        trigger = f"{self.fresh('')}.{self.fresh('')}.abc"
        self.triggers[trigger] = Trigger(user, self.now() + TRIGGER_SECONDS)
        return trigger

    def pull(self, trigger_id: str) -> str:
        """Use a trigger id; whose it was."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id", trigger_id)
        if self.now() > trigger.expires:
            raise Refusal("expired_trigger_id", trigger_id)
        if trigger.used:
            raise Refusal("exchanged_trigger_id", trigger_id)
        trigger.used = True
        return trigger.user

    def response_url(self, answer: ResponseUrl) -> str:
        """The last part of a new response address."""
        token = self.fresh("R")
        self.response_urls[token] = answer
        return token

    def post(self, channel: Channel, author: str, content: Json) -> Json:
        """Put a message in a room."""
        message: Json = {"type": "message", "user": author, "ts": self.ts(), **content}
        if author == BOT:
            message |= {"bot_id": BOT_ID, "app_id": APP}
        channel.messages.append(message)
        return message

    def show(self, user: str, channel: str, content: Json, via: str) -> Shown:
        """Put a message before one person alone."""
        shown = Shown(user, channel, content, via, self.ts())
        self.ephemerals.append(shown)
        return shown

    def lay(self, view: Json, view_id: str) -> Json:
        """Show a view under an id, as Slack completes it."""
        shown: Json = {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            **view,
            "id": view_id,
            "team_id": TEAM,
            "app_id": APP,
            "bot_id": BOT_ID,
            "hash": f"{self.now():.0f}.{self.fresh('h')}",
            "root_view_id": view_id,
            "blocks": [{"block_id": self.fresh("b"), **block} for block in view["blocks"]],
        }
        self.views[view_id] = shown
        return shown

    def stack(self, user: str, view: Json, *, fresh: bool) -> Json:
        """Lay a modal before a person, on top of theirs unless `fresh`. Raises Refusal."""
        check_view(view, "modal")
        stack = [] if fresh else self.stacks.get(user, [])
        if len(stack) >= VIEWS:
            raise Refusal("push_limit_reached")
        shown = self.lay(view, self.fresh("V"))
        shown["previous_view_id"] = stack[-1] if stack else None
        self.stacks[user] = [*stack, shown["id"]]
        return shown

    def replace(self, view_id: str, view: Json) -> Json:
        """Put a modal in the place of another. Raises Refusal."""
        check_view(view, "modal")
        if view_id not in self.views:
            raise Refusal("not_found", view_id)
        return self.lay(view, view_id)

    def expect(self, name: str, length: int) -> Upload:
        """A file that is going to be uploaded."""
        upload = Upload(self.fresh("F"), name, length)
        self.uploads[upload.id] = upload
        return upload

    def letter(self, event: Json) -> Json:
        """An event in the letter that Slack puts it into."""
        about = event.get("channel", "")
        channel = self.channels.get(str(about.get("id") if isinstance(about, dict) else about))
        bot = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}
        return {
            "token": "unused",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "api_app_id": APP,
            "type": "event_callback",
            "event_id": self.fresh("Ev"),
            "event_time": int(self.now()),
            "authorizations": [bot],
            "is_ext_shared_channel": bool(channel and channel.shared),
            "event": plain(event),
        }


def plain(value: Json) -> Json:
    """The same as JSON: reactions are kept as a set and sent as Slack does."""
    return {key: _part(part) for key, part in value.items()}


def _part(part: Any) -> Any:
    if isinstance(part, set):
        return [{"name": name, "users": [BOT], "count": 1} for name in sorted(part)]
    if isinstance(part, dict):
        return plain(part)
    if isinstance(part, list):
        return [_part(each) for each in part]
    return part

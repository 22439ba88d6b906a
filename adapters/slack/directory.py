"""Who people are and what rooms are, asked of Slack and remembered for an hour."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Generic, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api_errors import FAILURES
from adapters.slack.inbound import PLATFORM, Identity, Room
from bot.contract import Person
from bot.contract.adapter_kit import remember

REMEMBERED = 3_600.0
MOST = 10_000
PAGE = 200
# An act has to be written down within a second; a slow answer serves the next one.
PATIENCE = 0.8

T = TypeVar("T")


class Remembered(Generic[T]):
    """Answers kept for an hour; one question at a time for each key; an old answer in need."""

    def __init__(self, ask: Callable[[str], Awaitable[T]]) -> None:
        self._ask = ask
        self._kept: dict[str, tuple[float, T]] = {}
        self._asking: dict[str, asyncio.Task[T]] = {}

    def known(self, key: str) -> T | None:
        """What was answered last, however long ago."""
        return self._kept[key][1] if key in self._kept else None

    def forget(self, key: str) -> None:
        """Ask again next time; until then the old answer stands in."""
        if key in self._kept:
            self._kept[key] = (float("-inf"), self._kept[key][1])

    async def get(self, key: str, otherwise: T) -> T:
        """The answer for `key`; when Slack gives none in time the last one, or `otherwise`."""
        at, kept = self._kept.get(key, (float("-inf"), otherwise))
        if time.monotonic() - at < REMEMBERED:
            return kept
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.ensure_future(self._answer(key))
            asking.add_done_callback(lambda task: self._ended(key, task))
        try:
            return await asyncio.wait_for(asyncio.shield(asking), PATIENCE)
        except FAILURES:
            return kept

    async def _answer(self, key: str) -> T:
        found = await self._ask(key)
        remember(self._kept, key, (time.monotonic(), found), MOST)
        return found

    def _ended(self, key: str, task: "asyncio.Task[T]") -> None:
        self._asking.pop(key, None)
        if not task.cancelled():
            task.exception()


class Directory:
    """The people and rooms of one workspace."""

    def __init__(self, client: AsyncWebClient, bot: Identity) -> None:
        self._client = client
        self._bot = bot
        self._people = Remembered(self._ask_person)
        self._rooms = Remembered(self._ask_room)
        self._joined = Remembered(self._ask_joined)

    async def person(self, user_id: str, name: str = "") -> Person:
        """Who this is, with their locale and time zone."""
        return await self._people.get(user_id, self._unknown(user_id, name))

    async def both(self, user_id: str, name: str, channel: str) -> tuple[Person, Room]:
        """Who acted and where, asked at the same time."""
        return await asyncio.gather(self.person(user_id, name), self.room(channel))

    async def acting(self, user_id: str, name: str, channel: str) -> tuple[Person, Room]:
        """The same for an act that may have the bot post: whether they are in that room, too."""
        (person, room), joined = await asyncio.gather(
            self.both(user_id, name, channel), self._is_in(user_id, channel)
        )
        # Nobody but its members sees a private room, and those without the bot Slack does not list.
        return person, replace(room, joined=joined or room.private)

    async def _is_in(self, user_id: str, channel: str) -> bool:
        """Whether somebody is a member of a room; yes where Slack does not say."""
        if not channel or channel.startswith("D"):
            return True
        joined = await self._joined.get(user_id, None)
        return joined is None or channel in joined

    def locale(self, user_id: str) -> str:
        """The locale as far as it is known at once."""
        known = self._people.known(user_id)
        return known.locale if known else "en"

    async def room(self, channel: str) -> Room:
        """What sort of room this is; without an answer it counts as private."""
        if not channel or channel.startswith("D"):
            return Room()
        return await self._rooms.get(channel, Room())

    async def rooms(self) -> dict[str, str]:
        """The channels that the bot is in, id to name. Raises what the SDK raises."""
        return await self._conversations("public_channel,private_channel")

    async def _ask_joined(self, user_id: str) -> frozenset[str] | None:
        kinds = "public_channel,private_channel,mpim"
        return frozenset(await self._conversations(kinds, user=user_id))

    async def _conversations(self, kinds: str, **whose: str) -> dict[str, str]:
        found: dict[str, str] = {}
        cursor = ""
        while True:
            answer = await self._client.users_conversations(
                types=kinds,
                exclude_archived=True,
                limit=PAGE,
                cursor=cursor,
                **whose,
            )
            for room in answer.get("channels") or ():
                found[room["id"]] = str(room.get("name") or "")
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return found

    def changed(self, event: Mapping[str, Any]) -> None:
        """A person or a room changed: it is asked about anew."""
        for kind, table in (("user", self._people), ("channel", self._rooms)):
            named = event.get(kind)
            key = named.get("id") if isinstance(named, dict) else named
            if isinstance(key, str):
                table.forget(key)
                self._joined.forget(key)

    def _unknown(self, user_id: str, name: str) -> Person:
        """What is known without Slack: the core remembers the rest of its members."""
        return Person(PLATFORM, self._bot.team, user_id, name, locale="", time_zone="")

    async def _ask_person(self, user_id: str) -> Person:
        answer = await self._client.users_info(user=user_id, include_locale=True)
        user: Mapping[str, Any] = answer["user"]
        profile = user.get("profile") or {}
        names = (profile.get("display_name"), profile.get("real_name"), user.get("name"), user_id)
        return Person(
            PLATFORM,
            self._bot.team,
            user_id,
            next(str(name) for name in names if name),
            locale=user.get("locale") or "en",
            time_zone=user.get("tz") or "UTC",
            admin=bool(user.get("is_admin") or user.get("is_owner")),
        )

    async def _ask_room(self, channel: str) -> Room:
        answer = await self._client.conversations_info(channel=channel)
        about: Mapping[str, Any] = answer["channel"]
        private = about.get("is_private") or about.get("is_group") or about.get("is_mpim")
        shared = about.get("is_ext_shared") or about.get("is_pending_ext_shared")
        group = bool(about.get("is_mpim"))
        return Room(bool(private), bool(shared), group, str(about.get("name") or ""))

"""People who walk through a whole story on a platform: they read, press, fill in and write."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence

from tests.support.fake_discord import BOT, FakeDiscord
from tests.support.fake_discord import Member as DiscordMember
from tests.support.fake_discord import Shown as DiscordShown
from tests.support.fake_discord.filling import label_of
from tests.support.fake_discord.interactions import of
from tests.support.fake_discord.reading import labels
from tests.support.fake_discord.reading import said as said_there
from tests.support.fake_slack import FakeSlack, Json, Member, Shown
from tests.support.fake_slack.member import elements
from tests.support.scripted_discord import drawn
from tests.support.scripted_slack import blocks, texts
from tests.support.waiting import until

Values = Mapping[str, str | Sequence[str]]
Blank = re.compile(r"\s+")


class InSlack:
    """Somebody in Slack; commands are slash commands, everything else stands in their messages."""

    def __init__(self, slack: FakeSlack, member: Member) -> None:
        self._slack = slack
        self._member = member

    def says(self, text: str) -> None:
        """`/crosswalk text`."""
        self._member.command("/crosswalk", text)

    async def reads(self, *words: str, button: str = "") -> Json | Shown:
        """The newest message before them that says all of this, once it has come."""
        await _until(lambda: self._found(words, button), self.heard, f"{words} {button}")
        return self._found(words, button)[-1]

    async def presses(self, label: str, *words: str) -> None:
        """The button of the newest message that says this and has it."""
        self._member.press(await self.reads(*words, button=label), label)

    async def fills(self, values: Values) -> None:
        """The form before them, by the labels of its fields; it must be taken."""

        def inputs() -> set[str]:
            view = self._member.modal or {"blocks": ()}
            return {each["label"]["text"] for each in view["blocks"] if each["type"] == "input"}

        await until(lambda: inputs() >= values.keys() and inputs())
        assert await self._member.submit(values) == {}

    def writes(self, root: Json | Shown, text: str) -> Json:
        """In the thread under a message of the bot's; returns their own."""
        assert not isinstance(root, Shown)
        message, _ = self._member.write(text, thread=root["ts"])
        return message

    def edits(self, message: Json, text: str) -> None:
        """Other words in place of theirs."""
        self._member.edit(message, text)

    def heard(self) -> list[str]:
        """All that stands before them, the oldest first."""
        return [_plain_in_slack(each) for each in self._all()]

    def _found(self, words: Sequence[str], button: str) -> list[Json | Shown]:
        return [
            each
            for each in self._all()
            if all(word in _plain_in_slack(each) for word in words)
            and (not button or button in _buttons_in_slack(each))
        ]

    def _all(self) -> list[Json | Shown]:
        shown: list[Json | Shown] = [
            *self._slack.ephemerals(self._member),
            *self._slack.by_bot(self._member.direct),
        ]
        return sorted(shown, key=_moment_in_slack)


class InDiscord:
    """Somebody in Discord, who writes to the bot in their direct messages."""

    def __init__(self, discord: FakeDiscord, member: DiscordMember) -> None:
        self._discord = discord
        self._member = member
        self._filled = 0

    def says(self, text: str) -> None:
        """Words alone, as a direct message."""
        self._member.write(text)

    async def reads(self, *words: str, button: str = "") -> Json | DiscordShown:
        """The newest message before them that says all of this, once it has come."""
        await _until(lambda: self._found(words, button), self.heard, f"{words} {button}")
        return self._found(words, button)[-1]

    async def presses(self, label: str, *words: str) -> None:
        """The button of the newest message that says this and has it."""
        await self._member.press(await self.reads(*words, button=label), label).acknowledged()

    async def fills(self, values: Values) -> None:
        """The form that was opened last, by the labels of its fields."""
        await until(lambda: len(self._member.forms) > self._filled)
        self._filled = len(self._member.forms)
        rows = (self._member.modal or {})["components"]
        assert {label_of(row) for row in rows} >= values.keys()
        await self._member.submit(values).acknowledged()

    def writes(self, root: Json | DiscordShown, text: str) -> Json:
        """In answer to a message of the bot's; returns their own."""
        return self._member.say(self._member.direct, text, of(root))

    def edits(self, message: Json, text: str) -> None:
        """Other words in place of theirs."""
        self._member.edit(message, text)

    def heard(self) -> list[str]:
        """All that stands before them, the oldest first."""
        return [_plain_in_discord(each) for each in self._all()]

    def _found(self, words: Sequence[str], button: str) -> list[Json | DiscordShown]:
        return [
            each
            for each in self._all()
            if all(word in _plain_in_discord(each) for word in words)
            and (not button or button in labels(each))
        ]

    def _all(self) -> list[Json | DiscordShown]:
        own = [each for each in self._member.direct.messages if each["author"]["id"] == BOT]
        return sorted([*own, *self._member.shown], key=lambda each: int(of(each)["id"]))


async def _until(fact: Callable[[], object], heard: Callable[[], list[str]], what: str) -> None:
    """Wait for it, and say what there is instead."""
    try:
        await until(fact)
    except AssertionError:
        last = "\n- ".join(heard()[-4:])
        raise AssertionError(f"nothing says {what}, but at last:\n- {last}") from None


def _plain_in_slack(shown: Json | Shown) -> str:
    whole = shown.text if isinstance(shown, Shown) else str(shown["text"])
    every = html.unescape("\n".join([whole, *texts(blocks(shown))]))
    return Blank.sub(" ", re.sub("[*_\u200b]", "", every))


def _plain_in_discord(shown: Json | DiscordShown) -> str:
    return Blank.sub(" ", drawn(said_there(shown)))


def _buttons_in_slack(shown: Json | Shown) -> list[str]:
    return [each["text"]["text"] for each in elements(blocks(shown)) if each["type"] == "button"]


def _moment_in_slack(shown: Json | Shown) -> float:
    return float(shown.ts if isinstance(shown, Shown) else shown["ts"])

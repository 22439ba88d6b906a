"""A person in Slack, played from a script of platform-neutral steps through the real SDK."""

import asyncio
import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.slack.adapter import SlackAdapter
from bot.contract import Choices, Handler, Inbound, PlatformEvent, Reply, unwritten
from tests.support.fake_slack import FakeSlack, Json, Member, Shown
from tests.support.scripted_terminal import (
    SURFACE,
    Abandon,
    Choose,
    Fill,
    Interrupt,
    Press,
    Say,
    Step,
)

QUIET = 0.15


class ScriptedSlack:
    """Plays steps as slash commands and presses in the person's conversation with the bot."""

    def __init__(self) -> None:
        self._seen: list[str] = []
        self._typed: dict[str, str | Sequence[str]] = {}
        self._handled = 0
        self._files: dict[str, bytes] = {}

    async def play(self, handler: Handler, *steps: Step) -> None:
        """Starts a workspace and the adapter, plays the steps, and ends both."""

        async def counted(act: Inbound) -> Reply | Choices | None:
            if isinstance(act, PlatformEvent):
                return None  # nobody did that
            try:
                return await handler(act)
            finally:
                self._handled += 1

        slack = FakeSlack()
        await slack.start()
        ana = slack.member("U1ANA", "ana")
        adapter = SlackAdapter(
            bot_token=slack.bot_token, app_token=slack.app_token, base_url=slack.base_url
        )
        running = asyncio.create_task(adapter.run(unwritten(counted), {SURFACE.language: SURFACE}))
        try:
            await slack.connected()
            for step in steps:
                await self._step(slack, ana, step)
                await self._quiet(slack)
                self._look(slack, ana)
            self._files = slack.files(ana.direct)
        finally:
            await adapter.aclose()
            await running
            await slack.aclose()

    def seen(self) -> str:
        """All that was shown, with any run of blanks as one space."""
        return " ".join(" ".join(self._seen).split())

    def files(self) -> dict[str, bytes]:
        """The files that came to the person's conversation with the bot."""
        return self._files

    async def _step(self, slack: FakeSlack, ana: Member, step: Step) -> None:
        before = self._handled
        match step:
            case Say(text):
                ana.command("/crosswalk", text)
            case Press(label):
                ana.press(self._holding(slack, ana, label), label)
            case Choose(label, option):
                shown = self._holding(slack, ana, label)
                select = next(e for e in _inside(blocks(shown)) if _says(e, label))
                value = next(o["value"] for o in select["options"] if o["text"]["text"] == option)
                ana.choose(shown, select["action_id"], value)
            case Fill(values):
                await self._fill(ana, values)
            case Abandon():
                slack.workspace.stacks[ana.id].clear()
                return
            case Interrupt():
                raise NotImplementedError("nobody presses Ctrl-C in Slack")
        await slack.until(lambda: self._handled > before)

    async def _fill(self, ana: Member, values: Mapping[str, str | Sequence[str]]) -> None:
        """What was typed before stays in a form that came back."""
        view = ana.modal
        assert view is not None, "no form is open"
        labels = {b["block_id"]: b["label"]["text"] for b in view["blocks"] if "label" in b}
        self._typed |= {labels[name]: value for name, value in values.items()}
        errors = await ana.submit(self._typed)
        self._seen += errors.values()
        if not errors:
            self._typed = {}

    def _holding(self, slack: FakeSlack, ana: Member, label: str) -> Json | Shown:
        """The newest message that has something with that label."""
        for shown in reversed(_messages(slack, ana)):
            if any(_says(element, label) for element in _inside(blocks(shown))):
                return shown
        raise LookupError(f"nothing says {label!r}")

    def _look(self, slack: FakeSlack, ana: Member) -> None:
        shown = [text for each in _messages(slack, ana) for text in texts(blocks(each))]
        if ana.modal is not None:
            shown += texts(ana.modal["blocks"])
        # A blank of no width keeps Slack from reading a sign as markup; nobody sees it.
        self._seen += [html.unescape(text).replace("\u200b", "") for text in shown]

    async def _quiet(self, slack: FakeSlack) -> None:
        """Until nothing was called for a moment."""
        calls = -1
        while calls != len(slack.calls):
            calls = len(slack.calls)
            await asyncio.sleep(QUIET)


def _messages(slack: FakeSlack, ana: Member) -> list[Json | Shown]:
    return [*slack.ephemerals(ana), *slack.by_bot(ana.direct)]


def blocks(shown: Json | Shown) -> list[Json]:
    found: list[Json] = (shown.content if isinstance(shown, Shown) else shown).get("blocks", [])
    return found


def _inside(value: Any) -> Iterator[Json]:
    """Every element that can be pressed or chosen."""
    if isinstance(value, dict):
        if "action_id" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _inside(each)


def _says(element: Json, label: str) -> bool:
    words = element.get("text") or element.get("placeholder") or {}
    return bool(words.get("text") == label)


def texts(value: Any) -> list[str]:
    """Every string that is read, and the addresses of links."""
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    if not isinstance(value, dict):
        return []
    own = [value[key] for key in ("text", "url") if isinstance(value.get(key), str)]
    return own + [text for each in value.values() for text in texts(each)]

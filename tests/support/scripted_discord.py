"""A person in a Discord conversation, played from the contract's platform-neutral steps."""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence

from adapters.discord.adapter import DiscordAdapter
from bot.contract import Choices, Handler, Inbound, PlatformEvent, Pressed, Reply
from tests.support.fake_discord import BOT, FakeDiscord, Interaction, Json, Member, Shown
from tests.support.fake_discord.filling import id_of, label_of
from tests.support.fake_discord.reading import labels, said
from tests.support.scripted_terminal import SURFACE, Abandon, Choose, Fill, Press, Say, Step

# What Discord draws instead of showing it: backslashes before signs, bold, italic, named links.
_DRAWN = re.compile(
    r"\\([^\w\s])|\*\*|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|\[((?:\\.|[^\]\\])*)\]\((https?://[^)\s]+)\)"
)


class ScriptedDiscord:
    """Plays steps in the conversation of one person with the real adapter."""

    def __init__(self) -> None:
        self._discord = FakeDiscord()
        self._person: Member
        self._words: list[str] = []
        self._offered: Reply | None = None
        self._answered: list[Reply | Choices | Exception | None] = []

    async def play(self, handler: Handler, *steps: Step) -> None:
        """Start the adapter, do the steps, and stop it."""

        async def watched(act: Inbound) -> Reply | Choices | None:
            if isinstance(act, PlatformEvent):
                return None
            if self._opens(act):
                return self._offered
            try:
                answer = await handler(act)
            except Exception as error:
                self._answered.append(error)
                raise
            self._answered.append(answer)
            if isinstance(answer, Reply) and answer.form:
                self._offered = answer
            return answer

        await self._discord.start()
        adapter = DiscordAdapter(token=self._discord.token, base_url=self._discord.base_url)
        running = asyncio.create_task(adapter.run(watched, {SURFACE.language: SURFACE}))
        try:
            await self._discord.until(lambda: adapter.health().connected)
            self._person = self._discord.member("450000000000000045", "ana")
            for step in steps:
                await self._do(step)
        finally:
            await adapter.aclose()
            await asyncio.gather(running, return_exceptions=True)
            self._words = [words for each in self._everything() for words in (said(each),)]
            self._words += [word for form in self._person.forms for word in _form_words(form)]
            self._words += [label for each in self._everything() for label in labels(each)]
            await self._discord.aclose()

    def seen(self) -> str:
        """Everything that the person was shown, as Discord draws it."""
        return " ".join(" ".join(drawn(words) for words in self._words).split())

    def files(self) -> dict[str, bytes]:
        """The files that hang on the bot's messages to the person, by name."""
        own = [m for m in self._person.direct.messages if m["author"]["id"] == BOT]
        return {
            one["filename"]: b64decode(one["url"].partition(",")[2])
            for message in own
            for one in message["attachments"]
        }

    def _opens(self, act: Inbound) -> bool:
        """Whether it is a form's own button, to which every core answers with the form."""
        form = self._offered.form if self._offered else None
        if form is None or not isinstance(act, Pressed):
            return False
        return (act.action, act.subject) == (form.action, form.subject)

    def _everything(self) -> list[Json | Shown]:
        own = [m for m in self._person.direct.messages if m["author"]["id"] == BOT]
        return [*own, *(s for s in self._discord.world.ephemerals if s.user == self._person.id)]

    def _latest(self, label: str) -> Json | Shown:
        """The newest thing that is shown with that button."""
        having = [each for each in self._everything() if label in labels(each)]
        if not having:
            raise LookupError(f"nothing shows the button {label!r}")
        return max(having, key=_age)

    async def _do(self, step: Step) -> None:
        if isinstance(step, Say):
            await self._until_quiet(lambda: self._person.write(step.text))
        elif isinstance(step, Press):
            await self._until_quiet(
                lambda: self._person.press(self._latest(step.label), step.label)
            )
        elif isinstance(step, Choose):
            newest = max(self._everything(), key=_age)
            await self._until_quiet(lambda: self._person.choose(newest, step.label, step.option))
        elif isinstance(step, Fill):
            await self._fill(step.values)
        elif not isinstance(step, Abandon):  # a form that is closed tells nobody
            raise TypeError(step)

    async def _fill(self, values: Mapping[str, str | Sequence[str]]) -> None:
        """Send the form before the person; one that waits behind a button is opened first."""
        before = len(self._person.forms)
        newest = max(self._everything(), key=_age, default=None)
        sent = [act for act in self._discord.interactions.sent.values() if act.kind == 5]
        if newest is not None and labels(newest) and len(sent) >= before:
            act = self._person.press(newest, labels(newest)[-1])
            await act.acknowledged()
        form = self._person.forms[-1]
        by_id = {id_of(row): label_of(row) for row in (form.modal or {})["components"]}
        await self._until_quiet(
            lambda: self._person.submit({by_id[name]: each for name, each in values.items()})
        )

    async def _until_quiet(self, act: object) -> None:
        """Do it, and wait until the core has answered and the answer has arrived."""
        count, shown = len(self._answered), self._marks()
        done = act() if callable(act) else None
        await self._discord.until(lambda: len(self._answered) > count)
        if isinstance(done, Interaction):
            await done.acknowledged()
            await self._discord.until(lambda: not done.waiting)
        elif isinstance(self._answered[-1], Reply | Exception):
            await self._discord.until(lambda: self._marks() != shown)
        await asyncio.sleep(0.02)

    def _marks(self) -> tuple[int, int]:
        return len(self._everything()), len(self._person.forms)


def drawn(text: str) -> str:
    """Discord's markup as a person sees it; an address stands behind the words of its link."""

    def shown(found: re.Match[str]) -> str:
        if found.group(3):
            return f"{drawn(found.group(2))} {found.group(3)}"
        return found.group(1) or ""

    return _DRAWN.sub(shown, text)


def _age(each: Json | Shown) -> int:
    return int((each.message if isinstance(each, Shown) else each)["id"])


def _form_words(act: Interaction) -> Iterator[str]:
    form = act.modal or {}
    yield form["title"]
    for row in form["components"]:
        yield row.get("content", "")
        yield label_of(row)
        yield row.get("description") or ""

"""Two who met over a question: one asked on one platform, one helps on another or the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot.contract import Person
from bot.runtime.server import Runtime
from knowledge.conversations.tables import Conversation
from knowledge.database.circumstances import CircumstancesView
from knowledge.database.store import Store
from knowledge.vocabulary import Community, Level, PopulationBand, Purpose
from tests.support.community import STEWARD, admit, case, expert, publish
from tests.support.fake_platform import FakePlatform, Posted
from tests.support.waiting import until
from tests.support.world import World, look

ASK = "registers of addresses for the census"
OFFER = "registers of addresses and the census"
CONTEXT = "MARKERCONTEXT: our mayor distrusts registers."
ANA = Person("chat", "W", "ana", "Ana", "es", "America/Mexico_City")
BO = Person("chat", "W", "bo", "Bo", "fr", "Europe/Paris")
BO_ELSEWHERE = Person("talk", "V", "bo", "Bo", "fr", "Europe/Paris")


class Met(World):
    """A core, its platforms, and Ana and Bo; `meet` brings them together."""

    def __init__(self, store: Store, bo: Person = BO) -> None:
        super().__init__(store, [STEWARD], questions_per_hour=0)
        self.bo = bo
        self.trouble: Callable[[Posted], None] = lambda _: None
        self._ever: list[FakePlatform] = []
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        asker = expert(
            "Ana Ruiz",
            community=Community.CITY,
            consents={Purpose.BE_NAMED},
            role="Chief Data Officer",
            organisation="Ayuntamiento de León",
            facts=CircumstancesView(Level.CITY, PopulationBand.FROM_500K),
        )
        helper = expert(
            "Bo Berg",
            OFFER + " " + ASK,
            organisation="Insee",
            country="FR",
            facts=CircumstancesView(Level.NATIONAL, PopulationBand.OVER_2M),
        )
        self.ana_id = admit(store, replace(asker, time_zone=ANA.time_zone), ANA)
        self.bo_id = admit(store, replace(helper, time_zone=bo.time_zone), bo)
        publish(store, case("Registers of addresses for the census of a city"))
        self.conversation = 0

    async def meet(self, shown: str = "HIDDEN") -> None:
        """Ask, hand over, accept: the conversation is begun, and nothing is sent yet."""
        answer = await self.room.say(ANA, ASK)
        opened = await self.presses(ANA, answer, "handoff.form")
        assert opened.form is not None
        form = {
            "question": ASK,
            "context": CONTEXT,
            "languages": "en, es",
            "urgency": "WEEKS",
            "shown": shown,
        }
        preview = await self.room.submit(ANA, opened.form.action, form, opened.form.subject)
        await self.presses(ANA, preview, "handoff.send")
        await self.room.say(self.bo, "accept 1")
        self.conversation = self.store.read(
            lambda session: session.exec(select(Conversation.id)).one() or 0
        )

    async def start(self) -> None:
        """Let the courier send what waits."""
        platforms = [FakePlatform(name) for name in ("chat", "talk")]
        for each in platforms:
            each.trouble = self.trouble
        self._ever += platforms
        self._stop = asyncio.Event()
        running = Runtime(self.core, platforms, host="127.0.0.1", port=0, clock=self.clock)
        self._task = asyncio.create_task(running.run(self._stop))
        await until(lambda: all(each.handler for each in platforms))
        self.sender = running.sender

    async def stop(self) -> None:
        """Stop sending."""
        if self._task is not None:
            self._stop.set()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def aclose(self) -> None:
        """Stop, and give everything back but the store."""
        await self.stop()
        self.close()

    def posted(self, what: Callable[[Posted], Any] = lambda each: each.reply.files) -> list[Posted]:
        """What arrived on either platform, with files unless told otherwise."""
        return [one for each in self._ever for one in each.posted if what(one)]

    async def look(self, forward: timedelta = timedelta()) -> int:
        """Let the postcards look what is due."""
        self.clock.forward(forward)
        (sent,) = await look(self.core, "postcards")
        return int(str(sent))

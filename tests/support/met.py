"""Two who met over a question: one asked on one platform, one helps on another or the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

from bot.app import Core, build
from bot.contract import Person, Reply
from bot.messaging import serialization
from bot.runtime.server import Runtime
from bot.settings import Settings
from knowledge.conversations.tables import Conversation
from knowledge.database.circumstances import CircumstancesView
from knowledge.database.store import Store
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import Community, Level, PopulationBand, Purpose
from tests.support.community import STEWARD, Room, admit, case, expert, publish
from tests.support.fake_encoder import HashEncoder
from tests.support.fake_platform import FakePlatform, Posted
from tests.support.people import Clock
from tests.support.waiting import until

ASK = "registers of addresses for the census"
OFFER = "registers of addresses and the census"
CONTEXT = "MARKERCONTEXT: our mayor distrusts registers."
ANA = Person("chat", "W", "ana", "Ana", "es", "America/Mexico_City")
BO = Person("chat", "W", "bo", "Bo", "fr", "Europe/Paris")
BO_ELSEWHERE = Person("talk", "V", "bo", "Bo", "fr", "Europe/Paris")


class Met:
    """A core, its platforms, and Ana and Bo; `meet` brings them together."""

    def __init__(self, store: Store, bo: Person = BO) -> None:
        self.store, self.bo, self.clock = store, bo, Clock()
        self.trouble: Callable[[Posted], None] = lambda _: None
        self._ever: list[FakePlatform] = []
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self.build()
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

    def build(self) -> None:
        """A fresh process on the same database."""
        settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
        self.core: Core = build(
            settings,
            self.store,
            HashEncoder(),
            clock=self.clock,
            stewards=frozenset({STEWARD.key}),
        )
        self.room = Room(self.core)

    async def meet(self, shown: str = "HIDDEN") -> None:
        """Ask, hand over, accept: the conversation is begun, and nothing is sent yet."""
        answer = await self.room.say(ANA, ASK)
        opened = await self.press(ANA, answer, "handoff.form")
        assert opened.form is not None
        form = {
            "question": ASK,
            "context": CONTEXT,
            "languages": "en, es",
            "urgency": "WEEKS",
            "shown": shown,
        }
        preview = await self.room.submit(ANA, opened.form.action, form, opened.form.subject)
        await self.press(ANA, preview, "handoff.send")
        await self.room.say(self.bo, "accept 1")
        self.conversation = self.store.read(
            lambda session: session.exec(select(Conversation.id)).one() or 0
        )

    async def press(self, who: Person, reply: Reply, action: str, ending: str = "") -> Reply:
        """Press what does `action` in a reply; its subject ends in `ending`."""
        buttons = [*reply.buttons, *(each for card in reply.cards for each in card.buttons)]
        found = next(
            each
            for each in buttons
            if each.action.startswith(action) and each.subject.endswith(ending)
        )
        return await self.room.press(who, found.action, found.subject)

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

    def close(self) -> None:
        """Give the core back, as when a process ends."""
        for close in (
            self.core.asking.close,
            self.core.index_refresh.close,
            self.core.database.close,
        ):
            close()
        self.core.encoder.close(timeout=15)

    def posted(self, what: Callable[[Posted], Any] = lambda each: each.reply.files) -> list[Posted]:
        """What arrived on either platform, with files unless told otherwise."""
        return [one for each in self._ever for one in each.posted if what(one)]

    def waiting(self, who: Person) -> list[Reply]:
        """What waits to be sent to somebody in private, or was not forgotten yet."""

        def find(session: Session) -> list[Delivery]:
            rows = session.exec(
                select(Delivery).where(Delivery.channel == who.user_id).order_by("id")
            )
            return list(rows.all())

        return [
            serialization.reply_from_json(row.reply) for row in self.store.read(find) if row.reply
        ]

    async def look(self, forward: timedelta = timedelta()) -> int:
        """Let the postcards look what is due."""
        self.clock.forward(forward)
        (tick,) = [each for each in self.core.jobs if each.name == "postcards"]
        return int(str(await tick.job()))

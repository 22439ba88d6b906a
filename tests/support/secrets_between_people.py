"""What is planted where people are brought together: introductions, cases of talks, and rounds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.contract import Person, Place, PlaceKind
from bot.features.exchange.programmes.cadence import Cadence, Timetable
from bot.features.exchange.programmes.settings import Rules, write_timetable
from knowledge.exchange import programmes, rounds
from knowledge.exchange.states import PairingState
from knowledge.vocabulary import Community, Purpose
from tests.support.community import EXPERT, NAMED, admit, expert
from tests.support.waiting import until

if TYPE_CHECKING:
    from tests.support.secrets_planted import World

TOPIC = "weather stations of the coast"
PAIRED = frozenset({Purpose.BE_PAIRED, Purpose.BE_NAMED})


class Acquaintance:
    """Kim asks, Leo declines, Nia accepts and tells; Ida and Ole meet in a round."""

    def __init__(self, world: World) -> None:
        self.world, self.crowd = world, world.crowd
        word = world.word
        self.kim = Person("slack", "W", "kim", word("name of who asks for an introduction"))
        self.leo = Person("discord", "V", "leo", word("name of who declines"))
        self.nia = Person("discord", "V", "nia", word("name of who accepts, not to be quoted"))
        self.ida, self.ole = (
            Person("slack", "W", "ida", "Ida"),
            Person("discord", "V", "ole", "Ole"),
        )

    async def introduce(self) -> None:
        """A request with all that can be private in it; one declines, the next accepts."""
        world, crowd, store = self.world, self.crowd, self.world.store
        admit(store, expert(self.kim.name, community=Community.CITY, consents=()), self.kim)
        admit(store, expert(self.leo.name, f"{TOPIC} and ports", consents=EXPERT), self.leo)
        admit(store, expert(self.nia.name, "weather stations", consents=EXPERT), self.nia)
        await crowd.slash(self.kim, f"{TOPIC} {world.word('question before it is handed over')}")
        number = str(world.newest_question())
        await crowd.submit(
            self.kim,
            "handoff.form",
            number,
            question=f"{TOPIC} {world.word('question that is handed over')}",
            context=world.word("context of a request"),
            languages="en",
            urgency="OPEN",
            shown="HIDDEN",
        )
        await crowd.press(self.kim, "handoff.send", self.subject(self.kim, rf"{number}:\w{{12}}"))
        await self.go_on()
        suggested = world.word("name that was suggested in vain")
        await crowd.submit(self.leo, "introduction.suggest", number, name=suggested)
        await crowd.write(self.leo, f"decline {number} {world.word('reason for declining')}")
        await self.go_on()
        await crowd.press(self.nia, "introduction.accept", number)
        await world.all_sent()

    async def cite(self) -> None:
        """They talk; a part of it becomes a draft, and neither is quoted."""
        world, crowd = self.world, self.crowd
        to_kim = crowd.message_with(self.kim, "have agreed to talk")
        to_nia = crowd.message_with(self.nia, "have agreed to talk")
        aside = world.word("line of an expert that is not released")
        await crowd.write(self.nia, f"Weather stations stand by ports. {aside}", reply_to=to_nia)
        own = world.word("line of an asker")
        await crowd.write(self.kim, f"Our weather stations are old. {own}", reply_to=to_kim)
        await world.all_sent()
        await crowd.slash(self.kim, "conversation")
        (number,) = re.findall(r"'cite.start', subject='(\d+)'", self.heard(self.kim))[-1:]
        await crowd.press(self.kim, "cite.start", number)
        await crowd.submit(
            self.nia,
            "cite.edit",
            number,
            title="Weather stations by ports",
            text=f"They stand by ports. {world.word('words that an author released')}",
        )
        for who in (self.nia, self.kim):
            await world.all_sent()
            await crowd.slash(who, f"cite {number}")
            chosen = self.subject(who, rf"{number}:HIDDEN:\w+")
            await crowd.press(who, "cite.quote", chosen)

    async def meet(self) -> None:
        """A round of two: whom one avoids, what they tell of it, and a report."""
        world, crowd, store, clock = self.world, self.crowd, self.world.store, self.world.clock
        begin = clock() + timedelta(minutes=2)
        table = Timetable(Cadence.WEEKLY, begin.time(), "UTC", begin.date(), begin.weekday())
        found = store.write(
            lambda session: programmes.create(
                session,
                "Bridges",
                timetable=write_timetable(table),
                rules=Rules().written(),
                channels={"places": []},
                days=2,
                next_due_at=begin,
            )
        )
        avoided = admit(store, expert(world.word("name of who is avoided"), consents=NAMED))
        for who, side in ((self.ida, Community.CITY), (self.ole, Community.NATIONAL)):
            number = admit(
                store, expert(who.name, community=side, consents=PAIRED, capacity=9), who
            )
            store.write(
                lambda session, number=number: programmes.join(  # type: ignore[misc]
                    session, found.id, number, clock()
                )
            )
        await crowd.slash(self.ida, f"pair avoid #{avoided}")
        clock.forward(timedelta(minutes=3))
        await world.core.rounds.due()
        world.running.sender.wake()
        await until(lambda: crowd.message_with(self.ole, "Ida"))
        group = store.read(
            lambda session: max(
                each.id
                for each in rounds.open_for(session, world.member_called("Ida"))
                if each.state is not PairingState.CANCELLED
            )
        )
        told = {
            name: world.word(f"{name} in a check-in") for name in ("problem", "tried", "worked")
        }
        await crowd.submit(self.ida, "pair.story", str(group), quote="no", **told)
        await crowd.submit(self.ole, "pair.story", str(group), problem="None", quote="no")
        await crowd.press(self.ole, "pair.met", f"{group}:NOT_YET")
        report = world.word("report of a group")
        await crowd.submit(self.ida, "pair.report", str(group), text=report)
        await world.all_sent()

    async def look(self) -> None:
        """Each sees what concerns them; a channel hears nothing."""
        hall = Place("slack", "W", "hall", kind=PlaceKind.CHANNEL, private=False)
        for who in (self.kim, self.leo, self.nia, self.ida, self.ole):
            await self.crowd.open_home(who)
            for said in ("requests", "conversation", "cite", "pair status", "data export"):
                await self.crowd.slash(who, said)
        await self.crowd.slash(self.ida, "pair status", hall)

    async def go_on(self) -> None:
        """What the clock would do by itself."""
        await self.world.core.introductions.tick()
        await self.world.all_sent()

    def heard(self, who: Person) -> str:
        return "".join(each.text for each in self.crowd.heard if each.reader == who.user_id)

    def subject(self, who: Person, pattern: str) -> str:
        """The subject of the button that somebody was shown last."""
        return str(re.findall(rf"'({pattern})'", self.heard(who))[-1])

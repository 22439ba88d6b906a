"""One small community for tests: processes on one database, a clock, people, and what is due."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

from bot.app import Core, build
from bot.contract import Person, Reply
from bot.messaging import serialization
from bot.settings import Settings
from knowledge.cases.views import CaseDraft
from knowledge.database.store import Store
from knowledge.members.views import MemberDraft
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import MemberStatus
from tests.support.community import Room, admit, publish
from tests.support.fake_encoder import HashEncoder
from tests.support.people import Clock


async def look(core: Core, *names: str) -> list[object]:
    """Let the jobs of these names see what is due, or all where none is named; in their order."""
    known = {each.name for each in core.jobs}
    assert known >= set(names), set(names) - known
    return [await each.job() for each in core.jobs if each.name in (names or known)]


class World:
    """People on one database; scenes of a feature add what they need to it."""

    looks: tuple[str, ...] = ()
    """The jobs that `tick` looks at; all of them where none is named."""

    def __init__(self, store: Store, stewards: Iterable[Person] = (), **settings: Any) -> None:
        self.store, self.clock = store, Clock()
        self.cores: list[Core] = []
        self._stewards = frozenset(who.key for who in stewards)
        self._settings = settings
        self.begin()

    def begin(self) -> None:
        """From now on people speak to a new process."""
        self.core = self.process()
        self.room = Room(self.core)

    def process(self) -> Core:
        """One more process on the same database."""
        settings = Settings(_env_file=None, **self._settings)  # type: ignore[call-arg]
        core = build(settings, self.store, HashEncoder(), clock=self.clock, stewards=self._stewards)
        self.cores.append(core)
        return core

    def close(self) -> None:
        """Give everything back but the database."""
        while self.cores:
            core = self.cores.pop()
            core.asking.close()
            core.index_refresh.close()
            core.database.close()
            core.encoder.close(timeout=15)

    def member(
        self,
        draft: MemberDraft,
        who: Person | None = None,
        status: MemberStatus = MemberStatus.ACTIVE,
    ) -> int:
        """Somebody who is known; returns their number."""
        return admit(self.store, draft, who, status)

    def cases(self, *drafts: CaseDraft) -> list[int]:
        """Published cases; returns their numbers."""
        return publish(self.store, *drafts)

    async def says(self, who: Person, text: str) -> Reply:
        """What the bot answers to words."""
        return await self.room.say(who, text)

    async def presses(self, who: Person, reply: Reply, action: str, ending: str = "") -> Reply:
        """Press what begins with `action` in a reply; its subject ends in `ending`."""
        buttons = [*reply.buttons, *(each for card in reply.cards for each in card.buttons)]
        found = next(
            each
            for each in buttons
            if each.action.startswith(action) and each.subject.endswith(ending)
        )
        return await self.room.press(who, found.action, found.subject)

    async def fills(
        self, who: Person, reply: Reply, values: Mapping[str, str | Sequence[str]]
    ) -> Reply:
        """Send the form of a reply."""
        assert reply.form is not None
        return await self.room.submit(who, reply.form.action, values, reply.form.subject)

    async def tick(self, core: Core | None = None, forward: timedelta = timedelta()) -> None:
        """Let time pass, and look at what is due then."""
        self.clock.forward(forward)
        await look(core or self.core, *self.looks)

    def waiting(self, who: Person) -> list[Reply]:
        """What waits to be sent to somebody in private, or was sent and is not forgotten yet."""

        def find(session: Session) -> list[Delivery]:
            rows = session.exec(
                select(Delivery).where(Delivery.channel == who.user_id).order_by("id")
            )
            return list(rows.all())

        return [
            serialization.reply_from_json(row.reply) for row in self.store.read(find) if row.reply
        ]

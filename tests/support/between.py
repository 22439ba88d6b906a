"""A community with a programme that posts prompts in two channels, on two platforms."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count

from sqlmodel import Session, select

from bot.contract import Edited, Person, Place, PlaceKind, Removed, Reply, Said
from bot.features.exchange.programmes.cadence import Cadence, Timetable
from bot.features.exchange.programmes.settings import Rules, write_timetable
from bot.messaging import serialization
from knowledge.database.store import Store
from knowledge.exchange import programmes, prompts
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.states import PromptState
from knowledge.exchange.tables import Prompt
from knowledge.messaging.tables import Delivery
from knowledge.questions import questions
from knowledge.questions.questions import Asked
from knowledge.threads.tables import ThreadAnswer
from knowledge.vocabulary import (
    Community,
    Confidence,
    DeliveryKind,
    DeliveryState,
    Purpose,
    Visibility,
)
from tests.support.community import admit, expert
from tests.support.world import World

STEWARD = Person("chat", "W", "boss", "Boss")
HALL = Place("chat", "W", "hall", kind=PlaceKind.CHANNEL)
SQUARE = Place("talk", "V", "square", kind=PlaceKind.CHANNEL)
QUESTION = "How do you count people who rent a room?"
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Between(World):
    """Prompts are due each Monday at 12:02 in UTC; the clock stands at a Monday, 12:00."""

    looks = ("prompts", "questions to be posted")

    def __init__(self, store: Store, *, cadence: Cadence = Cadence.WEEKLY) -> None:
        super().__init__(store, [STEWARD])
        self._acts: Iterator[int] = count(1)
        rounds = Timetable(Cadence.ONCE, time(9), "UTC", date(2036, 1, 1))
        self.programme: ProgrammeView = store.write(
            lambda session: programmes.create(
                session,
                "Bridges",
                timetable=write_timetable(rounds),
                rules=Rules().written(),
                channels={"places": [serialization.place_to_json(each) for each in (HALL, SQUARE)]},
                next_due_at=datetime(2036, 1, 1, 9, tzinfo=self.clock.now.tzinfo),
            )
        )
        self.timetable = Timetable(
            cadence,
            (self.clock.now + 2 * MINUTE).time(),
            "UTC",
            self.clock.now.date(),
            self.clock.now.weekday(),
            -1,
        )
        self.schedule(self.clock.now + 2 * MINUTE)

    def schedule(self, due: datetime | None) -> None:
        """Set when the next prompt is due."""
        stored = write_timetable(self.timetable)
        self.store.write(
            lambda session: prompts.set_schedule(session, self.programme.id, stored, due)
        )

    def admit(
        self, user: str, side: Community = Community.NATIONAL, platform: str = "chat"
    ) -> tuple[Person, int]:
        """An approved member who may be named, at work round the clock of the tests."""
        who = Person(platform, "W" if platform == "chat" else "V", user, user.title())
        draft = expert(
            who.name,
            f"offer of {user}",
            community=side,
            consents=frozenset({Purpose.BE_NAMED}),
            organisation=f"Office of {user}",
        )
        return who, admit(self.store, draft, who)

    def ask(
        self, member: int, text: str = QUESTION, confidence: Confidence = Confidence.NONE
    ) -> int:
        """A question of a member that the library did not answer."""
        asked = Asked(
            text=text,
            language="en",
            asker_id=member,
            account_key=f"chat:W:{member}",
            people_only=False,
            visibility=Visibility.PRIVATE,
            confidence=confidence,
            score=0.1,
            at=self.clock.now - DAY,
        )
        return self.store.write(
            lambda session: questions.keep(session, asked, model_id="m", cases=[], experts=[])
        )

    def prompts(self, state: PromptState | None = None) -> list[Prompt]:
        """All rows, in the order of their numbers."""

        def find(session: Session) -> list[Prompt]:
            rows = session.exec(select(Prompt).order_by(Prompt.id)).all()  # type: ignore[arg-type]
            return [row for row in rows if state in (None, row.state)]

        return self.store.read(find)

    def answers(self) -> list[ThreadAnswer]:
        return self.store.read(lambda session: list(session.exec(select(ThreadAnswer)).all()))

    def deliveries(self, channel: str = "", kind: DeliveryKind | None = None) -> list[Delivery]:
        """What was written for a channel, or for everybody."""
        rows = self.store.read(lambda session: list(session.exec(select(Delivery)).all()))
        wanted = [row for row in rows if channel in ("", row.channel)]
        return [row for row in wanted if kind in (None, row.kind)]

    def replies(self, channel: str) -> list[Reply]:
        """What was said in a channel, or to a person."""
        return [
            serialization.reply_from_json(row.reply)
            for row in self.deliveries(channel, DeliveryKind.POST)
            if row.reply
        ]

    def arrive(self) -> None:
        """Every message that waits arrives, under a name of its own."""

        def write(session: Session) -> None:
            waiting = Delivery.state == DeliveryState.WAITING
            for row in session.exec(select(Delivery).where(waiting)).all():
                row.state = DeliveryState.SENT
                row.message, row.receipt = f"m{row.id}", f"m{row.id}"
                session.add(row)

        self.store.write(write)

    def message(self, place: Place) -> str:
        """What the platform calls the newest post in a channel."""
        return self.deliveries(place.channel, DeliveryKind.POST)[-1].message

    async def write(
        self, who: Person, place: Place, text: str, *, name: str = "", addressed: bool = False
    ) -> Reply | None:
        """Words in the thread below the newest post of a channel; `name`: of the message."""
        above = self.message(place)
        within = Place(
            place.platform, place.workspace, place.channel, above, PlaceKind.THREAD, private=False
        )
        said = Said(
            event_id=f"said:{next(self._acts)}",
            person=who,
            place=within,
            in_place=False,
            text=text,
            message=name or f"own{next(self._acts)}",
            reply_to=above,
            addressed=addressed,
        )
        reply = await self.core.dispatcher.handle(said)
        assert reply is None or isinstance(reply, Reply)
        return reply

    async def amend(self, who: Person, place: Place, name: str, text: str = "") -> None:
        """Other words in such a message, or (without any) its end."""
        head = {
            "event_id": f"amended:{next(self._acts)}",
            "person": who,
            "place": place,
            "in_place": False,
            "message": name,
        }
        act = Edited(**head, text=text) if text else Removed(**head)  # type: ignore[arg-type]
        assert await self.core.dispatcher.handle(act) is None

"""People and acts for tests of the features that concern members."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.contract import Person, Place, Pressed, Reply, Submitted
from bot.core.handlers import Routes
from bot.features.cases.review import ReviewQueue
from bot.features.citations.changed_words import as_released
from bot.features.citations.publication import published
from bot.features.conversations.service import Conversations
from bot.features.members.administration import MemberAdministration
from bot.features.members.profiles import Profiles
from bot.features.personal_data.service import PersonalData
from bot.storage.database import Database

Act = Callable[..., Awaitable[Reply]]

WHO = {
    "name": "Ana Ruiz",
    "community": "CITY",
    "level": "city",
    "role": "Chief Data Officer",
    "organisation": "Ayuntamiento de León",
}
WHERE = {
    "place": "León",
    "country": "México",
    "languages": "es, en",
    "zone": "america/mexico_city",
    "hours": "9-17",
}


def person(user: str, name: str = "", platform: str = "console", locale: str = "en") -> Person:
    """Somebody with an account in the workspace `W`."""
    return Person(platform, "W", user, name or user.title(), locale, "America/Mexico_City")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


class RunningClock(Clock):
    """The same clock, going on by itself: for platforms whose retries must come due."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self._began)


class Town:
    """The features about people on one real database, used as the desk uses them."""

    def __init__(self, database: Database, stewards: Sequence[str] = ()) -> None:
        self.database = database
        self.clock = Clock()
        leaving = Conversations(database=database, clock=self.clock).end_for
        self.profiles = Profiles(
            database=database, stewards=frozenset(stewards), clock=self.clock, leaving=leaving
        )
        self.privacy = PersonalData(database=database, clock=self.clock, leaving=leaving)
        self.stewarding = MemberAdministration(database=database, clock=self.clock, leaving=leaving)
        self.reviewing = ReviewQueue(
            database=database,
            clock=self.clock,
            on_published=published,
            as_released=as_released,
        )
        self._events = count(1)
        self._routes = Routes((self.profiles, self.privacy, self.stewarding, self.reviewing))

    async def say(self, who: Person, text: str) -> Reply:
        """What the bot answers to a command."""
        intent = self._routes.grammar.parse(text)
        context = await self.profiles.recognise(who, _place(who))
        return await self._routes.words[intent.verb](context, intent)

    async def press(self, who: Person, action: str, subject: str = "") -> Reply:
        """What a button does."""
        context = await self.profiles.recognise(who, _place(who))
        act = Pressed(
            event_id=str(next(self._events)),
            person=who,
            place=_place(who),
            action=action,
            subject=subject,
        )
        return await self._routes.actions[action](context, act)

    async def submit(
        self, who: Person, action: str, subject: str, values: Mapping[str, str | Sequence[str]]
    ) -> Reply:
        """What a filled form does."""
        context = await self.profiles.recognise(who, _place(who))
        act = Submitted(
            event_id=str(next(self._events)),
            person=who,
            place=_place(who),
            action=action,
            subject=subject,
            values=values,
        )
        return await self._routes.actions[action](context, act)

    async def join(self, who: Person, **changes: str) -> Reply:
        """Fill in the first two steps of a profile."""
        name = {"name": who.name}
        await self.submit(who, "profile.edit", "who", {**WHO, **name, **changes})
        return await self.submit(who, "profile.edit", "where", WHERE)


def facts(reply: Reply) -> dict[str, str]:
    """The facts of a reply's first card."""
    return {fact.label: fact.value for fact in reply.cards[0].facts}


def _place(who: Person) -> Place:
    return Place(who.platform, who.workspace, "direct")

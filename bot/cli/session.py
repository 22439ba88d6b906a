"""What the commands share: settings, an open store, a loaded core, a progress bar."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from bot.app import Core, build, load_encoder, now, open_store
from bot.contract import Person
from bot.features.cases.review import ReviewQueue
from bot.features.citations.changed_words import as_released
from bot.features.citations.publication import published
from bot.features.conversations.service import Conversations
from bot.features.members.administration import MemberAdministration
from bot.features.personal_data.service import PersonalData
from bot.settings import Settings, read_settings
from bot.storage.database import Database
from knowledge.database.lock import DatabaseLock
from knowledge.database.store import Store

errors = Console(stderr=True, highlight=False)


def operator() -> str:
    """How the audit names whoever sits at this machine."""
    return f"operator:{login()}"


def login() -> str:
    """The name of the account on this machine, or `operator` where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"


def terminal_person(language: str, time_zone: str = "UTC", name: str = "") -> Person:
    """Whoever sits at this machine; they hold the database, so they run the community.

    Under another `name` they are somebody else, and run nothing.
    """
    who = name or login()
    return Person("console", "local", who, who, language, time_zone, admin=who == login())


class Bar:
    """A progress bar on stderr that appears with the first count, with rate and time left."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=errors,
            disable=not sys.stderr.isatty(),
        )
        self._task: TaskID | None = None

    def count(self, done: int, total: int) -> None:
        """`done` of `total`."""
        if self._task is None:
            self._bar.start()
            self._task = self._bar.add_task(self._label, total=total, rate="")
        speed = self._bar.tasks[0].speed
        self._bar.update(
            self._task,
            completed=done,
            total=total,
            rate=f"{speed:.1f}/s" if speed else "",
        )

    def share(self, label: str, done: float) -> None:
        """`done` between 0 and 1 of what `label` names."""
        self._label = label
        self.count(round(done * 100), 100)

    def close(self) -> None:
        if self._task is not None:
            self._bar.stop()


@contextmanager
def opened_store(settings: Settings | None = None) -> Iterator[Store]:
    """A store, migrated; closed at the end."""
    store = open_store(settings or read_settings())
    try:
        yield store
    finally:
        store.close()


@contextmanager
def using_database(settings: Settings) -> Iterator[DatabaseLock]:
    """Keep others from putting a backup in the place of the database that is in use."""
    lock = DatabaseLock(Store(settings.database_url).file)
    try:
        lock.share()
        yield lock
    finally:
        lock.release()


@contextmanager
def loaded_core(settings: Settings | None = None, *, library: bool = True) -> Iterator[Core]:
    """The whole core with its model, and its library in memory."""
    settings = settings or read_settings()
    with opened_store(settings) as store:
        building = Bar("Building the model")
        try:
            encoder = load_encoder(settings, building.share)
        finally:
            building.close()
        person = terminal_person("en")
        core = build(settings, store, encoder, stewards=frozenset({person.key}))
        try:
            if library:
                encode(core)
            yield core
        finally:
            core.close()


@dataclass(frozen=True)
class Services:
    """What stewards' commands need: no model, so they answer at once."""

    store: Store
    stewarding: MemberAdministration
    reviewing: ReviewQueue
    privacy: PersonalData


@contextmanager
def offline() -> Iterator[Services]:
    """Services on the configured database; a running bot notices what they write."""
    with opened_store() as store:
        database = Database(store)
        leaving = Conversations(database=database, clock=now).end_for
        try:
            yield Services(
                store,
                MemberAdministration(database=database, clock=now, leaving=leaving),
                ReviewQueue(
                    database=database, clock=now, on_published=published, as_released=as_released
                ),
                PersonalData(database=database, clock=now, leaving=leaving),
            )
        finally:
            database.close()


def encode(core: Core) -> None:
    """Take in what is new in the store, with a progress bar."""
    bar = Bar("Encoding texts")
    try:
        core.library.refresh(bar.count)
    finally:
        bar.close()


def encoded(core: Core) -> None:
    """Encode what is new in the store without reading the library into memory."""
    bar = Bar("Encoding texts")
    try:
        core.library.encode_missing(bar.count)
    finally:
        bar.close()

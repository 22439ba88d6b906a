"""Engine, unit of work and backup: one writer, many readers, nothing half done."""

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Engine, event, inspect, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlmodel import Session, create_engine

from knowledge.errors import StoreRefused

if TYPE_CHECKING:
    from alembic.config import Config

T = TypeVar("T")
Body = Callable[[Session], T]

VERSION = "alembic_version"
MIGRATIONS = Path(__file__).parents[1] / "migrations"
FIRST_REVISION = "0016"
"""The revision that makes every table; the ones before it were put together into it."""

UNSOUND = "The file is not a sound Crosswalk database. Restore a backup."
BUSY_TIMEOUT_MS = 5_000
SYNCHRONOUS = "FULL"
"""Nothing that was confirmed is lost to a power cut. Tests cut no power, and do not wait for it."""
ATTEMPTS = 5


class Store:
    """One database: a reading and a writing engine, and units of work that can run again.

    SQLite takes one writer at a time, so a writing unit begins IMMEDIATE and waits its turn
    instead of losing a race at commit. A unit's body must have no effect but the database:
    it runs again from the start when the database was busy.
    """

    def __init__(self, url: str) -> None:
        """Connect lazily to `url`; folders of a SQLite file are made.

        Raises StoreRefused when the address or the folder cannot be used.
        """
        try:
            self.url = make_url(url)
        except Exception as error:
            raise StoreRefused(
                "DATABASE_URL cannot be read. Write it like sqlite:///var/crosswalk.db."
            ) from error
        self.file = _file_of(self.url)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreRefused(
                f"The folder {self.file.parent} cannot be made. Choose another in DATABASE_URL."
            ) from error
        self._damage = ""
        self._reader = self._engine("BEGIN")
        self._writer = self._engine("BEGIN IMMEDIATE")

    def read(self, body: Body[T]) -> T:
        """What `body` finds in one consistent snapshot; its changes are thrown away."""
        return self._run(self._reader, body, commit=False)

    def write(self, body: Body[T]) -> T:
        """What `body` returns, once all that it wrote is on disk."""
        return self._run(self._writer, body, commit=True)

    def settle(self) -> bool:
        """Bring the file up to its journal, which still holds what was erased from the file.

        False while somebody reads: then it is left for the next time.
        """
        connection = self._writer.raw_connection()
        try:
            busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
        return not busy

    def probe(self) -> None:
        """Write something that means nothing. Raises StoreRefused with the reason if that fails.

        A page that was found damaged does not heal: that is said until the next start.
        """
        if self._damage:
            raise StoreRefused(self._damage)
        number = time.monotonic_ns() & 0x7FFFFFFF
        self.write(
            lambda session: session.connection().exec_driver_sql(f"PRAGMA user_version={number}")
        )

    def close(self) -> None:
        """Give all connections back."""
        self._reader.dispose()
        self._writer.dispose()

    def check(self) -> None:
        """Make sure that this is a sound database of ours, no newer than the code.

        Raises StoreRefused otherwise.
        """
        _known(self._revision())
        found = self.read(
            lambda session: session.connection().exec_driver_sql("PRAGMA quick_check(1)").scalar()
        )
        if found != "ok":
            raise StoreRefused(UNSOUND)

    def backup(self, target: Path) -> Path:
        """A consistent copy of the database at `target`, taken while others write.

        Raises StoreRefused when the copy cannot be written.
        """
        part = target.with_name(target.name + ".part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with sqlite3.connect(self.file) as source, sqlite3.connect(part) as copy:
                source.backup(copy)
            copy.close()
            source.close()
            part.replace(target)
        except (OSError, sqlite3.Error) as error:
            part.unlink(missing_ok=True)
            raise StoreRefused(
                f"The backup {target} could not be written. Check the space left on the disk."
            ) from error
        return target

    def migrate(self) -> None:
        """Bring the tables up to date; a file with data in it is backed up first.

        Raises StoreRefused when the database is newer than this version, or not ours.
        """
        current = self._revision()
        if current == newest_revision():
            return
        from alembic import command  # here: a tenth of a start, for what few starts do

        if current is not None:
            _known(current)
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
            self.backup(self.file.with_name(f"{self.file.name}.{current}.{stamp}.backup"))
        # SQLite changes a table by making it anew: with its keys on, dropping the former one
        # would take along all that belongs to its rows.
        engine = self._engine("BEGIN IMMEDIATE", foreign_keys=False)
        try:
            with engine.begin() as connection:
                config = _alembic()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise StoreRefused(
                        "The tables could not be brought up to date, and nothing was changed. "
                        "Restore a backup."
                    )
        except DBAPIError as error:
            raise _refusal(error) from error
        finally:
            engine.dispose()

    def _revision(self) -> str | None:
        try:
            with self._reader.connect() as connection:
                if not inspect(connection).has_table(VERSION):
                    return None
                found = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION}").scalar()  # noqa: S608
                return None if found is None else str(found)
        except DBAPIError as error:
            raise _refusal(error) from error

    def _run(self, engine: Engine, body: Body[T], *, commit: bool) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with Session(engine, expire_on_commit=False) as session:
                    result = body(session)
                    if commit:
                        session.commit()
                    return result
            except DatabaseError as error:
                if not (isinstance(error, OperationalError) or type(error) is DatabaseError):
                    raise  # what a unit did wrong, such as one row twice
                if attempt == ATTEMPTS or not _can_run_again(error):
                    raise self._refused(error) from error
                time.sleep(0.05 * attempt)
        raise AssertionError("the last attempt either returned or raised")

    def _refused(self, error: DatabaseError) -> StoreRefused:
        refusal = _refusal(error)
        if str(refusal) == UNSOUND:
            self._damage = str(refusal)
        return refusal

    def _engine(self, begin: str, *, foreign_keys: bool = True) -> Engine:
        # Without hide_parameters an error repeats the values, and so the log what members wrote.
        engine = create_engine(
            self.url,
            connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
            hide_parameters=True,
        )

        @event.listens_for(engine, "connect")
        def configure(connection: Any, _record: Any) -> None:
            # The driver's own BEGIN would come too late and deferred: we emit ours.
            connection.isolation_level = None
            for pragma in (
                "journal_mode=WAL",
                f"synchronous={SYNCHRONOUS}",
                # What somebody had erased must not stay readable in free pages.
                "secure_delete=ON",
                f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
                f"busy_timeout={BUSY_TIMEOUT_MS}",
                "cache_size=-65536",
            ):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def start(connection: Any) -> None:
            connection.exec_driver_sql(begin)

        return engine


def newest_revision() -> str:
    """The revision of the newest migration, which its file is named after."""
    return max(file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/*_*.py"))


def _alembic() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _known(revision: str | None) -> None:
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    if revision is None:
        raise StoreRefused("The file is not a Crosswalk database. Name one that is.")
    try:
        ScriptDirectory.from_config(_alembic()).get_revision(revision)
    except CommandError as error:
        if revision < FIRST_REVISION and revision.isdecimal():
            raise StoreRefused(
                "This database was written by an early version of Crosswalk. Install version "
                "0.1.0, start it once with this database, and then install this version again."
            ) from error
        raise StoreRefused(
            "This database was written by a newer version of Crosswalk. "
            "Install that version, or restore an older backup."
        ) from error


def _file_of(parsed: URL) -> Path:
    if parsed.get_backend_name() != "sqlite":
        raise StoreRefused(
            "Only SQLite is supported so far. Write DATABASE_URL like sqlite:///var/crosswalk.db."
        )
    if not parsed.database or parsed.database == ":memory:":
        raise StoreRefused(
            "A database in memory is empty in every other thread. "
            "Give a file, such as sqlite:///var/crosswalk.db."
        )
    return Path(parsed.database)


def _can_run_again(error: DatabaseError) -> bool:
    text = str(error.orig).casefold()
    return "locked" in text or "busy" in text


_REFUSALS = (
    (("full",), "The disk is full. Nothing was lost; make room and try again."),
    (("locked", "busy"), "The database is busy with another process. Try again in a moment."),
    (
        ("readonly", "read-only"),
        "The database file may not be written to. Check its permissions.",
    ),
    (
        ("no such",),
        "The tables of this database are not those of this version. Restore a backup, or "
        "start with a new file.",
    ),
    (("not a database", "malformed"), UNSOUND),
    (
        ("disk i/o",),
        "The disk cannot be read or written. Check it, and restore a backup if need be.",
    ),
)
"""Words of SQLite's, and what an operator is told for them."""


def _refusal(error: DBAPIError) -> StoreRefused:
    text = str(error.orig).casefold()
    for words, sentence in _REFUSALS:
        if any(word in text for word in words):
            return StoreRefused(sentence)
    return StoreRefused("The database does not answer. Check DATABASE_URL and that it is running.")

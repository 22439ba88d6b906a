"""Units of work on a real file: nothing half done, nothing lost, clear refusals."""

import resource
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from knowledge.database.store import MIGRATIONS, SYNCHRONOUS, Store, newest_revision
from knowledge.errors import StoreRefused
from knowledge.text.tables import Meta


def put(name: str, value: str = "x"):  # type: ignore[no-untyped-def]
    """A unit that writes one row."""

    def body(session: Session) -> None:
        session.merge(Meta(name=name, value=value))

    return body


def count(store: Store) -> int:
    return store.read(lambda session: session.scalar(select(func.count()).select_from(Meta)) or 0)


def test_a_unit_that_fails_writes_nothing(store: Store) -> None:
    def body(session: Session) -> None:
        session.add(Meta(name="half", value="done"))
        session.flush()
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        store.write(body)
    assert count(store) == 0


def test_a_reading_unit_changes_nothing(store: Store) -> None:
    store.read(put("ghost"))
    assert count(store) == 0


def test_writers_in_many_threads_lose_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/crosswalk.db"
    Store(url).migrate()

    def add(name: str) -> None:
        own = Store(url)  # as if it were another process
        for number in range(25):
            own.write(put(f"{name}-{number}"))
        own.close()

    threads = [threading.Thread(target=add, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(Store(url)) == 100


def test_a_database_newer_than_the_code_is_refused(store: Store) -> None:
    store.write(
        lambda session: session.execute(text("UPDATE alembic_version SET version_num='9999'"))
    )
    with pytest.raises(StoreRefused, match="newer version of Crosswalk"):
        store.migrate()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_bytes(b"These are the minutes of a meeting. " * 200)
    with pytest.raises(StoreRefused, match="not a sound Crosswalk database"):
        Store(f"sqlite:///{file}").migrate()


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(StoreRefused, match="Give a file"):
        Store("sqlite://")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(StoreRefused, match="DATABASE_URL"):
        Store("my database")


def test_a_backup_is_a_sound_copy_taken_while_somebody_writes(store: Store, tmp_path: Path) -> None:
    store.write(put("kept"))
    target = store.backup(tmp_path / "copies" / "one.backup")
    copy = Store(f"sqlite:///{target}")
    copy.check()
    assert count(copy) == 1


def test_migrating_again_changes_nothing_and_takes_no_backup(store: Store, tmp_path: Path) -> None:
    store.migrate()
    assert not list(tmp_path.glob("*.backup"))


def test_the_newest_revision_is_the_head_of_the_migrations() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert newest_revision() == scripts.get_current_head()


def test_an_older_database_is_backed_up_before_it_is_migrated(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.database.store.newest_revision", lambda: "of a later release")
    store.migrate()
    (copy,) = tmp_path.glob("*.backup")
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_full_disk_is_said_plainly(store: Store) -> None:
    def fill(session: Session) -> None:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count={pages}"))
        session.add(Meta(name="large", value="x" * 1_000_000))

    with pytest.raises(StoreRefused, match="disk is full"):
        store.write(fill)


def test_the_migrations_make_exactly_the_tables_of_the_models(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    def differences(session: Session) -> list[object]:
        context = MigrationContext.configure(session.connection())
        return list(compare_metadata(context, SQLModel.metadata))

    assert store.read(differences) == []


def test_what_was_erased_is_nowhere_on_the_disk(store: Store, tmp_path: Path) -> None:
    store.write(put("secret", "a word that nobody may find"))
    store.write(lambda session: session.execute(text("DELETE FROM meta WHERE name = 'secret'")))
    store.settle()
    for file in tmp_path.glob("crosswalk.db*"):
        assert b"nobody may find" not in file.read_bytes()


def test_settling_waits_for_nobody(store: Store) -> None:
    def while_reading(session: Session) -> None:
        session.scalar(select(func.count()).select_from(Meta))
        store.settle()

    store.write(put("one"))
    store.read(while_reading)
    assert count(store) == 1


@pytest.mark.parametrize("url", ["postgresql://x/y", "mysql://a"])
def test_other_databases_are_refused_for_now(url: str) -> None:
    with pytest.raises(StoreRefused, match="Only SQLite is supported"):
        Store(url)


def test_a_disk_that_takes_nothing_more_is_said_so(store: Store) -> None:
    store.probe()
    journal = store.file.with_name(f"{store.file.name}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.stat().st_size, hard))
    try:
        with pytest.raises(StoreRefused, match="disk"):
            store.probe()
        assert store.read(lambda session: session.connection().exec_driver_sql("SELECT 1").scalar())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    store.probe()


def test_a_damaged_page_is_said_so_until_the_next_start(store: Store) -> None:
    store.settle()
    store.close()
    whole = store.file.read_bytes()
    store.file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreRefused, match="not a sound"):
        store.read(
            lambda session: session.connection().exec_driver_sql("SELECT * FROM inbox").all()
        )
    with pytest.raises(StoreRefused, match="not a sound"):
        store.probe()
    with pytest.raises(StoreRefused, match="not a sound"):
        Store(f"sqlite:///{store.file}").check()


def test_what_a_unit_does_wrong_is_no_fault_of_the_database(store: Store) -> None:
    def twice(session: Session) -> None:
        for _ in range(2):
            session.connection().exec_driver_sql("INSERT INTO meta VALUES ('a', 'b')")

    with pytest.raises(IntegrityError):
        store.write(twice)
    store.probe()


def test_what_is_confirmed_outlives_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.database.store.SYNCHRONOUS", SYNCHRONOUS)
    store = Store(f"sqlite:///{tmp_path}/safe.db")
    found = store.write(lambda session: session.scalar(text("PRAGMA synchronous")))
    store.close()
    assert found == 2  # FULL

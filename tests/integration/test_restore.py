"""A backup put back: never under a bot that runs, and nothing is said twice afterwards."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Core
from bot.cli.maintenance import backup, restore
from bot.cli.serve import readable_by_others
from bot.contract import Reply, Said
from bot.messaging import serialization
from bot.messaging.inbox import Inbox
from bot.messaging.outbox import direct, message
from bot.messaging.sender import Sender
from bot.settings import Settings
from bot.storage.database import Database
from knowledge.database import lock as locks
from knowledge.database.lock import DatabaseLock
from knowledge.database.store import Store
from knowledge.errors import StoreRefused
from knowledge.members import audit
from knowledge.messaging import deliveries, doubt, inbox
from tests.conftest import NOW
from tests.support.community import person
from tests.support.fake_platform import FakePlatform
from tests.support.people import Clock

ANA = person("ana")


@pytest.fixture
def place(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of a database that the commands find."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{store.file}")
    return tmp_path


@pytest.fixture
def reopened(store: Store) -> Iterator[Database]:
    """The database as the next start finds it."""
    again = Database(Store(f"sqlite:///{store.file}"))
    yield again
    again.close()


def test_nobody_is_alone_while_another_uses_the_database(tmp_path: Path) -> None:
    first, second = DatabaseLock(tmp_path / "x.db"), DatabaseLock(tmp_path / "x.db")
    assert first.take_whole()
    first.share()
    second.share()
    assert not first.take_whole()
    assert not second.take_whole()
    first.release()
    assert second.take_whole()
    second.release()


def test_who_starts_waits_for_another_that_starts_and_not_for_a_restore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.1)
    restoring, starting = DatabaseLock(tmp_path / "x.db"), DatabaseLock(tmp_path / "x.db")
    assert restoring.take_whole()
    with pytest.raises(StoreRefused, match="being restored"):
        starting.share()
    restoring.release()
    starting.share()
    starting.release()


def test_files_that_others_can_read_are_named_and_none_is_made(
    place: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / ".env").touch(0o600)
    store.file.chmod(0o644)
    old = place / "crosswalk-1.backup"
    old.touch(0o640)
    readable_by_others(Settings(database_url=f"sqlite:///{store.file}"))
    told = capsys.readouterr().out
    assert str(store.file) in told
    assert str(old) in told
    assert ".env" not in told


def test_a_backup_is_not_put_back_under_a_bot_that_runs(place: Path, store: Store) -> None:
    backup(place / "monday.backup")
    running = DatabaseLock(store.file)
    running.share()
    with pytest.raises(StoreRefused, match="Stop crosswalk run"):
        restore(place / "monday.backup")
    running.release()
    restore(place / "monday.backup")
    acts = [entry.act for entry in Store(f"sqlite:///{store.file}").read(audit.recent)]
    assert acts[0] == "database.restore"
    backup(place / "tuesday.backup")
    acts = [entry.act for entry in Store(f"sqlite:///{store.file}").read(audit.recent)]
    assert acts[:2] == ["database.backup", "database.restore"]


async def test_after_a_restore_what_waits_and_what_comes_again_is_looked_for_first(
    place: Path, core: Core, reopened: Database
) -> None:
    store, act = (
        core.store,
        Said(event_id="7", person=ANA, place=direct(ANA), text="hello", in_place=False),
    )
    waiting = message("waiting", direct(ANA), Reply("a message"), ANA)
    store.write(lambda session: deliveries.write(session, [waiting], NOW))
    text = serialization.act_to_json(act)
    store.write(lambda session: inbox.claim(session, "chat", "7", text, NOW))
    backup(place / "monday.backup")
    # After the backup both were sent and answered; then the disk broke.
    restore(place / "monday.backup")
    clock = Clock()
    await reopened.write(lambda session: doubt.started(session, clock.now + timedelta(hours=1)))

    async def answer(_: object) -> Reply:
        return Reply("an answer")

    door = Inbox(dispatcher=answer, database=reopened, clock=clock)
    assert await door.recover() == 1
    chat = FakePlatform()
    sender = Sender(database=reopened, adapters={"chat": chat}, clock=clock)
    await sender.drain(10)
    assert sorted((one.reply.text, one.in_doubt) for one in chat.posted) == [
        ("a message", True),
        ("an answer", True),
    ]
    clock.forward(timedelta(hours=2))
    later = message("later", direct(ANA), Reply("later"), ANA)
    await reopened.write(lambda session: deliveries.write(session, [later], clock.now))
    await sender.drain(10)
    assert not chat.posted[-1].in_doubt

"""What an older version wrote is still there after an upgrade, in the tables of a new database."""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from sqlalchemy import Integer
from sqlmodel import SQLModel

import knowledge
from knowledge.database.store import Store
from knowledge.errors import StoreRefused

OLD_TABLES = Path(__file__).parents[1] / "data" / "tables_0016.sql"
FILLED = """
INSERT INTO member (id, name, status, role, organisation, place, country, languages, time_zone,
    profile, contact_line, hours_from, hours_until, steward, invented, created_at,
    updated_at)
    VALUES (3, 'Ana', 'ACTIVE', '', '', '', '', '[]', 'UTC', '', '', 9, 17, 0, 0, '2026-11-01',
    '2026-11-01');
INSERT INTO account (id, member_id, platform, workspace, user_id, name, locale, time_zone,
    created_at) VALUES (4, 3, 'chat', 'W', 'ana', 'Ana', 'en', 'UTC', '2026-11-01');
INSERT INTO conversation (id, kind, topic, subject, state, bridged, heard, opened_at)
    VALUES (5, 'INTRODUCTION', 'Registers', 'request:7', 'OPEN', 1, 1, '2026-11-01');
INSERT INTO participant (id, conversation_id, member_id, name, language, platform, workspace,
    user_id, channel, thread, greeting)
    VALUES (6, 5, 3, 'Ana', 'en', 'chat', 'W', 'ana', '', '', '');
INSERT INTO line (id, conversation_id, participant_id, message, text, at)
    VALUES (8, 5, 6, 'm1', 'Good morning', '2026-11-01');
"""


def older(file: Path, *, revision: str = "0016") -> Store:
    """A database as version 0.1.0 left it, with a conversation of a member."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(OLD_TABLES.read_text(encoding="utf-8"))
        connection.executescript(FILLED)
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()
    return Store(f"sqlite:///{file}")


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def tables(file: Path) -> dict[str, object]:
    """Columns, keys and indexes of every table, whatever the order they were made in."""
    found: dict[str, object] = {}
    for name, made in rows(file, "SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
        columns = sorted(row[1:] for row in rows(file, f'PRAGMA table_info("{name}")'))
        foreign = sorted(row[2:] for row in rows(file, f'PRAGMA foreign_key_list("{name}")'))
        indexes = [
            (row[1], row[2], [one[2] for one in rows(file, f'PRAGMA index_info("{row[1]}")')])
            for row in sorted(
                rows(file, f'PRAGMA index_list("{name}")'), key=lambda row: str(row[1])
            )
        ]
        found[str(name)] = (columns, foreign, indexes, "AUTOINCREMENT" in str(made))
    return found


def test_an_upgraded_database_has_the_tables_of_a_new_one(tmp_path: Path, migrated: Path) -> None:
    store = older(tmp_path / "crosswalk.db")
    store.migrate()
    store.close()
    assert tables(tmp_path / "crosswalk.db") == tables(migrated)


def test_what_was_stored_outlives_the_upgrade(tmp_path: Path) -> None:
    file = tmp_path / "crosswalk.db"
    store = older(file)
    store.migrate()
    store.close()
    assert rows(
        file,
        "SELECT member.name, account.user_id, conversation.topic, line.id, line.text FROM line "
        "JOIN participant ON participant.id = line.participant_id "
        "JOIN conversation ON conversation.id = line.conversation_id "
        "JOIN member ON member.id = participant.member_id "
        "JOIN account ON account.member_id = member.id",
    ) == [("Ana", "ana", "Registers", 8, "Good morning")]
    assert rows(file, "PRAGMA foreign_key_check") == []


def test_a_line_deleted_before_the_upgrade_gives_its_number_to_nobody(tmp_path: Path) -> None:
    file = tmp_path / "crosswalk.db"
    store = older(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM line")
        connection.commit()
    store.migrate()
    store.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO line (conversation_id, participant_id, message, text, at) "
            "VALUES (5, 6, 'm2', 'Good evening', '2026-11-02')"
        )
        connection.commit()
    ((number,),) = rows(file, "SELECT id FROM line")
    assert isinstance(number, int)
    assert number > 8


@pytest.mark.parametrize("revision", ["0001", "0015"])
def test_a_database_before_the_first_migration_is_told_the_way(
    tmp_path: Path, revision: str
) -> None:
    store = older(tmp_path / "crosswalk.db", revision=revision)
    with pytest.raises(StoreRefused, match=r"Install version 0\.1\.0, start it once"):
        store.migrate()
    assert not list(tmp_path.glob("*.backup"))


def test_no_table_gives_a_number_twice() -> None:
    for module in walk_packages(knowledge.__path__, "knowledge."):
        if module.name.endswith(".tables"):
            import_module(module.name)
    reused = {
        table.name
        for table in SQLModel.metadata.tables.values()
        for column in table.primary_key
        if isinstance(column.type, Integer)
        and not column.foreign_keys
        and len(table.primary_key) == 1
        and not table.dialect_options["sqlite"]["autoincrement"]
    }
    assert reused == {"news_pass"}  # one row, which is never deleted

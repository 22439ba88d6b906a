"""What an older version wrote is still there after an upgrade, in the tables of a new database."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Integer, create_engine
from sqlmodel import Session, SQLModel

import knowledge
from knowledge.database.keys import key_of
from knowledge.database.store import MIGRATIONS, Store
from knowledge.errors import StoreRefused
from knowledge.threads import thread_answers
from knowledge.threads.thread_answers import AnswerView, PostKind

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


def answered(file: Path) -> Store:
    """An older database with an answer to a question and one to a prompt, both brought."""
    store = older(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for table, facts in BELOW_POSTS:
            given = {**blank(connection, table), **facts}
            names = ", ".join(f'"{name}"' for name in given)
            marks = ", ".join("?" * len(given))
            connection.execute(
                f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608
                tuple(given.values()),
            )
        connection.commit()
    return store


def blank(connection: sqlite3.Connection, table: str) -> dict[str, object]:
    """Something in every column that may not be empty."""
    return {
        row[1]: 0 if row[2] in {"INTEGER", "BOOLEAN", "FLOAT"} else "[]"
        for row in connection.execute(f'PRAGMA table_info("{table}")')
        if row[3]
    }


IN_CHAT = {"platform": "chat", "channel": "hall"}
BELOW_POSTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("question", {"id": 7, "asker_id": 3, "asked_at": "2026-11-01"}),
    ("posted_question", {"id": 7, "asker_id": 3}),
    ("posting", {"id": 2, "question_id": 7, "workspace": "W", **IN_CHAT}),
    ("programme", {"id": 1, "created_at": "2026-11-01"}),
    ("prompt", {"id": 6, "programme_id": 1, "asker_id": 3}),
    (
        "public_answer",
        {"id": 41, "question_id": 7, "message": "m1", "account_key": "chat:W:ana"}
        | {"text": "Beds", "author": "Ana", "room": "hall", "at": "2026-11-02", **IN_CHAT},
    ),
    (
        "prompt_answer",
        {"id": 41, "prompt_id": 6, "member_id": 3, "workspace": "W", "message": "m2"}
        | {"text": "Keys", "at": "2026-11-03", **IN_CHAT},
    ),
)


def test_answers_below_posts_keep_their_numbers_and_the_keys_of_what_was_sent(
    tmp_path: Path,
) -> None:
    file = tmp_path / "crosswalk.db"
    store = answered(file)
    store.migrate()
    room = ("chat", "W", "hall")

    def look(session: Session) -> tuple[list[AnswerView], ...]:
        by_button = [thread_answers.get(session, kind, 41) for kind in PostKind]
        said = [thread_answers.at_message(session, (*room, name)) for name in ("m1", "m2")]
        found = (one for one in (*by_button, *said) if one is not None)
        return thread_answers.by(session, 3, []), list(found)

    kept, found = store.read(look)
    assert found == [*kept, *kept]
    assert [(one.text, one.key, one.account_key) for one in kept] == [
        ("Beds", key_of("public answer", "41"), "chat:W:ana"),
        ("Keys", key_of("prompt", "answer", "41"), "chat:W:ana"),
    ]
    assert [one.post.id for one in kept] == [7, 6]
    fresh = store.write(
        lambda session: thread_answers.keep(
            session,
            kept[0].post,
            (*room, "m3"),
            member_id=None,
            account_key="chat:W:ben",
            author="Ben",
            room="hall",
            text="Doors",
            at=datetime(2026, 11, 4, tzinfo=UTC),
        )
    )
    store.close()
    assert fresh is not None
    assert fresh.number > 41


def test_answers_below_posts_go_back_into_their_former_tables(tmp_path: Path) -> None:
    file = tmp_path / "crosswalk.db"
    store = answered(file)
    store.migrate()
    before = rows(file, "SELECT number, text FROM thread_answer ORDER BY id")
    down(file, "0019")
    former = [
        *rows(file, "SELECT id, text FROM public_answer"),
        *rows(file, "SELECT id, text FROM prompt_answer"),
    ]
    assert former == before == [(41, "Beds"), (41, "Keys")]
    store.migrate()
    store.close()
    assert rows(file, "SELECT number, text FROM thread_answer ORDER BY id") == before


def down(file: Path, revision: str) -> None:
    """Take the tables back to a revision, as an operator would with Alembic."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


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

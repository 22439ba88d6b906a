"""Every table, filled with words about one member, holds none of them after their erasure.

A new table is filled here by itself: what its class says of an erasure must come true, and each
column that can hold words or a person must be named there.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    TypeDecorator,
    func,
    insert,
    select,
    update,
)
from sqlalchemy import Enum as Words
from sqlmodel import Session, SQLModel

from knowledge.database.columns import UtcDateTime
from knowledge.database.personal_data import Erasure
from knowledge.database.store import Store
from knowledge.lifecycle import deactivation, merge, personal_data
from knowledge.members import members
from knowledge.members.tables import Member
from knowledge.members.views import MemberDraft
from knowledge.vocabulary import Community, ConversationKind, MemberStatus
from tests.support.retention import declared

KEY = "chat:W:U1"


GIVEN = {**dict(zip(("platform", "workspace", "user_id"), KEY.split(":"), strict=True))}
GIVEN |= {"account_key": KEY, "who": KEY}
LISTS = {"topics", "uses", "reasons", "languages", "places"}
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
SIMPLE: dict[type, Any] = {
    Boolean: False,
    Integer: 1,
    Float: 0.5,
    LargeBinary: b"",
    Date: MOMENT.date(),
    UtcDateTime: MOMENT,
}


OF_THE_MEMBER: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "audit_entry": lambda numbers: {"subject": f"member:{numbers['member']}"},
    "conversation": lambda numbers: {"kind": ConversationKind.INTRODUCTION, "subject": "1"},
    "never_together": lambda numbers: {"one": "#1"},
    "vector": lambda numbers: {"text_hash": "zqpassagezq text_hash"},
}
"""What makes a row the member's where no foreign key does; each has the number 1."""


def marker(table: Table) -> str:
    """What stands in each word of a table and in no other."""
    return f"zq{table.name}zq"


def value(table: Table, column: Column[Any], numbers: dict[str, Any]) -> Any:
    """A value for a column: of the member, of a row made before, or words that name the table."""
    kind = column.type
    if column.foreign_keys:
        return numbers[next(iter(column.foreign_keys)).column.table.name]
    if column.name in GIVEN:
        return GIVEN[column.name]
    if isinstance(kind, Words):
        return kind.enum_class(kind.enums[0]) if kind.enum_class else kind.enums[0]
    if isinstance(kind, JSON):
        return [] if column.name in LISTS else {}
    words = f"{marker(table)} {column.name}"
    return next((given for known, given in SIMPLE.items() if isinstance(kind, known)), words)


def filled(session: Session) -> int:
    """One row in every table, about the member of the first; returns the member's number."""
    numbers: dict[str, Any] = {}
    tables = SQLModel.metadata.sorted_tables
    for table in sorted(tables, key=lambda each: each.name == "audit_entry"):
        own = [
            column
            for column in table.columns
            if not (column.primary_key and column.autoincrement and not column.foreign_keys)
            or not isinstance(column.type, Integer)
        ]
        row = {column.name: value(table, column, numbers) for column in own}
        if table.name == "news_pass":
            continue
        if table.name in OF_THE_MEMBER:
            row |= OF_THE_MEMBER[table.name](numbers)
        made = session.connection().execute(insert(table).values(**row))
        key = made.inserted_primary_key
        numbers[table.name] = key[0] if key else None
    return int(numbers["member"])


def left(store: Store) -> dict[str, set[str]]:
    """By the table: in which columns words of it are left, or the account's name."""
    assert store.file is not None
    found: dict[str, set[str]] = {}
    with closing(sqlite3.connect(store.file)) as connection:
        for table in SQLModel.metadata.sorted_tables:
            rows = connection.execute(f'SELECT * FROM "{table.name}"')  # noqa: S608
            names = [each[0] for each in rows.description]
            for row in rows:
                for name, stored in zip(names, row, strict=True):
                    if stored == KEY or (isinstance(stored, str) and marker(table) in stored):
                        found.setdefault(table.name, set()).add(name)
    return found


def rows(store: Store) -> dict[str, int]:
    return {name: number for name, number in store.read(counted).items() if number}


def test_each_table_says_what_becomes_of_it_and_that_comes_true(store: Store) -> None:
    number = store.write(filled)
    before, before_words = rows(store), left(store)
    assert len(before_words) > 40

    def erase(session: Session) -> None:
        deactivation.step_back(session, number)
        personal_data.erase(session, number, "")

    store.write(erase)
    assert store.read(lambda session: session.get(Member, number)) is None
    after, after_words = rows(store), left(store)
    for name, said in declared().items():
        words = after_words.get(name, set())
        match said.erasure:
            case Erasure.GOES:
                assert after.get(name, 0) == 0, name
            case Erasure.FORGETS:
                assert not words & said.personal, name
            case Erasure.STAYS:
                assert not said.personal, f"{name} stays: nothing in it may be somebody's"
                assert after.get(name, 0) >= before.get(name, 0), name
            case Erasure.PASSES:
                assert after.get(name, 0) == before.get(name, 0), name


def test_every_column_that_can_hold_words_or_a_person_is_declared() -> None:
    for table in SQLModel.metadata.sorted_tables:
        said = declared()[table.name]
        assert said.whose
        assert said.until
        columns = {column.name for column in table.columns}
        assert set(said.columns) <= columns, f"{table.name} has no such columns"
        assert len(said.columns) == len(set(said.columns)), f"{table.name}: declared twice"
        undeclared = {column.name for column in table.columns if _tells(column)} - set(said.columns)
        assert not undeclared, f"{table.name} does not say whose these are: {undeclared}"


def _tells(column: Column[Any]) -> bool:
    """Whether a column can hold words, or says who somebody is."""
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    free = isinstance(kind, String | JSON | LargeBinary) and not isinstance(kind, Words)
    who = any(key.column.table.name == "member" for key in column.foreign_keys)
    return free or who or column.name == "member_id"


MERGED_AWAY = {
    "member": "two are one",
    "claim_code": "codes of the one that goes are void",
    "avoid": "nobody avoids themselves",
    "reporting_line": "nobody is their own superior",
    "assistant": "nobody schedules for themselves",
    "vector": "of texts that nobody has any more",
}
"""What a merge takes away, and why."""


def counted(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in SQLModel.metadata.sorted_tables
    }


def test_nothing_of_a_member_is_lost_when_two_become_one(store: Store) -> None:
    goes = store.write(filled)
    draft = MemberDraft(key="again", name="The same person", community=Community.CITY)
    stays = store.write(lambda session: members.create(session, draft, MemberStatus.ACTIVE))
    before = store.read(counted)

    def merge_them(session: Session) -> None:
        session.execute(update(Member).values(status=MemberStatus.ACTIVE, snoozed_until=None))
        one, other = members.get(session, stays), members.get(session, goes)
        assert one is not None
        assert other is not None
        merge.merge(session, one, other)

    store.write(merge_them)
    after = store.read(counted)
    lost = {name for name, number in before.items() if after[name] < number}
    assert lost - set(MERGED_AWAY) == set()

    def still(session: Session) -> list[str]:
        return [
            f"{table.name}.{column.name}"
            for table in SQLModel.metadata.sorted_tables
            for column in table.columns
            if any(key.column.table.name == "member" for key in column.foreign_keys)
            and session.scalar(select(func.count()).where(column == goes))
        ]

    assert store.read(still) == []

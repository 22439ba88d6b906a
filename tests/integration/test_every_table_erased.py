"""Every table, filled with words about one member, holds none of them after their erasure.

A new table is filled here by itself: its words must go with the member, or stand in STAYS with
the reason why they are nobody's.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    func,
    insert,
    select,
    update,
)
from sqlalchemy import Enum as Words
from sqlmodel import Session, SQLModel

import knowledge
from knowledge.database.columns import UtcDateTime
from knowledge.database.store import Store
from knowledge.lifecycle import deactivation, merge, personal_data
from knowledge.members import members
from knowledge.members.tables import Member
from knowledge.members.views import MemberDraft
from knowledge.vocabulary import Community, MemberStatus

KEY = "chat:W:U1"
STAYS = {
    "audit_entry": "who did what stays; why they did it goes",
    "conversation": "others go on; what it was about goes where it was theirs (test_nothing_left)",
    "meeting": "a name for calendars, a digest",
    "prompt": "the name of one in the program",
    "prompt_post": "rooms of the community",
    "call": "words of stewards",
    "channel": "rooms of the community",
    "inbox": "forgotten when the act is done",
    "meta": "facts about the database itself",
    "never_together": "organisations and countries that stewards keep apart",
    "vector": "found by a digest; kept for whoever wrote the same words",
    "exchange_round": "plans hold numbers alone",
    "programme": "words of stewards",
    "prompt_schedule": "words of stewards",
    "library_change": "numbers alone",
    "news_pass": "numbers alone",
    "home": "pages of accounts, erased by the account's key",
}


@pytest.fixture(autouse=True)
def every_table() -> None:
    for module in walk_packages(knowledge.__path__, "knowledge."):
        if module.name.endswith(".tables"):
            import_module(module.name)


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
    words = f"zq{table.name}zq {column.name}"
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
        if table.name == "audit_entry":
            row["subject"] = f"member:{numbers['member']}"
        made = session.connection().execute(insert(table).values(**row))
        key = made.inserted_primary_key
        numbers[table.name] = key[0] if key else None
    return int(numbers["member"])


def left(store: Store) -> dict[str, list[str]]:
    """What is left of the words and of the account's name, by the table."""
    assert store.file is not None
    found: dict[str, list[str]] = {}
    with closing(sqlite3.connect(store.file)) as connection:
        for table in SQLModel.metadata.sorted_tables:
            marker = f"zq{table.name}zq"
            for row in connection.execute(f'SELECT * FROM "{table.name}"'):  # noqa: S608
                words = [each for each in row if isinstance(each, str) and marker in each]
                if words or KEY in row:
                    found.setdefault(table.name, []).extend(words or [KEY])
    return found


def test_no_word_of_a_member_is_left(store: Store) -> None:
    number = store.write(filled)
    assert len(left(store)) > 40

    def erase(session: Session) -> None:
        deactivation.step_back(session, number)
        personal_data.erase(session, number, "")

    store.write(erase)
    assert store.read(lambda session: session.get(Member, number)) is None
    assert {name: words for name, words in left(store).items() if name not in STAYS} == {}


MERGED_AWAY = {
    "member": "two are one",
    "claim_code": "codes of the one that goes are void",
    "avoid": "nobody avoids themselves",
    "reporting_line": "nobody is their own superior",
    "assistant": "nobody schedules for themselves",
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

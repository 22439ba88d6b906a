"""A room that has another id now: everything that names it goes along."""

from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlmodel import Session, SQLModel, col

from knowledge.exchange.tables import Programme
from knowledge.messaging.tables import Channel, Delivery


def move(session: Session, platform: str, old: str, new: str) -> None:
    """What was kept under `old` is kept under `new`; a second time nothing is left to do.

    The ids of a platform's rooms are the same in none of its workspaces.
    """
    if old == new:
        return
    _settle(session, platform, old, new)
    for table in _naming_rooms():
        session.execute(
            update(table)
            .where(table.c.platform == platform, table.c.channel == old)
            .values(channel=new)
        )
    quoted = f'"{old}"'
    rows = session.scalars(
        select(Delivery).where(
            col(Delivery.platform) == platform,
            col(Delivery.place).contains(quoted) | col(Delivery.receipt).contains(quoted),
        )
    )
    for row in rows:
        row.place = row.place.replace(quoted, f'"{new}"')
        row.receipt = row.receipt.replace(quoted, f'"{new}"')
    for programme in session.scalars(select(Programme)):
        programme.channels = _renamed(programme.channels, old, new)
    session.flush()


def _settle(session: Session, platform: str, old: str, new: str) -> None:
    """What stewards set stands in the old row: the new one, if there is one, knows less."""
    known = session.scalar(
        select(Channel).where(col(Channel.platform) == platform, col(Channel.channel) == old)
    )
    if known is not None:
        session.execute(
            delete(Channel).where(
                col(Channel.platform) == platform,
                col(Channel.workspace) == known.workspace,
                col(Channel.channel) == new,
            )
        )


def _naming_rooms() -> list[Table]:
    tables = SQLModel.metadata.tables.values()
    return [table for table in tables if {"platform", "channel"} <= set(table.c.keys())]


def _renamed(found: Any, old: str, new: str) -> Any:
    """The same document with one word in place of another, wherever it stands."""
    if isinstance(found, dict):
        return {key: _renamed(value, old, new) for key, value in found.items()}
    if isinstance(found, list):
        return [_renamed(value, old, new) for value in found]
    return new if found == old else found

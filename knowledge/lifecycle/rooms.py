"""A room that has another id now: everything that names it goes along."""

from sqlalchemy import Table, update
from sqlmodel import Session, SQLModel

from knowledge.exchange import programmes
from knowledge.messaging import channels, deliveries


def move(session: Session, platform: str, old: str, new: str) -> None:
    """What was kept under `old` is kept under `new`; a second time nothing is left to do.

    The ids of a platform's rooms are the same in none of its workspaces.
    """
    if old == new:
        return
    channels.replace(session, platform, old, new)
    for table in _naming_rooms():
        session.execute(
            update(table)
            .where(table.c.platform == platform, table.c.channel == old)
            .values(channel=new)
        )
    deliveries.move_room(session, platform, old, new)
    programmes.move_room(session, old, new)
    session.flush()


def _naming_rooms() -> list[Table]:
    tables = SQLModel.metadata.tables.values()
    return [table for table in tables if {"platform", "channel"} <= set(table.c.keys())]

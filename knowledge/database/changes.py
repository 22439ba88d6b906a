"""Changes that two may want to make at once: only the quicker one does."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import ColumnElement, inspect, update
from sqlmodel import Session, SQLModel

Standing = StrEnum | Collection[StrEnum] | ColumnElement[bool]
"""What a row must be in: a state, one of some, or whatever else must hold of it."""


def advance(
    session: Session,
    kind: type[SQLModel],
    which: int | ColumnElement[bool],
    from_: Standing,
    **to: object,
) -> bool:
    """Take the row `which` from where it must stand; False when somebody was quicker.

    `which`: its number, or what says which one it is. What the session holds of it is read anew.
    """
    table = inspect(kind).local_table
    (key,) = table.primary_key
    that: ColumnElement[bool] = which if isinstance(which, ColumnElement) else key == which
    stands: ColumnElement[bool]
    if isinstance(from_, ColumnElement):
        stands = from_
    else:
        stands = table.columns["state"].in_([from_] if isinstance(from_, StrEnum) else list(from_))
    session.flush()
    done = session.connection().execute(update(table).where(that, stands).values(**to))
    session.expire_all()
    return done.rowcount == 1

"""How a package says what it holds about people, once, beside its tables.

A table says whose data it holds, how long, and what an erasure does to it (`Retention`). A package
says how that is collected, cancelled, moved and erased (`PersonalData`, in its module
`personal_data`). `knowledge/lifecycle` reads those and names no table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, Flag, auto
from typing import Any, Generic, TypeVar

from sqlmodel import Session

from knowledge.vocabulary import ConversationKind

T = TypeVar("T")


class Erasure(Enum):
    """What an erasure does to a row."""

    GOES = "goes"
    FORGETS = "stays without them"
    STAYS = "stays"
    PASSES = "goes by itself"


@dataclass(frozen=True, slots=True)
class Retention:
    """Whose data a table holds, until when beside an erasure, and what an erasure does.

    The columns that hold words are named with spaces between: `words` that somebody wrote or that
    say something of them, `people` that say who it is, and what is `common`: names of rooms,
    codes, keys, what stewards wrote for everybody.
    """

    whose: str
    until: str
    erasure: Erasure
    words: str = ""
    people: str = ""
    common: str = ""

    @property
    def personal(self) -> frozenset[str]:
        """The columns of which an erasure leaves nothing."""
        return frozenset([*self.words.split(), *self.people.split()])

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are named."""
        return (*self.words.split(), *self.people.split(), *self.common.split())


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data is meant: a member with all accounts, or an account without a member."""

    member_id: int | None
    account_keys: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Part(Generic[T]):
    """One part of what is held, by its name in an export."""

    name: str
    collect: Callable[[Session, Subject, datetime], T]


def of_member(name: str, collect: Callable[[Session, int], Sequence[T]]) -> Part[Sequence[T]]:
    """A part that only members have."""

    def found(session: Session, whose: Subject, _: datetime) -> Sequence[T]:
        return collect(session, whose.member_id) if whose.member_id is not None else ()

    return Part(name, found)


def of_accounts(
    name: str, collect: Callable[[Session, Sequence[str]], Sequence[T]]
) -> Part[Sequence[T]]:
    """A part that is kept by accounts."""
    return Part(name, lambda session, whose, _: collect(session, whose.account_keys))


def of_person(name: str, collect: Callable[[Session, int | None, Sequence[str]], T]) -> Part[T]:
    """A part that is kept by the member, or by an account of somebody who was none."""
    return Part(
        name, lambda session, whose, _: collect(session, whose.member_id, whose.account_keys)
    )


class Holdings:
    """All that the database has on one person, by its parts."""

    def __init__(self, found: Mapping[Part[Any], Any]) -> None:
        self._found = found

    def __getitem__(self, part: Part[T]) -> T:
        found: T = self._found[part]
        return found

    @property
    def empty(self) -> bool:
        """Whether nothing at all is held."""
        return not any(self._found.values())

    def by_name(self) -> dict[str, Any]:
        """Every part under its name, in their order."""
        return {part.name: found for part, found in self._found.items()}


class Ends(Flag):
    """What ends when somebody pauses, snoozes, leaves or takes an agreement back."""

    MEETING = auto()
    """Nobody is to meet them, and nothing that waits is said about them."""
    BEING_ASKED = auto()
    """What waits for their answer goes on to the next in line."""
    POSTING = auto()
    """What they asked in channels is taken down."""
    ASKING = auto()
    """What they asked of others ends, and nothing is kept for their return."""
    BEING_QUOTED = auto()


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody for whom something ends.

    `only`: what is not of such conversations goes on. `dropped`: the keys of messages about them
    that are not sent any more, `dropped_of`: what those belonged to. `end_request` ends a request
    of theirs, wherever it stands.
    """

    whose: Subject
    member_id: int
    ends: Ends
    at: datetime
    end_request: Callable[[int], None]
    only: ConversationKind | None = None
    dropped: frozenset[str] = frozenset()
    dropped_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Merger:
    """Two members who are one: what `goes` has becomes what `stays` has."""

    stays: int
    goes: int
    account_keys: tuple[str, ...]
    """Of both."""
    at: datetime


def _nothing(session: Session, what: object) -> None:
    """A package in which nothing has to be done."""


def _nothing_erased(session: Session, whose: Subject, at: datetime) -> None:
    """What foreign keys take along needs no word."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What one package holds about people, and what becomes of it.

    What goes with the rows of a member or a question by its foreign key needs no `erase`.
    """

    parts: Sequence[Part[Any]] = field(default=())
    cancel: Callable[[Session, Departure], None] = _nothing
    merge: Callable[[Session, Merger], None] = _nothing
    erase: Callable[[Session, Subject, datetime], None] = _nothing_erased

"""The contract as JSON and back: what the inbox and the outbox hold.

Read by the types of the contract's own dataclasses. What is missing takes its default and what is
not known is passed over, so that an older and a newer version can read each other's rows.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import partial
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.contract import (
    Edited,
    Inbound,
    Person,
    Place,
    Pressed,
    Receipt,
    Removed,
    Reply,
    Said,
    Submitted,
)

Kept = Said | Edited | Removed | Pressed | Submitted
"""The acts that are written down before they run; opening and typing are not."""

ACTS: dict[str, type[Kept]] = {
    "said": Said,
    "edited": Edited,
    "removed": Removed,
    "pressed": Pressed,
    "submitted": Submitted,
}
_FROM_WORDS: dict[type, Callable[[Any], Any]] = {bytes: partial(b64decode, validate=True)}
_NAMES = {kind: name for name, kind in ACTS.items()}


class Unreadable(Exception):
    """A row that this version cannot read."""


@dataclass(frozen=True, slots=True)
class Group:
    """A room that is to be opened, for whom and about what."""

    persons: Sequence[Person]
    topic: str


def act_to_json(act: Kept) -> str:
    """An act of a kind that is kept, as one line of ASCII."""
    return _dump({"kind": _NAMES[type(act)], **_plain(act)})


def act_from_json(text: str) -> Kept:
    """The act again. Raises Unreadable."""
    kind = ACTS.get(str(_load(text).get("kind")))
    if kind is None:
        raise Unreadable("an act of an unknown kind")
    act: Kept = _read(kind, text)
    return act


def reply_to_json(reply: Reply) -> str:
    """A reply as one line of ASCII."""
    return _dump(_plain(reply))


def reply_from_json(text: str) -> Reply:
    """The reply again. Raises Unreadable."""
    reply: Reply = _read(Reply, text)
    return reply


def place_to_json(place: Place) -> str:
    """A place as one line of ASCII."""
    return _dump(_plain(place))


def place_from_json(text: str) -> Place:
    """The place again. Raises Unreadable."""
    place: Place = _read(Place, text)
    return place


def person_to_json(person: Person) -> str:
    """A person as one line of ASCII."""
    return _dump(_plain(person))


def person_from_json(text: str) -> Person:
    """The person again. Raises Unreadable."""
    person: Person = _read(Person, text)
    return person


def receipt_to_json(receipt: Receipt) -> str:
    """A receipt as one line of ASCII."""
    return _dump(_plain(receipt))


def receipt_from_json(text: str) -> Receipt:
    """The receipt again. Raises Unreadable."""
    receipt: Receipt = _read(Receipt, text)
    return receipt


def group_to_json(group: Group) -> str:
    """A room to open as one line of ASCII."""
    return _dump(_plain(group))


def group_from_json(text: str) -> Group:
    """The room to open again. Raises Unreadable."""
    group: Group = _read(Group, text)
    return group


def kept(act: Inbound) -> Kept | None:
    """The act, if it is of a kind that is kept."""
    return act if isinstance(act, Kept) else None


def _dump(plain: Mapping[str, Any]) -> str:
    # ASCII escapes carry NUL and halves of characters, which no text column takes.
    return json.dumps(plain, separators=(",", ":"))


def _load(text: str) -> dict[str, Any]:
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise Unreadable("not JSON") from error
    if not isinstance(plain, dict):
        raise Unreadable("not an object")
    return plain


def _read(kind: type[Any], text: str) -> Any:
    try:
        return _typed(kind, _load(text))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Unreadable(f"not a {kind.__name__}") from error


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            plain: Any = b64encode(value).decode("ascii")
        case str():  # a word of a fixed list becomes its plain value
            plain = str(value)
        case Mapping():
            plain = {name: _plain(each) for name, each in value.items()}
        case Sequence():
            plain = [_plain(each) for each in value]
        case _ if is_dataclass(value):
            plain = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            plain = value
    return plain


def _typed(kind: Any, plain: Any) -> Any:
    """`plain` as a value of the type `kind`. Raises TypeError or ValueError if it is none."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return _typed_union(kind, plain)
    if origin is not None:
        return _typed_collection(origin, get_args(kind), plain)
    if kind in _FROM_WORDS or issubclass(kind, StrEnum):
        return _FROM_WORDS.get(kind, kind)(plain)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        made: Any = kind
        return made(**{name: _typed(hints[name], plain[name]) for name in hints if name in plain})
    if not isinstance(plain, kind):
        raise TypeError(f"{type(plain).__name__} is no {kind.__name__}")
    return plain


def _typed_collection(origin: Any, args: tuple[Any, ...], plain: Any) -> Any:
    if issubclass(origin, Mapping):
        return {name: _typed(args[1], each) for name, each in plain.items()}
    if not isinstance(plain, list):
        raise TypeError(f"{type(plain).__name__} is no list")
    return tuple(_typed(args[0], each) for each in plain)


def _typed_union(kind: Any, plain: Any) -> Any:
    """One of several types: nothing, words, or a list or an object of the one that fits."""
    options = get_args(kind)
    if plain is None and type(None) in options:
        return None
    if isinstance(plain, str) and str in options:
        return plain
    (other,) = (option for option in options if option not in {str, type(None)})
    return _typed(other, plain)

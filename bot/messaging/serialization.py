"""The contract as JSON and back: what the inbox and the outbox hold.

Read by the types of the contract's own dataclasses. What is missing takes its default and what is
not known is passed over, so that an older and a newer version can read each other's rows.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TypeVar

from cattrs import BaseValidationError, Converter

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

T = TypeVar("T")
Plain = str | int | float | bool

Kept = Said | Edited | Removed | Pressed | Submitted
"""The acts that are written down before they run; opening and typing are not."""

ACTS: dict[str, type[Kept]] = {
    "said": Said,
    "edited": Edited,
    "removed": Removed,
    "pressed": Pressed,
    "submitted": Submitted,
}
_NAMES = {kind: name for name, kind in ACTS.items()}
_WORD_OR_WORDS = str | Sequence[str]


class Unreadable(Exception):
    """A row that this version cannot read."""


@dataclass(frozen=True, slots=True)
class Group:
    """A room that is to be opened, for whom and about what."""

    persons: Sequence[Person]
    topic: str


def kept(act: Inbound) -> Kept | None:
    """The act, if it is of a kind that is kept."""
    return act if isinstance(act, Kept) else None


def act_to_json(act: Kept) -> str:
    """An act of a kind that is kept, as one line of ASCII."""
    return _json({"kind": _NAMES[type(act)], **_CONVERTER.unstructure(act)})


def act_from_json(text: str) -> Kept:
    """The act again. Raises Unreadable."""
    kind = ACTS.get(str(_load(text).get("kind")))
    if kind is None:
        raise Unreadable("an act of an unknown kind")
    act: Kept = _read(kind, text)
    return act


def _dump(value: object) -> str:
    return _json(_CONVERTER.unstructure(value))


def _json(plain: object) -> str:
    # ASCII escapes carry NUL and halves of characters, which no text column takes.
    return json.dumps(plain, separators=(",", ":"))


def _load(text: str) -> dict[str, object]:
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise Unreadable("not JSON") from error
    if not isinstance(plain, dict):
        raise Unreadable("not an object")
    return plain


def _read(kind: type[T], text: str) -> T:
    try:
        return _CONVERTER.structure(_load(text), kind)
    except (BaseValidationError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise Unreadable(f"not a {kind.__name__}") from error


def _exactly(value: object, kind: type[Plain]) -> Plain:
    """The value itself, if it is of the kind: 7 is no text, and "yes" is not true."""
    if issubclass(kind, StrEnum):
        return kind(str(value))
    if not isinstance(value, kind):
        raise TypeError(f"{type(value).__name__} is no {kind.__name__}")
    return value


def _word_or_words(value: object, _: object) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError(f"{type(value).__name__} is neither a word nor a list of words")
    return tuple(value)


def _converter() -> Converter:
    made = Converter(unstruct_collection_overrides={Sequence: list})
    for kind in (str, int, float, bool):
        made.register_structure_hook(kind, _exactly)
    # Markup and the words of a fixed list become their plain value.
    made.register_unstructure_hook(str, str)
    made.register_unstructure_hook(bytes, lambda data: b64encode(data).decode("ascii"))
    made.register_structure_hook(bytes, lambda text, _: b64decode(text, validate=True))
    made.register_structure_hook_func(lambda kind: kind == _WORD_OR_WORDS, _word_or_words)
    made.register_unstructure_hook_func(
        lambda kind: kind == _WORD_OR_WORDS,
        lambda value: str(value) if isinstance(value, str) else [str(each) for each in value],
    )
    return made


_CONVERTER = _converter()

reply_to_json: Callable[[Reply], str] = _dump
place_to_json: Callable[[Place], str] = _dump
person_to_json: Callable[[Person], str] = _dump
receipt_to_json: Callable[[Receipt], str] = _dump
group_to_json: Callable[[Group], str] = _dump
# The same again: markup is plain text then, and lists are tuples. Each raises Unreadable.
reply_from_json = partial(_read, Reply)
place_from_json = partial(_read, Place)
person_from_json = partial(_read, Person)
receipt_from_json = partial(_read, Receipt)
group_from_json = partial(_read, Group)

"""What a feature wants to be asked regularly: whether something of its own is due."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Tick:
    """`job` looks in the database what is due, does it once, and may be called at any time."""

    name: str
    every: timedelta
    job: Callable[[], Awaitable[object]]

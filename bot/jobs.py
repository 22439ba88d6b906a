"""What a feature wants to be asked regularly: whether something of its own is due."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """`job` looks in the database what is due, does it once, and may be called at any time."""

    name: str
    every: timedelta
    job: Callable[[], Awaitable[object]]


@runtime_checkable
class Periodic(Protocol):
    """A feature that has something to look at by itself."""

    jobs: tuple[PeriodicJob, ...]

"""What every part of the bench needs: figures with targets, ratios, percentiles, stop watches."""

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any
from unittest.mock import patch


@dataclass(frozen=True)
class Figure:
    """One measured value; `most` and `least` are its targets, where it has any."""

    part: str
    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def missed(self) -> bool:
        """Whether a target is not met; a value that is no number meets none."""
        over = self.most is not None and not self.value <= self.most
        under = self.least is not None and not self.value >= self.least
        return over or under

    @property
    def target(self) -> str:
        """The target in words, empty without one."""
        if self.most is not None:
            return f"at most {self.most:g}"
        return "" if self.least is None else f"at least {self.least:g}"

    def row(self) -> tuple[str, str, str, str]:
        """Name, value, target, and a mark where it is missed, as text."""
        value = f"{self.value:,.3f}" if abs(self.value) < 100 else f"{self.value:,.0f}"
        return (
            self.name,
            f"{value} {self.unit}".strip(),
            self.target,
            "MISSED" if self.missed else "",
        )

    def as_json(self) -> dict[str, Any]:
        """All of it, for a file."""
        return {**asdict(self), "missed": self.missed}


@dataclass(frozen=True)
class Part:
    """What one part of the bench found: figures, and tables that have no targets."""

    figures: Sequence[Figure]
    text: str = ""


def median_ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of `over` divided by the median of `under`; both need values above 0."""
    return median(over) / median(under)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of the values do not exceed (nearest rank).

    Raises ValueError without values, and for any other share.
    """
    if not values:
        raise ValueError("no values to take a percentile of")
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    ordered = sorted(values)
    rank = -(-share * len(ordered) // 1)
    return ordered[min(len(ordered), max(1, int(rank))) - 1]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned text, the first column to the left and the others to the right."""
    if not rows:
        return ""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def peak_memory() -> float:
    """The most memory that this process ever held, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


class Watch:
    """Sums the seconds spent in some functions, per lap."""

    def __init__(self) -> None:
        self._lap: dict[str, float] = {}
        self.laps: dict[str, list[float]] = {}

    @contextmanager
    def on(self, functions: Sequence[tuple[Any, str, str]]) -> Iterator[None]:
        """Watch (owner, attribute, label) while the context lasts; labels may repeat."""
        with ExitStack() as stack:
            for owner, attribute, label in functions:
                self.laps.setdefault(label, [])
                timed = self._timed(getattr(owner, attribute), label)
                stack.enter_context(patch.object(owner, attribute, timed))
            yield

    @contextmanager
    def lap(self) -> Iterator[None]:
        """One turn of what is measured; a function that was not called counts as 0."""
        self._lap = {}
        yield
        for label, laps in self.laps.items():
            laps.append(self._lap.get(label, 0.0))

    def _timed(self, function: Callable[..., Any], label: str) -> Callable[..., Any]:
        def timed(*args: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*args, **named)
            finally:
                spent = time.perf_counter() - started
                self._lap[label] = self._lap.get(label, 0.0) + spent

        return timed

"""What can go wrong on Discord's side, told beforehand by a test."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class _Planned:
    call: str
    times: int
    seconds: float = 0.0
    status: int = 0
    everywhere: bool = False
    code: int = 0


@dataclass(frozen=True)
class Limited:
    """A rate limit that was hit: wait so long, on this route or everywhere."""

    seconds: float
    everywhere: bool


@dataclass
class Faults:
    """Faults that are waiting to happen; each call is a regular expression of its name.

    `silent`: open connections die without a word. `revoked`: the token is refused. `refused`: so
    many gateway connections end before they begin. `twice`: so many new messages arrive twice.
    `dropped`: so many events never arrive. `late`: seconds after which a new session is told of its
    servers.
    """

    silent: bool = False
    revoked: bool = False
    refused: int = 0
    twice: int = 0
    dropped: int = 0
    late: float = 0.0
    _limited: list[_Planned] = field(default_factory=list)
    _lost: list[_Planned] = field(default_factory=list)
    _slow: list[_Planned] = field(default_factory=list)
    _broken: list[_Planned] = field(default_factory=list)
    _refused: list[_Planned] = field(default_factory=list)
    _regular: tuple[int, str] | None = None
    _heard: int = 0
    lost: int = 0

    def rate_limit(
        self, call: str, times: int = 1, seconds: float = 1.0, *, everywhere: bool = False
    ) -> None:
        """Answer the next calls with 429 and `Retry-After`, without doing the work."""
        self._limited.append(_Planned(call, times, seconds, everywhere=everywhere))

    def lose_answer(self, call: str, times: int = 1) -> None:
        """Do the work of the next calls, then close the connection instead of answering."""
        self._lost.append(_Planned(call, times))

    def fail(self, call: str, times: int = 1, status: int = 503) -> None:
        """Answer the next calls with 50x without doing the work."""
        self._broken.append(_Planned(call, times, status=status))

    def refuse(self, call: str, code: int, times: int = 1, status: int = 403) -> None:
        """Refuse the next calls with one of Discord's codes, without doing the work."""
        self._refused.append(_Planned(call, times, status=status, code=code))

    def refusal(self, call: str) -> tuple[int, int]:
        """Status and code with which this call is refused; zeros: it is not."""
        due = _take(self._refused, call)
        return (due.status, due.code) if due else (0, 0)

    def slow_down(self, call: str, seconds: float, times: int = 1) -> None:
        """Let the next calls wait before the work is done."""
        self._slow.append(_Planned(call, times, seconds))

    def limited(self, call: str) -> Limited | None:
        """The limit that this call hits."""
        due = _take(self._limited, call)
        return Limited(due.seconds, due.everywhere) if due else None

    def lose_every(self, nth: int, call: str) -> None:
        """From now on every `nth` answer to such calls gets lost; 0: none any more."""
        self._regular = (nth, call) if nth else None

    def loses(self, call: str) -> bool:
        """Whether this call's answer gets lost; `lost` counts those of `lose_every`."""
        if self._regular is not None and re.fullmatch(self._regular[1], call):
            self._heard += 1
            if self._heard % self._regular[0] == 0:
                self.lost += 1
                return True
        return _take(self._lost, call) is not None

    def breaks(self, call: str) -> int:
        """The status with which this call fails; 0: it does not."""
        due = _take(self._broken, call)
        return due.status if due else 0

    def delay(self, call: str) -> float:
        """How many seconds this call waits."""
        due = _take(self._slow, call)
        return due.seconds if due else 0.0


def _take(planned: list[_Planned], call: str) -> _Planned | None:
    for each in planned:
        if each.times > 0 and re.fullmatch(each.call, call):
            each.times -= 1
            return each
    return None

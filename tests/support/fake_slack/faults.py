"""What can go wrong on Slack's side, told beforehand by a test."""

import re
from dataclasses import dataclass, field


@dataclass
class _Planned:
    method: str
    times: int
    seconds: float = 0.0
    word: str = ""


@dataclass
class Faults:
    """Faults that are waiting to happen; each method name is a regular expression."""

    unreachable: bool = False
    silent: bool = False
    crowded: bool = False
    """Slack has as many connections as it allows: it greets none, and ends those that come."""
    revoked: bool = False
    twice: int = 0
    dropped: int = 0
    _limited: list[_Planned] = field(default_factory=list)
    _lost: list[_Planned] = field(default_factory=list)
    _slow: list[_Planned] = field(default_factory=list)
    _broken: list[_Planned] = field(default_factory=list)
    _refused: list[_Planned] = field(default_factory=list)
    _regular: tuple[int, str] | None = None
    _heard: int = 0
    lost: int = 0

    def rate_limit(self, method: str, times: int = 1, seconds: int = 1) -> None:
        """Answer the next calls with 429 and `Retry-After`, without doing the work."""
        self._limited.append(_Planned(method, times, seconds))

    def lose_answer(self, method: str, times: int = 1) -> None:
        """Do the work of the next calls, then close the connection instead of answering."""
        self._lost.append(_Planned(method, times))

    def fail(self, method: str, times: int = 1) -> None:
        """Answer the next calls with 503 without doing the work."""
        self._broken.append(_Planned(method, times))

    def refuse(self, method: str, word: str, times: int = 1) -> None:
        """Answer the next calls with `ok: false` and this word, without doing the work."""
        self._refused.append(_Planned(method, times, word=word))

    def refusal(self, method: str) -> str:
        """The word with which this call is refused; empty when it is not."""
        due = _take(self._refused, method)
        return due.word if due else ""

    def slow_down(self, method: str, seconds: float, times: int = 1) -> None:
        """Let the next calls wait before the work is done."""
        self._slow.append(_Planned(method, times, seconds))

    def retry_after(self, method: str) -> float | None:
        """Seconds to wait when this call is to be refused with 429."""
        due = _take(self._limited, method)
        return due.seconds if due else None

    def lose_every(self, nth: int, method: str) -> None:
        """From now on every `nth` answer to such calls gets lost; 0: none any more."""
        self._regular = (nth, method) if nth else None

    def loses(self, method: str) -> bool:
        """Whether this call's answer gets lost; `lost` counts those of `lose_every`."""
        if self._regular is not None and re.fullmatch(self._regular[1], method):
            self._heard += 1
            if self._heard % self._regular[0] == 0:
                self.lost += 1
                return True
        return _take(self._lost, method) is not None

    def breaks(self, method: str) -> bool:
        """Whether this call is answered with 503."""
        return _take(self._broken, method) is not None

    def delay(self, method: str) -> float:
        """How many seconds this call waits."""
        due = _take(self._slow, method)
        return due.seconds if due else 0.0


def _take(planned: list[_Planned], method: str) -> _Planned | None:
    for each in planned:
        if each.times > 0 and re.fullmatch(each.method, method):
            each.times -= 1
            return each
    return None

"""The states of a request and of an introduction, and what may follow what. Pure."""

from collections.abc import Mapping

from knowledge.vocabulary import IntroductionState as I
from knowledge.vocabulary import RequestState as R

AFTER: Mapping[R, frozenset[R]] = {
    R.DRAFT: frozenset({R.WAITING, R.WITHDRAWN}),
    R.WAITING: frozenset({R.CONNECTED, R.ENDED, R.WITHDRAWN, R.CLOSED}),
    R.CONNECTED: frozenset({R.CLOSED}),
    R.ENDED: frozenset({R.WITHDRAWN, R.CLOSED}),
    R.WITHDRAWN: frozenset(),
    R.CLOSED: frozenset(),
}
"""What may become of a request."""

THEN: Mapping[I, frozenset[I]] = {
    I.PROPOSED: frozenset({I.ACCEPTED, I.DECLINED, I.EXPIRED, I.WITHDRAWN}),
    I.ACCEPTED: frozenset({I.CONNECTED, I.WITHDRAWN}),
    I.CONNECTED: frozenset({I.CLOSED}),
    I.DECLINED: frozenset(),
    I.EXPIRED: frozenset(),
    I.WITHDRAWN: frozenset(),
    I.CLOSED: frozenset(),
}
"""What may become of one expert's part."""


def before(state: R) -> list[R]:
    """The states from which a request may come to `state`."""
    return [former for former, following in AFTER.items() if state in following]


def first(state: I) -> list[I]:
    """The states from which an introduction may come to `state`."""
    return [former for former, following in THEN.items() if state in following]

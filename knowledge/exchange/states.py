"""The words that rows of the peer exchange use for how things stand."""

from enum import StrEnum


class PromptSource(StrEnum):
    """Where a prompt comes from: the library, a steward's own words, or a member's question."""

    LIBRARY = "LIBRARY"
    OWN = "OWN"
    QUESTION = "QUESTION"


class PromptState(StrEnum):
    """WAITING in the queue > POSTED, or DROPPED by a steward.

    A member's question is ASKED first, and waits only once its asker said yes: else it is REFUSED.
    WITHDRAWN: the asker took it back, whether it was posted or not.
    """

    ASKED = "ASKED"
    WAITING = "WAITING"
    POSTED = "POSTED"
    DROPPED = "DROPPED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class RoundState(StrEnum):
    """PLANNED > ANNOUNCED > CLOSED, or CANCELLED before it was announced."""

    PLANNED = "PLANNED"
    ANNOUNCED = "ANNOUNCED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class PairingState(StrEnum):
    """Where a group of a round stands; a CANCELLED one will not meet."""

    OPEN = "OPEN"
    CANCELLED = "CANCELLED"
    CLOSED = "CLOSED"


class AssistantState(StrEnum):
    """Where it stands that somebody schedules for a member."""

    ASKED = "ASKED"
    AGREED = "AGREED"
    DECLINED = "DECLINED"
    ENDED = "ENDED"


class CheckInAnswer(StrEnum):
    """Whether two met."""

    MET = "MET"
    NOT_YET = "NOT_YET"
    WONT = "WONT"

"""A question as it leaves a unit of work."""

from dataclasses import dataclass
from datetime import datetime

from knowledge.vocabulary import AskerShown, Confidence, QuestionState, Visibility


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as it was asked and how it stands."""

    id: int
    asker_id: int | None
    account_key: str
    text: str
    language: str
    people_only: bool
    visibility: Visibility
    state: QuestionState
    confidence: Confidence
    score: float
    asked_at: datetime
    place: str = ""
    """Where it was asked, as it is stored; empty for older questions."""
    shown_as: AskerShown | None = None
    """How the asker is shown to those who read along; None: the answer is theirs alone."""
    event_id: str = ""
    """The act that asked it, as `platform:event_id`; its answer is the message of that key."""

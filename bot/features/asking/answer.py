"""What asking found, before it is put into words."""

from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.cases.views import CaseView
from knowledge.members.anonymity import Description
from knowledge.search.excerpts import Excerpt
from knowledge.search.expert_ranking import Reason
from knowledge.vocabulary import Community, Confidence


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that speaks to the question."""

    case: CaseView
    score: float
    strength: Confidence
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class FoundExpert:
    """A member who can be asked, as they agreed to be shown."""

    member_id: int
    shown_as: Description
    community: Community | None
    organisation: str
    score: float
    reasons: tuple[Reason, ...]
    nearest: bool = False
    """Whether nobody offers what was asked for, and they are only the nearest."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A structured fact that is otherwise where the case comes from."""

    fact: str
    yours: StrEnum
    theirs: StrEnum


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that was found for one question."""

    question_id: int
    text: str
    language: str
    confidence: Confidence
    score: float
    cases: tuple[FoundCase, ...] = ()
    experts: tuple[FoundExpert, ...] = ()
    differences: tuple[Difference, ...] = field(default=())
    can_hand_over: bool = False
    """Whether the asker can have one of these people asked."""
    can_seek: bool = False
    """Whether stewards can look for a person, and no case answers it."""
    can_post: bool = False
    """Whether it can be asked of the other community, and no case answers it."""
    sees_people: bool = False
    suggestion: str = ""
    in_public: bool = False
    """Whether others read the answer along, so that nobody is shown in it."""

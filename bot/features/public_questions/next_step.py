"""What comes next of a question to the community: facts in, a decision out. Pure.

`facts.py` gathers the facts in one snapshot; whoever asked applies the decision as a change that
names the state it starts from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.core.tokens import seal
from bot.features.public_questions.replies import Shown
from knowledge.members.anonymity import Description, stored
from knowledge.messaging.channels import ChannelView
from knowledge.public_questions.posts import PostedView
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import AskerShown, PostState, QuestionState

OPEN_POSTS = 3
"""So many questions of one member wait for the community at a time."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A member's own question on its way to the community; None for one that is not theirs.

    `shown`: how a draft or a post reads at this moment; `ways`: how its asker can be shown;
    `open_posts`: how many of theirs wait; `rooms`: where it would go; `experts`: whether somebody
    could be asked instead.
    """

    question: QuestionView | None
    posted: PostedView | None = None
    shown: Shown | None = None
    ways: Mapping[AskerShown, Description | None] = field(default_factory=dict)
    open_posts: int = 0
    rooms: tuple[ChannelView, ...] = ()
    experts: bool = False

    @property
    def left(self) -> int:
        """How many more questions may wait."""
        return OPEN_POSTS - self.open_posts

    @property
    def mark(self) -> str:
        """What ties a button to the words and the channels that were shown with it."""
        if self.posted is None or self.shown is None:
            return ""
        agreed = self.posted.agreed
        rooms = sorted((each.platform, each.workspace, each.channel) for each in self.rooms)
        return seal((agreed.text, agreed.language, stored(self.shown.who), rooms))


@dataclass(frozen=True, slots=True)
class Refused:
    """It may not be posted; the code of the sentence that says why."""

    code: str


class Step(Enum):
    """What is done with a question that may be posted."""

    NOBODY = auto()
    """No channel is named for it: say what else there is."""
    WORDS = auto()
    """Ask for its words, or take them, and show them."""
    LOOK_AGAIN = auto()
    """Show it again: something has changed since it was shown."""
    POST = auto()
    ON_ITS_WAY = auto()
    """It is posted already."""


def words_step(found: Facts) -> Refused | Step:
    """Before somebody writes the words that are posted, and once they have written them."""
    if found.question is None:
        return Refused("question_not_found")
    if found.posted is not None and found.posted.stands:
        return Refused("already_posted")
    if found.question.state is not QuestionState.OPEN:
        return Refused("question_closed")
    if found.left < 1:
        return Refused("too_many_posts")
    return Step.WORDS if found.rooms else Step.NOBODY


def post_step(found: Facts, asker_id: int, mark: str) -> Refused | Step:
    """Once somebody agreed to what they were shown with that mark."""
    if found.posted is None or found.posted.asker_id != asker_id:
        return Refused("question_not_found")
    if found.posted.stands:
        return Step.ON_ITS_WAY
    step = words_step(found)
    if step is not Step.WORDS:
        return step
    fits = found.posted.state is PostState.DRAFT and mark == found.mark
    return Step.POST if fits else Step.LOOK_AGAIN


class Solution(Enum):
    """What comes of a word that a question is answered."""

    NOT_THEIRS = auto()
    BEFORE = auto()
    """It is answered or closed already."""
    BY_ASKER = auto()
    BY_STEWARD = auto()
    """It is in the audit, and whoever asked is told."""


def solution(
    posted: PostedView | None, member_id: int | None, *, steward: bool, again: bool
) -> Solution:
    """Whether a question counts as answered by the word of a member, or of nobody's account.

    `again`: this very answer is its solution already, so the same is said once more.
    """
    asks = posted is not None and member_id is not None and member_id == posted.asker_id
    if posted is None or not (asks or steward):
        return Solution.NOT_THEIRS
    if posted.state is not PostState.OPEN and not again:
        return Solution.BEFORE
    return Solution.BY_ASKER if asks else Solution.BY_STEWARD

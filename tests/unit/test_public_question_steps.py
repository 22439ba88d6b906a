"""What comes next of a question to the community, as a table of facts; no database."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.features.public_questions.next_step import (
    OPEN_POSTS,
    Facts,
    Refused,
    Solution,
    Step,
    post_step,
    solution,
    words_step,
)
from bot.features.public_questions.replies import Shown
from knowledge.messaging.channels import ChannelView
from knowledge.public_questions.posts import Agreed, PostedView
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import (
    ChannelState,
    Confidence,
    PostState,
    QuestionState,
    Visibility,
)

NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)
ASKER, OTHER = 3, 4
QUESTION = QuestionView(
    17,
    ASKER,
    "chat:W:ana",
    "Why so?",
    "en",
    people_only=False,
    visibility=Visibility.PRIVATE,
    state=QuestionState.OPEN,
    confidence=Confidence.NONE,
    score=0.0,
    asked_at=NOW,
)
ROOM = ChannelView(1, "chat", "W", "C1", "offices", ChannelState.PRESENT, None, ())
DRAFT = PostedView(17, ASKER, PostState.DRAFT, PostState.DRAFT, Agreed("Why?", "en"), None)
OPEN = replace(DRAFT, state=PostState.OPEN)
READY = Facts(QUESTION, DRAFT, Shown(17, "Why?", None), open_posts=0, rooms=(ROOM,))


@pytest.mark.parametrize(
    ("found", "step"),
    [
        (replace(READY, posted=None, shown=None), Step.WORDS),
        (READY, Step.WORDS),
        (replace(READY, question=None), Refused("question_not_found")),
        (replace(READY, posted=OPEN), Refused("already_posted")),
        (replace(READY, posted=replace(OPEN, state=PostState.WITHDRAWN)), Step.WORDS),
        (
            replace(READY, question=replace(QUESTION, state=QuestionState.SOLVED)),
            Refused("question_closed"),
        ),
        (replace(READY, open_posts=OPEN_POSTS), Refused("too_many_posts")),
        (replace(READY, rooms=()), Step.NOBODY),
    ],
)
def test_what_may_be_put_into_words(found: Facts, step: Refused | Step) -> None:
    assert words_step(found) == step


@pytest.mark.parametrize(
    ("found", "asker", "mark", "step"),
    [
        (READY, ASKER, READY.mark, Step.POST),
        (READY, OTHER, READY.mark, Refused("question_not_found")),
        (replace(READY, posted=None), ASKER, READY.mark, Refused("question_not_found")),
        (replace(READY, posted=OPEN), ASKER, READY.mark, Step.ON_ITS_WAY),
        (READY, ASKER, "other", Step.LOOK_AGAIN),
        (replace(READY, rooms=(ROOM, ROOM)), ASKER, READY.mark, Step.LOOK_AGAIN),
        (
            replace(READY, posted=replace(DRAFT, state=PostState.WITHDRAWN)),
            ASKER,
            READY.mark,
            Step.LOOK_AGAIN,
        ),
        (replace(READY, rooms=()), ASKER, READY.mark, Step.NOBODY),
        (replace(READY, open_posts=OPEN_POSTS), ASKER, READY.mark, Refused("too_many_posts")),
    ],
)
def test_only_what_was_shown_is_posted(
    found: Facts, asker: int, mark: str, step: Refused | Step
) -> None:
    assert post_step(found, asker, mark) == step


def test_a_mark_stands_for_words_reader_and_channels() -> None:
    shown = Shown(17, "Why?", None)
    others = [
        replace(READY, posted=replace(DRAFT, agreed=Agreed("How?", "en"))),
        replace(READY, posted=replace(DRAFT, agreed=Agreed("Why?", "es"))),
        replace(READY, rooms=(replace(ROOM, channel="C2"),)),
    ]
    assert len({READY.mark, *(each.mark for each in others)}) == 4
    assert replace(READY, shown=shown, open_posts=2).mark == READY.mark


@pytest.mark.parametrize(
    ("posted", "member", "steward", "again", "done"),
    [
        (OPEN, ASKER, False, False, Solution.BY_ASKER),
        (OPEN, ASKER, True, False, Solution.BY_ASKER),
        (OPEN, OTHER, True, False, Solution.BY_STEWARD),
        (OPEN, None, True, False, Solution.BY_STEWARD),
        (OPEN, OTHER, False, False, Solution.NOT_THEIRS),
        (OPEN, None, False, False, Solution.NOT_THEIRS),
        (None, ASKER, True, False, Solution.NOT_THEIRS),
        (replace(OPEN, state=PostState.SOLVED), ASKER, False, False, Solution.BEFORE),
        (replace(OPEN, state=PostState.CLOSED), OTHER, True, False, Solution.BEFORE),
        (replace(OPEN, state=PostState.SOLVED), ASKER, False, True, Solution.BY_ASKER),
        (replace(OPEN, state=PostState.CLOSED), OTHER, True, True, Solution.BY_STEWARD),
        (replace(OPEN, state=PostState.SOLVED), OTHER, False, True, Solution.NOT_THEIRS),
    ],
)
def test_who_asked_and_stewards_say_that_it_is_answered(
    posted: PostedView | None, member: int | None, steward: bool, again: bool, done: Solution
) -> None:
    assert solution(posted, member, steward=steward, again=again) is done

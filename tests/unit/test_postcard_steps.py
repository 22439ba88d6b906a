"""What comes next of a postcard, as a table of facts and decisions; no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.features.postcards.next_step import (
    AskNow,
    Due,
    LookAgain,
    Stand,
    asked_again_at,
    follow_up,
    missing,
    stand,
)
from knowledge.postcards.postcards import PartView, PostcardView
from knowledge.vocabulary import PostcardState, Reuse

NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_WORK = Due(there=True, next_open=NOW, tomorrow=NOW + DAY, told=True)
MINE = PartView(1, True, Reuse.AGREED, NOW, 0, None, "")
THEIRS = replace(MINE, member_id=2, approved=False)
CARD = PostcardView(7, 5, 1, PostcardState.WAITING, 1, "a", "b", NOW, None, (MINE, THEIRS))
AGREED = replace(CARD, state=PostcardState.APPROVED)
DROPPED = replace(CARD, state=PostcardState.DROPPED, parts=())


@pytest.mark.parametrize(
    ("found", "step"),
    [
        (AT_WORK, AskNow()),
        (replace(AT_WORK, there=False, told=False), LookAgain(None)),
        (replace(AT_WORK, next_open=NOW + HOUR), LookAgain(NOW + HOUR)),
        (replace(AT_WORK, told=False), LookAgain(NOW + DAY)),
        (replace(AT_WORK, next_open=NOW + HOUR, told=False), LookAgain(NOW + HOUR)),
    ],
)
def test_who_is_due_is_asked_at_work_and_left_alone_otherwise(
    found: Due, step: AskNow | LookAgain
) -> None:
    assert follow_up(NOW, found) == step


@pytest.mark.parametrize(
    ("times", "said", "when"),
    [
        (0, Reuse.NOT_YET, NOW),  # before they were asked: when they wanted to be
        (1, Reuse.NOT_YET, NOW + DAY),
        (2, Reuse.NOT_YET, None),
        (1, Reuse.TRIED, None),
        (0, Reuse.WILL_NOT, None),
    ],
)
def test_not_yet_is_asked_about_once_more(times: int, said: Reuse, when: datetime | None) -> None:
    assert asked_again_at(replace(MINE, times_asked=times), said, NOW + DAY) == when


@pytest.mark.parametrize(
    ("found", "member", "change", "how"),
    [
        (None, 1, False, Stand.TO_WRITE),
        (CARD, 1, False, Stand.WAITS),
        (CARD, 2, False, Stand.TO_DECIDE),
        (CARD, 2, True, Stand.TO_WRITE),
        (CARD, 3, False, Stand.NONE_COMES),
        (AGREED, 2, False, Stand.AGREED),
        (AGREED, 2, True, Stand.AGREED),
        (DROPPED, 1, False, Stand.NONE_COMES),  # whoever wrote it does not begin again
        (DROPPED, 2, True, Stand.TO_WRITE),
    ],
)
def test_each_of_those_who_met_is_shown_what_they_can_do(
    found: PostcardView | None, member: int, change: bool, how: Stand
) -> None:
    assert stand(found, member, change=change) is how


def test_those_who_have_not_agreed_are_missing() -> None:
    assert missing(CARD) == {2}

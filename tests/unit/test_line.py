"""Who is asked next, and when: there always is a step."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.features.introductions.queue import (
    LONGEST_WAIT,
    End,
    Expire,
    Pending,
    Propose,
    Remind,
    SkipReminder,
    Wait,
    in_turn,
    next_step,
)
from knowledge.introductions.eligibility import Candidate
from knowledge.introductions.states import AFTER, THEN, before, first
from knowledge.members.contacts import WINDOW, Load, load
from knowledge.members.views import MemberView
from knowledge.vocabulary import IntroductionState, MemberStatus, RequestState
from tests.support.community import expert
from tests.support.people import Clock

NOW = Clock().now
HOUR = timedelta(hours=1)


def member(number: int) -> MemberView:
    told = expert(f"E{number}")
    return MemberView(
        id=number,
        key=told.key,
        name=told.name,
        status=MemberStatus.ACTIVE,
        community=told.community,
        role=told.role,
        organisation="",
        place="",
        country="",
        languages=(),
        time_zone="UTC",
        hours_from=9,
        hours_until=17,
        profile="",
        contact_line="",
        capacity=None,
        offers=(),
        needs=(),
        consents=told.consents,
        circumstances=told.circumstances,
        steward=False,
        invented=False,
    )


def candidate(
    number: int, score: float = 1.0, lately: int = 0, free_at: datetime | None = None
) -> Candidate:
    return Candidate(member(number), score, Load(lately, None, free_at))


def step(
    *candidates: Candidate, asked: int = 0, pending: Pending | None = None, now: datetime = NOW
) -> object:
    return next_step(
        now=now, sent_at=NOW, asked=asked, line=3, pending=pending, candidates=candidates
    )


def test_the_best_comes_first_and_equally_good_ones_take_turns() -> None:
    better, good, alike, worse = (
        candidate(4, 2.0, lately=9),
        candidate(1, 1.0, lately=2),
        candidate(2, 0.97, lately=1),
        candidate(3, 0.5),
    )
    found = in_turn([worse, good, alike, better])
    assert [one.member.id for one in found] == [4, 2, 1, 3]


def test_each_step() -> None:
    busy = candidate(1, 2.0, free_at=NOW + HOUR)
    assert step(busy, candidate(2)) == Propose(candidate(2))
    assert step(busy) == Wait(NOW + HOUR)
    assert step() == End()
    assert step(candidate(1), asked=3) == End()
    assert step(busy, now=NOW + LONGEST_WAIT + HOUR) == End()
    asked = Pending(NOW, NOW + 3 * HOUR, NOW)
    assert step(pending=asked, now=NOW - HOUR) == Wait(NOW)
    assert step(pending=asked) == Remind()
    assert step(pending=Pending(None, NOW + HOUR, NOW)) == Wait(NOW + HOUR)
    assert step(pending=Pending(NOW, NOW + 3 * HOUR, NOW + HOUR)) == Wait(NOW + HOUR)
    assert step(pending=Pending(NOW, NOW + HOUR, NOW + 5 * HOUR)) == SkipReminder()
    assert step(pending=Pending(NOW - HOUR, NOW, NOW)) == Expire()


@given(st.lists(st.integers(0, 30 * 24), max_size=30), st.integers(0, 8), st.integers(0, 40 * 24))
def test_whoever_is_free_stays_within_their_number(hours: list[int], limit: int, at: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    now = start + at * HOUR
    times = sorted(start + hour * HOUR for hour in hours if hour <= at)
    found = load(times, limit, now)
    counted = sum(moment > now - WINDOW for moment in times)
    if limit == 0:
        assert found.free_at is None
    elif found.free_at is None:
        assert counted < limit
    else:
        assert counted >= limit
        assert found.free_at > now
        then = sum(moment > found.free_at - WINDOW for moment in times)
        assert then < limit
        before_it = found.free_at - timedelta(seconds=1)
        assert sum(moment > before_it - WINDOW for moment in times) >= limit


def test_states_lead_on_and_end() -> None:
    assert before(RequestState.CONNECTED) == [RequestState.WAITING]
    assert first(IntroductionState.CONNECTED) == [IntroductionState.ACCEPTED]
    for table, start in ((AFTER, RequestState.DRAFT), (THEN, IntroductionState.PROPOSED)):
        reached = {start}
        for _ in table:
            reached |= {after for state in reached for after in table[state]}  # type: ignore[index]
        assert reached == set(table)
        assert any(not after for after in table.values())

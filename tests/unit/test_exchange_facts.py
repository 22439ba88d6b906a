"""From members' facts to rules, values and reasons."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from bot.calendars.overlap import longest
from bot.features.exchange.planner.constraints import (
    Absence,
    Barrier,
    absent,
    barriers,
    common,
    forbidden,
    hours_together,
    reason,
)
from bot.features.exchange.planner.explanations import Difference, group_reasons
from bot.features.exchange.planner.participants import Facts, Scope, Wishes
from bot.features.exchange.planner.utility import COSINES, Exchange, best_matches, pair_values
from knowledge.vocabulary import Community, Level, StaffBand

DAY = date(2026, 6, 10)
ANA = Facts("ana", Community.CITY, "City of León", "MX", "013", ("es", "en"), "America/Mexico_City")
BO = Facts("bo", Community.NATIONAL, "Office", "SE", "154", ("en", "sv"), "Europe/Stockholm")


@pytest.mark.parametrize(
    ("one", "other", "wishes", "expected"),
    [
        (ANA, replace(ANA, id=2, organisation="city of león"), Wishes(), Barrier.SAME_ORGANISATION),
        (replace(ANA, organisation=""), replace(ANA, id=2, organisation=""), Wishes(), None),
        (replace(ANA, apart_from=frozenset({"bo"})), BO, Wishes(), Barrier.AVOIDED),
        (ANA, replace(BO, apart_from=frozenset({"ana"})), Wishes(), Barrier.AVOIDED),
        (replace(ANA, chief_of=frozenset({"bo"})), BO, Wishes(), Barrier.CHIEF_AND_STAFF),
        (ANA, BO, Wishes(scope=Scope.SAME_COUNTRY, shared_hours=0), Barrier.SCOPE),
        (ANA, replace(BO, country="mx"), Wishes(scope=Scope.OTHER_COUNTRIES), Barrier.SCOPE),
        (ANA, replace(BO, languages=("sv",)), Wishes(shared_hours=0), Barrier.NO_SHARED_LANGUAGE),
        (ANA, replace(BO, languages=()), Wishes(shared_hours=0), None),
        (ANA, replace(BO, languages=("sv",)), Wishes(shared_language=False, shared_hours=0), None),
        (ANA, BO, Wishes(), Barrier.NO_SHARED_HOURS),
        (ANA, replace(BO, hours=(9, 19)), Wishes(), None),
        (ANA, BO, Wishes(shared_hours=0), None),
        (
            ANA,
            replace(BO, hours=(9, 20)),
            Wishes(never_together=(frozenset({"MX", "Office"}),)),
            Barrier.NEVER_TOGETHER,
        ),
    ],
)
def test_rules_keep_two_apart_in_both_directions(
    one: Facts, other: Facts, wishes: Wishes, expected: Barrier | None
) -> None:
    found = barriers([one, other], wishes, DAY)
    assert reason(found, 0, 1) == reason(found, 1, 0) == expected
    mask = forbidden([one, other], wishes, DAY)
    assert mask.tolist() == [[False, expected is not None], [expected is not None, False]]


def test_shared_hours_follow_the_clocks_of_the_date() -> None:
    """Mexico has no summer time, Stockholm has: an hour is shared in winter only."""
    late = replace(BO, hours=(9, 17))
    assert longest(hours_together([ANA, late], date(2026, 1, 14))) == timedelta(hours=1)
    assert longest(hours_together([ANA, late], date(2026, 6, 10))) == timedelta()
    spans = hours_together([ANA, late], date(2026, 1, 14))
    assert spans == [(datetime(2026, 1, 14, 15, tzinfo=UTC), datetime(2026, 1, 14, 16, tzinfo=UTC))]


def test_hours_across_midnight_utc_are_found() -> None:
    auckland = replace(ANA, id=1, time_zone="Pacific/Auckland", hours=(8, 18))
    honolulu = replace(ANA, id=2, time_zone="Pacific/Honolulu", hours=(8, 18))
    assert longest(hours_together([auckland, honolulu], DAY)) >= timedelta(hours=4)


THREE = [
    replace(ANA, id=1, languages=("es", "en")),
    replace(ANA, id=2, languages=("en", "fr"), organisation="Another"),
    replace(BO, id=3, languages=("fr", "es"), time_zone="America/Mexico_City"),
]


def test_each_two_of_three_share_a_language_and_the_three_have_none() -> None:
    assert not forbidden(THREE, Wishes(), DAY).any()
    languages, hours = common(THREE, Wishes(), DAY)
    assert not languages.all(axis=0).any()
    assert hours.all(axis=0).any()
    assert common([replace(THREE[0], languages=()), *THREE[1:]], Wishes(), DAY)[0].all(axis=0).any()
    assert common(THREE, Wishes(shared_language=False, shared_hours=0), DAY) == ()


def test_each_two_of_three_share_an_hour_and_the_three_have_none() -> None:
    spread = [replace(THREE[0], id=n, hours=hours) for n, hours in enumerate([(8, 12), (11, 17)])]
    split = [*spread, replace(THREE[0], id=3, hours=(16, 20))]
    assert not common(split, Wishes(), DAY)[1].all(axis=0).any()
    for wanted, together in ((1.0, True), (1.25, False)):
        assert common(spread, Wishes(shared_hours=wanted), DAY)[1].all(axis=0).any() == together


def test_who_snoozes_or_has_spent_their_capacity_takes_no_part() -> None:
    assert absent(replace(ANA, snoozed_until=date(2026, 6, 11)), DAY) is Absence.SNOOZED
    assert absent(replace(ANA, snoozed_until=DAY), DAY) is None
    assert absent(replace(ANA, places=0), DAY) is Absence.CAPACITY_SPENT
    assert absent(ANA, DAY) is None


X, Y, Z = np.eye(3, dtype=np.float32)


def test_the_best_offer_for_each_need_counts_and_both_directions() -> None:
    needs = [np.stack([X, Y]), np.stack([Z]), np.zeros((0, 3), np.float32)]
    offers = [np.stack([Z]), np.stack([X]), np.stack([X, Y])]
    met = best_matches(needs, offers)
    assert met.tolist() == [[0, 0.5, 1], [1, 0, 0], [0, 0, 0]]
    bare = [Facts(n, Community.CITY) for n in range(3)]
    worth = pair_values(bare, needs, offers)
    assert np.array_equal(worth, worth.T)
    assert worth[0, 1] == pytest.approx(0.70 * 0.75)
    assert worth[0, 2] == pytest.approx(0.70 * 0.5)
    assert worth.diagonal().tolist() == [0, 0, 0]


def test_like_context_and_one_step_of_experience_are_worth_something() -> None:
    none = [np.zeros((0, 3), np.float32)] * 3
    one = replace(ANA, level=Level.CITY, staff=StaffBand.FEW)
    two = replace(one, id=2, staff=StaffBand.SOME)
    three = replace(BO, level=Level.NATIONAL, staff=StaffBand.HUNDREDS)
    worth = pair_values([one, two, three], none, none)
    assert worth[0, 1] == pytest.approx(0.20 + 0.10)
    assert worth[0, 2] == 0
    assert pair_values([], [], []).shape == (0, 0)


def test_reasons_name_need_offer_language_hours_and_differences() -> None:
    people = [ANA, replace(BO, hours=(9, 20), level=Level.NATIONAL)]
    wanted = Exchange([np.stack([X, Y]), np.stack([Z])], [Z[None], Y[None]], COSINES)
    told = group_reasons((0, 1), people, wanted, DAY)
    assert [(m.asks, m.need, m.gives, m.offer, m.fit) for m in told.meetings] == [
        (0, 1, 1, 0, 1.0),
        (1, 0, 0, 0, 1.0),
    ]
    assert told.languages == ("en",)
    assert longest(told.hours) == timedelta(hours=3)
    assert told.differences == (Difference.COMMUNITY, Difference.COUNTRY, Difference.REGION)

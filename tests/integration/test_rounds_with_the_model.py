"""Rounds are about need and offer: with the real model, on the invented community (`model`)."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from bot.cli import demo_round
from bot.cli.sample import load_sample
from bot.features.exchange.planner.participants import Facts
from bot.features.exchange.planner.utility import exchange_of, pair_values
from bot.features.exchange.rounds.planning import RoundPlanning, Staged
from bot.storage.database import Database
from knowledge.database.store import Store
from knowledge.encoders.encoder import Encoder
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.members import members
from knowledge.search.needs_and_offers import measured
from knowledge.vocabulary import Community, MemberStatus
from tests.bench.fit_needs_and_offers import area, crossed, encoded, labelled, told
from tests.conftest import NOW

pytestmark = pytest.mark.model

ASKED = {
    "en": "turning camera counts of cyclists into monthly figures",
    "es": "convertir conteos de ciclistas con cámaras en cifras mensuales",
}
OFFERED = {
    "en": [
        "statistics on bicycle traffic from video counters",
        "drafting by-laws for street vendors",
        "a glossary of budget terms",
    ],
    "fr": [
        "statistiques du trafic cycliste tirées de compteurs vidéo",
        "rédiger les arrêtés sur les marchands ambulants",
        "un glossaire du budget",
    ],
}


@pytest.mark.parametrize("need", ["en", "es"])
@pytest.mark.parametrize("offer", ["en", "fr"])
def test_a_need_meets_the_offer_that_answers_it_in_one_language_and_across(
    embedded: Encoder, need: str, offer: str
) -> None:
    texts = [ASKED[need], *OFFERED[offer]]
    vectors = dict(zip(texts, embedded.encode_queries(texts), strict=True))
    wanted = exchange_of(
        embedded.model_id,
        [[ASKED[need]], [], [], []],
        [[], *([each] for each in OFFERED[offer])],
        vectors,
    )
    people = [Facts(number, Community.CITY) for number in range(4)]
    values = pair_values(people, wanted.needs, wanted.offers, wanted.scale)[0]
    assert values.argmax() == 1
    assert values[1] > 0.1
    assert max(values[2], values[3]) < values[1] / 3


def test_labels_of_topics_that_were_kept_aside(embedded: Encoder) -> None:
    pairs = [pair for pair in labelled() if pair.split == "held"]
    scale = measured(embedded.model_id)
    assert scale is not None
    found = crossed(pairs, encoded(embedded, pairs), scale)
    right, wrong = found.answers, ~found.answers
    assert area(found.cosines[right], found.cosines[wrong]) >= 0.93
    across = found.across
    # What answers in another language is above what does not in one's own.
    assert area(found.cosines[right & across], found.cosines[wrong & ~across]) >= 0.88
    assert told(found, scale.told)[1] >= 0.8
    assert (scale.fit(found.cosines[wrong]) == 0).mean() >= 0.85


@pytest.fixture
def planned(store: Store, embedded: Encoder) -> Iterator[Staged]:
    """A round of the invented community."""
    store.write(load_sample)
    programme = store.write(lambda session: demo_round.prepare(session, NOW))
    database, thread = Database(store), EncoderThread(embedded)
    planning = RoundPlanning(database=database, encoder=thread)
    yield asyncio.run(planning.stage(programme, datetime(2026, 12, 7, 10, tzinfo=UTC)))
    database.close()
    thread.close(timeout=15)


def test_a_whole_round_pairs_people_who_have_something_for_each_other(planned: Staged) -> None:
    problem, plan = planned.problem, planned.plan
    values = np.array([float(value) for _, _, value in problem.values])
    assert len(np.unique(values)) >= 20
    by_pair = {frozenset((a, b)): float(value) for a, b, value in problem.values}
    forbidden = {frozenset(each) for each in problem.forbidden}
    side = {int(each.id): each.community for each in problem.members}
    possible = [
        by_pair.get(frozenset((a, b)), 0.0)
        for a in side
        for b in side
        if a < b and side[a] != side[b] and frozenset((a, b)) not in forbidden
    ]
    chosen = [by_pair.get(frozenset(group), 0.0) for group in plan.groups if len(group) == 2]
    assert np.mean(chosen) > np.mean(possible) + 2 * np.std(possible) / np.sqrt(len(chosen))
    met = [bool(why.meetings) for why in plan.reasons]
    assert np.mean(met) >= 0.5


def test_the_reasons_are_those_that_made_the_value(
    planned: Staged, store: Store, embedded: Encoder
) -> None:
    scale = measured(embedded.model_id)
    assert scale is not None
    everybody = store.read(lambda session: members.listed(session, [MemberStatus.ACTIVE]))
    people = {each.id: each for each in everybody}
    by_pair = {frozenset((a, b)): float(value) for a, b, value in planned.problem.values}
    for group, why in zip(planned.plan.groups, planned.plan.reasons, strict=True):
        for each in why.meetings:
            asks, offers = people[each.asks], people[each.gives].offers
            texts = [asks.needs[each.need], *offers]
            vectors = scale.plain(embedded.encode_queries(texts))
            cosines = vectors[0] @ vectors[1:].T
            assert each.offer == cosines.argmax()
            assert cosines.max() >= scale.told
            least = 0.35 * float(scale.fit(cosines.max())) / len(asks.needs)
            assert by_pair[frozenset((each.asks, each.gives))] >= least - 1e-4, group

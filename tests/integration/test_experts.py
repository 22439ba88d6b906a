"""Who could be asked: what speaks for a member, and that their word counts at once."""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bot.app import Core, build
from bot.features.asking.reasons import reasons
from bot.settings import Settings
from knowledge.cases import cases
from knowledge.database.store import Store
from knowledge.encoders.encoder import Counted, Vectors
from knowledge.lifecycle import membership
from knowledge.search.documents import Query
from knowledge.search.expert_ranking import SMALL, RankedExpert, rank
from knowledge.search.index import Evidence
from knowledge.vocabulary import CaseState, Community, PassageKind, Purpose
from tests.conftest import NOW
from tests.support.community import (
    EXPERT,
    NAMED,
    STEWARD,
    Room,
    admit,
    case,
    case_cards,
    expert,
    people_cards,
    publish,
)
from tests.support.fake_encoder import HashEncoder

OFFER = "departments that refuse to share data"
NOBODY_SHOWN: Mapping[int, int] = {}


def ranked(
    core: Core,
    question: str,
    *,
    asker_id: int | None = None,
    shown: Mapping[int, int] = NOBODY_SHOWN,
    weight: float = 1.0,
    language: str = "en",
) -> list[RankedExpert]:
    """Everybody whom a question finds, as the library stands now."""
    core.library.refresh()
    snapshot = core.library.snapshot
    return rank(
        snapshot,
        Query(question, language, core.library.encode_question(question).result()),
        model=core.library.model_id,
        asker=snapshot.members[asker_id] if asker_id else None,
        cross_community_weight=weight,
        times_shown=shown,
        limit=10,
        on_topic=True,
        now=NOW,
    )


def numbers(found: Sequence[RankedExpert]) -> list[int]:
    return [each.member.id for each in found]


def test_whoever_has_nothing_on_it_is_left_out(core: Core, judged: None) -> None:
    bea = admit(core.store, expert("Bea", OFFER))
    admit(core.store, expert("Carl", "octopus"))
    assert numbers(ranked(core, OFFER)) == [bea]
    assert ranked(core, "zzz pizza tonight") == []


def test_the_closest_evidence_comes_first_and_at_most_three(core: Core, judged: None) -> None:
    offers = [f"{OFFER} in harbour {number}" for number in range(5)]
    admit(core.store, expert("Bea", OFFER, *offers))
    (bea,) = ranked(core, OFFER)
    assert 1 <= len(bea.evidence) <= 3
    assert bea.evidence[0].text == OFFER


def test_a_shared_language_and_the_other_side_weigh(core: Core, judged: None) -> None:
    asker = admit(core.store, expert("Asker", community=Community.CITY, consents=()))
    # The first language is that of the offers: it is the same for all.
    city = admit(core.store, expert("A", OFFER, community=Community.CITY))
    both = ("en", "es")
    speaks = admit(core.store, expert("B", OFFER, community=Community.CITY, languages=both))
    across = admit(core.store, expert("C", OFFER))
    partner = admit(core.store, expert("D", OFFER, community=Community.PARTNER))
    found = ranked(core, OFFER, asker_id=asker, weight=1.3, language="es")
    assert numbers(found) == [across, speaks, city, partner]
    assert [each.crosses for each in found] == [True, False, False, False]
    assert [each.speaks for each in found] == ["", "es", "", ""]
    assert found[2].score == pytest.approx(found[3].score)


def test_showing_costs_a_little_and_never_more_than_that(core: Core, judged: None) -> None:
    one, other = (admit(core.store, expert(name, OFFER)) for name in "AB")
    assert numbers(ranked(core, OFFER, shown={one: 1})) == [other, one]
    few, many = (ranked(core, OFFER, shown={one: times})[-1] for times in (5, 500))
    assert few.score == many.score > 0


def test_equals_stand_in_the_order_of_their_numbers(core: Core, judged: None) -> None:
    everybody = [admit(core.store, expert(name, OFFER)) for name in "DBCA"]
    assert numbers(ranked(core, OFFER)) == everybody


def test_who_may_not_be_named_and_offers_nothing_on_it_has_no_reason_left(
    core: Core, judged: None
) -> None:
    hidden = admit(core.store, expert("Bea", OFFER, consents=EXPERT, languages=("es",)))
    core.library.refresh()
    wrote = Evidence(hidden, PassageKind.TITLE, "The ministry that Bea alone worked at")
    found = RankedExpert(core.library.snapshot.members[hidden], 1.0, (wrote,), False, "es", True)
    assert reasons(found, community=Community.NATIONAL) == ()
    offers = replace(found, evidence=(Evidence(hidden, PassageKind.OFFER, OFFER),))
    assert len(reasons(offers, community=Community.NATIONAL)) == 3


def test_in_a_small_community_the_nearest_are_shown_as_such(core: Core, judged: None) -> None:
    near = f"{OFFER} of bees and wasps and ants"
    admit(core.store, expert("Bea", near))
    (bea,) = ranked(core, "departments that refuse to lend photographs")
    assert bea.nearest
    assert not ranked(core, OFFER)[0].nearest
    for number in range(SMALL):
        admit(core.store, expert(f"Member {number}", f"octopus{number}"))
    assert ranked(core, "departments that refuse to lend photographs") == []


class Held(HashEncoder):
    """An encoder that takes as long over documents as an import of thousands."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()
        self.free.set()

    def encode_documents(self, texts: Sequence[str], progress: Counted | None = None) -> Vectors:
        assert self.free.wait(60)
        return super().encode_documents(texts, progress)


async def test_a_withdrawal_counts_also_while_a_large_import_is_encoded(
    store: Store, judged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Consent before contact: a library that lags must not show who said no meanwhile."""
    monkeypatch.setattr("bot.storage.index_refresh.PATIENCE", 0.05)
    encoder = Held()
    core = build(
        Settings(_env_file=None),  # type: ignore[call-arg]
        store,
        encoder,
        clock=lambda: NOW,
        stewards=frozenset({STEWARD.key}),
    )
    room = Room(core)
    (number,) = publish(store, case("Departments that refused to share data"))
    bea = admit(store, expert("Bea", OFFER, consents=NAMED))
    await asyncio.to_thread(core.library.refresh)  # a busy machine needs longer than that patience
    reply = await room.say(STEWARD, OFFER)
    assert len(case_cards(reply)) == len(people_cards(reply)) == 1
    encoder.free.clear()
    try:
        publish(store, *(case(f"Case {n} of harbour {n}") for n in range(20)))
        store.write(lambda s: membership.consent(s, bea, Purpose.BE_ASKED, False))
        store.write(lambda s: cases.set_state(s, number, CaseState.RETIRED, "wrong"))
        reply = await asyncio.wait_for(room.say(STEWARD, OFFER), 20)
        assert people_cards(reply) == []
        assert case_cards(reply) == []
        assert "agreed to be asked" not in reply.text
    finally:
        encoder.free.set()
        core.close()

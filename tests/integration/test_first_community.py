"""The first month of a community: who is shown to whom, and nobody to everyday life (`model`).

Bounds lie a little under what docs/matching.md reports; nothing was fitted on these questions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bot.app import Core, build
from bot.features.asking.service import Request
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.encoders.encoder import Encoder
from knowledge.members import members
from knowledge.search.expert_ranking import ReasonKind
from tests.conftest import NOW
from tests.support import first_community
from tests.support.community import Room, people_cards

pytestmark = pytest.mark.model
PIECES = {ReasonKind.OFFERS, ReasonKind.WROTE, ReasonKind.WORKS_ON}


@dataclass
class Month:
    """What the questions of a month were answered with."""

    right: list[bool] = field(default_factory=list)
    off_topic: list[bool] = field(default_factory=list)
    reasons: list[set[ReasonKind]] = field(default_factory=list)


@pytest.fixture
def core(store: Store, embedded: Encoder) -> Iterator[Core]:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    wired = build(settings, store, embedded, clock=lambda: NOW)
    yield wired
    wired.close()


async def test_the_right_person_is_shown_and_everyday_life_finds_nobody(
    core: Core, store: Store
) -> None:
    ours = first_community.found(store)
    theirs = {number: member for member, number in ours.items()}
    core.library.refresh()
    month = Month()
    for asked in first_community.questions():
        asker = store.read(lambda session, n=theirs[asked.asker]: members.get(session, n))  # type: ignore[misc]
        found = await core.asking.answer(
            Request(asked.text, "", asker=asker, hint=asked.language, sees_people=True)
        )
        shown = [ours[each.member_id] for each in found.experts]
        assert asked.asker not in shown
        month.reasons += [{why.kind for why in each.reasons} for each in found.experts]
        if asked.off_topic:
            month.off_topic.append(bool(shown))
        elif asked.right:
            month.right.append(bool(asked.right & set(shown)))
    assert (len(month.right), len(month.off_topic)) == (19, 20)
    assert sum(month.right) >= 12
    assert sum(month.off_topic) <= 1
    assert all(why & PIECES for why in month.reasons), "a language alone is no reason"


async def test_the_nearest_are_called_the_nearest(core: Core, store: Store) -> None:
    first_community.found(store)
    core.library.refresh()
    room, asker = Room(core), first_community.person(8)
    reply = await room.say(asker, "expert padrón municipal")
    assert "Nobody offers exactly this" not in reply.text
    assert "padrón municipal" in people_cards(reply)[0].body
    reply = await room.say(asker, "Where in the organisation do your data stewards sit?")
    assert people_cards(reply)[0].part.startswith("Nobody offers exactly this")
    assert people_cards(reply)

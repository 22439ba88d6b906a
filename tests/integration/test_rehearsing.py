"""The demo ends with a rehearsed round of the sample community: short, true, and told to nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from bot.app import Core
from bot.cli.demo_round import MORE, NAME, planned, prepare, rehearse
from bot.cli.sample import load_sample
from knowledge.exchange import programmes, rounds
from knowledge.exchange.states import RoundState
from knowledge.messaging.tables import Delivery
from tests.conftest import NOW
from tests.support.community import STEWARD, Room, spoken


async def test_a_rehearsed_round_fits_a_screen_and_can_be_looked_at_further(
    core: Core, room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    core.store.write(load_sample)
    await rehearse(core, NOW)
    said = capsys.readouterr().out
    assert len(said.splitlines()) <= 30
    assert "100% of them across the communities" in said
    assert "takes no part this time" in said
    assert said.count("meets “") == 3
    assert MORE in said
    # What it names next is there: the steward in the terminal sees the very same round.
    preview = await room.say(STEWARD, f"round preview {NAME}")
    found, people = await planned(core, NOW)
    first = found.plan.groups[0]
    assert all(people[number].name in spoken(preview) for number in first)
    assert all(people[number].name in said for number in first)
    count = select(func.count()).select_from(Delivery)
    assert core.store.read(lambda session: session.scalar(count)) == 0


async def test_the_same_round_is_shown_until_its_day_has_passed(core: Core) -> None:
    core.store.write(load_sample)
    core.store.write(lambda session: prepare(session, NOW))
    core.store.write(lambda session: prepare(session, NOW))
    (programme,) = core.store.read(programmes.listed)
    assert programme.paused
    first, _ = await planned(core, NOW)
    again, _ = await planned(core, NOW)
    assert again == first
    later, _ = await planned(core, first.due_at + timedelta(days=1))
    assert later.due_at > first.due_at

    def cancelled(session: Session) -> list[int]:
        return [each.id for each in rounds.in_state(session, RoundState.CANCELLED)]

    assert core.store.read(cancelled) == [first.id]

"""The library without a question: one case, the newest cases, those that pass limits."""

import pytest

from bot.contract import Card
from knowledge.cases import cases
from knowledge.database.store import Store
from knowledge.vocabulary import CaseState, Community
from tests.support.community import STEWARD, Room, case, person, publish, spoken

READER = person("reader")


def numbers(cards: list[Card] | tuple[Card, ...]) -> list[str]:
    return [card.title.split(".")[0] for card in cards]


@pytest.fixture
def stocked(store: Store, room: Room) -> Room:
    """Twelve published cases and a draft, already in memory."""
    publish(store, *(case(f"Case about harbour {n}", country="MX") for n in range(10)))
    publish(
        store,
        case("Law on access", topics=("legal",), country="CL", community=Community.NATIONAL),
        case("Ley de acceso", topics=("legal", "privacy"), country="CO", language="es"),
    )
    store.write(lambda session: cases.add(session, case("Still a draft")))
    room.core.library.refresh()
    return room


async def test_one_case_is_shown_whole_with_its_source(stocked: Room) -> None:
    reply = await stocked.say(READER, "case 11")
    assert "Law on access" in reply.text
    (card,) = reply.cards
    shown = spoken(reply)
    assert card.title == "11. Law on access"
    assert "Nobody was surprised." in card.body
    assert "https://example.org/report" in shown
    assert "CC BY" in shown
    assert "Chile" in shown
    assert "law and agreements" in shown


@pytest.mark.parametrize("said", ["case 13", "case 99", "case 999999999"])
async def test_drafts_and_unknown_numbers_are_not_shown(stocked: Room, said: str) -> None:
    reply = await stocked.say(READER, said)
    assert "There is no case" in reply.text
    assert not reply.cards


async def test_a_steward_sees_a_draft(stocked: Room) -> None:
    assert "Still a draft" in (await stocked.say(STEWARD, "case 13")).text


@pytest.mark.parametrize("subject", ["", "0", "²", "-1", "１２", "1:2", "x", "9" * 40])
async def test_a_button_with_a_strange_subject_is_refused_kindly(
    stocked: Room, subject: str
) -> None:
    reply = await stocked.press(READER, "case.show", subject)
    assert "There is no case" in reply.text


async def test_the_newest_ten_are_listed(stocked: Room) -> None:
    reply = await stocked.say(READER, "cases")
    assert numbers(list(reply.cards)) == [str(n) for n in range(12, 2, -1)]
    assert reply.text.startswith("12 cases in the library. The newest 10:")
    for card in reply.cards:
        (button,) = card.buttons
        shown = await stocked.press(READER, button.action, button.subject)
        assert shown.cards[0].title == card.title


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("cases legal", ["12", "11"]),
        ("cases topic:legal", ["12", "11"]),
        ("cases topic:privacy", ["12"]),
        ("cases legal country:cl", ["11"]),
        ("cases community:nso", ["11"]),
        ("cases language:es", ["12"]),
        ("casos country:CO", ["12"]),
    ],
)
async def test_limits(stocked: Room, said: str, found: list[str]) -> None:
    reply = await stocked.say(READER, said)
    assert numbers(list(reply.cards)) == found
    count = "One case" if len(found) == 1 else f"{len(found)} cases"
    assert reply.text.startswith(count)


async def test_limits_that_nothing_passes(stocked: Room) -> None:
    reply = await stocked.say(READER, "cases topic:ai")
    assert "No case in the library passes these limits" in reply.text
    assert not reply.cards


async def test_an_empty_library(room: Room) -> None:
    assert (await room.say(READER, "cases")).text == "There is no case in the library yet."
    assert "There is no case 1 to show" in (await room.say(READER, "case 1")).text


async def test_the_list_sees_what_was_just_published(stocked: Room, store: Store) -> None:
    store.write(lambda session: cases.set_state(session, 13, CaseState.PUBLISHED))
    reply = await stocked.say(READER, "cases")
    assert numbers(list(reply.cards))[0] == "13"


async def test_a_retired_case_is_gone_from_list_and_number(stocked: Room, store: Store) -> None:
    await stocked.submit(STEWARD, "case.retire", {"reason": "out of date"}, "12")
    assert "There is no case 12" in (await stocked.say(READER, "case 12")).text
    assert "12" not in numbers(list((await stocked.say(READER, "cases")).cards))


async def test_retiring_is_for_stewards(stocked: Room) -> None:
    reply = await stocked.say(READER, "case 12 retire")
    assert "Only the stewards" in reply.text
    assert "Ley de acceso" in (await stocked.say(READER, "case 12")).text


async def test_cases_are_suggested_by_number_and_by_title(stocked: Room) -> None:
    by_title = await stocked.complete(READER, "number", "ACCES")
    assert [option.value for option in by_title.options] == ["12", "11"]
    assert by_title.options[1].label == "11: Law on access"
    by_number = await stocked.complete(READER, "number", "#11")
    assert [option.value for option in by_number.options] == ["11"]
    assert not (await stocked.complete(READER, "number", "Still a draft")).options
    assert len((await stocked.complete(READER, "number", "")).options) == 12

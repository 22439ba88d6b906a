"""Readers' votes as a test set: explicit, one a person, and no question is shown."""

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.evaluation.from_ratings import FEWEST, judged, rated
from knowledge.search.index import Library
from knowledge.search.rating_prior import BOUND
from tests.support.community import Room, case, person, publish
from tests.support.fake_encoder import HashEncoder

ONE, TWO = "Departments that refused to share data", "Departments that refused to share maps"
ASK = "departments that refused to share MARKERQUESTION"
READERS = [person(f"reader{number}") for number in range(3)]


async def voted(room: Room, store: Store) -> Library:
    """The first answer has two cases, of which the second helped two of three readers."""
    publish(store, case(ONE), case(TWO))
    for who in READERS:
        await room.say(who, ASK)
    for number, who in enumerate(READERS, 1):
        await room.press(who, "answer.case", f"{number}:2")
    await room.press(READERS[0], "answer.helpful", "1")
    return room.core.library


async def test_helpful_cases_are_relevant_and_a_person_has_one_vote(
    room: Room, store: Store
) -> None:
    library = await voted(room, store)
    await room.press(READERS[0], "answer.case", "1:2")
    asked = store.read(rated)
    # A vote for an answer with two cases says nothing about either.
    assert [question.votes for question in asked] == [{2: (1, 0)}] * 3
    table = judged(library, asked)
    assert (table["rated"], table["n"], table["enough"]) == (3, 3, False)
    for name in ("votes_off", "votes_on"):
        assert 0 < table[name]["ndcg@10"] <= 1
    # What others found helpful lifts the case, and by no more than its bound.
    assert table["votes_on"]["mrr@10"] >= table["votes_off"]["mrr@10"]
    assert BOUND < 0.1
    await room.say(READERS[0], "withdraw 1")
    assert [question.id for question in store.read(rated)] == [2, 3]


async def test_a_question_is_not_judged_with_its_own_votes(room: Room, store: Store) -> None:
    library = await voted(room, store)
    for number in (2, 3):
        await room.say(READERS[number - 1], f"withdraw {number}")
    table = judged(library, store.read(rated))
    assert table["n"] == 1
    assert table["votes_on"] == table["votes_off"]


async def test_a_case_that_is_gone_and_a_vote_against_are_no_answer(
    room: Room, store: Store
) -> None:
    library = await voted(room, store)
    asked = store.read(rated)
    asked[0].votes[2] = (1, 1)
    asked[1].votes.clear()
    asked[1].votes[99] = (5, 0)
    assert judged(library, asked)["n"] == 1
    assert judged(library, [])["votes_off"] == {}


async def test_the_command_says_when_there_are_too_few_and_shows_no_question(
    room: Room, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await voted(room, store)
    settings = Settings(_env_file=None, database_url=str(store.url))  # type: ignore[call-arg]
    monkeypatch.setattr("bot.cli.session.read_settings", lambda: settings)
    monkeypatch.setattr("bot.cli.session.load_encoder", lambda *_: HashEncoder())
    told = CliRunner().invoke(app, ["evaluate", "--ratings"])
    assert told.exit_code == 0, told.output
    assert "3 rated questions, 3 of them" in told.output
    assert f"too few to conclude anything: {FEWEST} are needed" in " ".join(told.output.split())
    assert "ndcg@10" in told.output
    as_json = CliRunner().invoke(app, ["evaluate", "--ratings", "--json"])
    assert '"votes_off"' in as_json.output
    assert "MARKER" not in told.output + as_json.output
    for wrong in (["evaluate"], ["evaluate", "folder", "--ratings"]):
        assert CliRunner().invoke(app, wrong).exit_code != 0

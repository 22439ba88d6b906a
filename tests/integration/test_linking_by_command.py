"""`crosswalk members link`: it asks once, says what becomes of whom, and cannot be undone."""

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.members import members
from knowledge.vocabulary import MemberStatus
from tests.support.community import admit, expert, person


@pytest.fixture
def two(store: Store, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    settings = Settings(_env_file=None, database_url=str(store.url))  # type: ignore[call-arg]
    monkeypatch.setattr("bot.cli.session.read_settings", lambda: settings)
    return (
        admit(store, expert("Ana Ruiz"), person("ana")),
        admit(store, expert("Ana R."), person("anar")),
    )


def listed(store: Store) -> set[int]:
    everybody = list(MemberStatus)
    return {each.id for each in store.read(lambda session: members.listed(session, everybody))}


def test_it_asks_before_two_people_become_one(store: Store, two: tuple[int, int]) -> None:
    numbers = [str(number) for number in two]
    for answer in ("n\n", "\n", ""):
        refused = CliRunner().invoke(app, ["members", "link", *numbers], input=answer)
        assert refused.exit_code != 0
        assert "cannot be undone" in refused.output
        assert "Ana R." in refused.output
        assert listed(store) == set(two)
    done = CliRunner().invoke(app, ["members", "link", *numbers], input="y\n")
    assert done.exit_code == 0, done.output
    assert len(listed(store)) == 1


def test_a_script_says_that_it_is_sure(store: Store, two: tuple[int, int]) -> None:
    done = CliRunner().invoke(app, ["members", "link", "--yes", *map(str, two)])
    assert done.exit_code == 0, done.output
    assert "Are they" not in done.output
    assert len(listed(store)) == 1

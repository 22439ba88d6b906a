"""What the doctor finds out about Slack, through the real SDK, and what it says it did not."""

from pathlib import Path

import pytest

from adapters.slack.adapter import SlackAdapter
from bot.contract import Checkable
from tests.support.fake_slack import FakeSlack
from tests.support.processes import crosswalk


def adapter(slack: FakeSlack, **facts: str) -> SlackAdapter:
    tokens = {"bot_token": slack.bot_token, "app_token": slack.app_token}
    return SlackAdapter(**(tokens | {"base_url": slack.base_url} | facts))  # type: ignore[arg-type]


async def found(slack: FakeSlack, **facts: str) -> tuple[list[str], list[str]]:
    asked = adapter(slack, **facts)
    assert isinstance(asked, Checkable)
    return await asked.check(), asked.advice()


async def test_good_tokens_are_fine_and_what_was_not_checked_is_said(slack: FakeSlack) -> None:
    problems, notes = await found(slack)
    assert problems == []
    assert any(note.startswith("not checked: the app's events") for note in notes)
    assert "the bot is crosswalk in the workspace City." in notes
    assert slack.count("auth.test") == slack.count("apps.connections.open") == 1
    # A connection of its own would take events from the bot that runs.
    assert slack.socket.accepted == 0


@pytest.mark.parametrize("token", ["bot_token", "app_token"])
async def test_a_token_that_slack_does_not_know_is_named(slack: FakeSlack, token: str) -> None:
    problems, _ = await found(slack, **{token: "xoxb-wrong"})
    assert [f"SLACK_{token.upper()} (invalid_auth)" in problem for problem in problems] == [True]


async def test_tokens_in_each_other_s_place_are_both_named(slack: FakeSlack) -> None:
    problems, _ = await found(slack, bot_token=slack.app_token, app_token=slack.bot_token)
    assert len(problems) == 2
    assert all("not_allowed_token_type" in problem for problem in problems)


async def test_no_app_token_is_a_problem_in_socket_mode_alone(slack: FakeSlack) -> None:
    problems, _ = await found(slack, app_token="")
    assert [problem.split(" ")[0] for problem in problems] == ["SLACK_APP_TOKEN"]
    problems, notes = await found(
        slack, app_token="", mode="http", signing_secret=slack.signing_secret
    )
    assert problems == []
    assert any(note.startswith("not checked: SLACK_SIGNING_SECRET") for note in notes)


async def test_scopes_that_are_needed_are_problems_and_those_that_help_are_notes(
    slack: FakeSlack,
) -> None:
    slack.scopes -= {"im:write", "reactions:write"}
    problems, notes = await found(slack)
    assert [problem for problem in problems if "im:write" in problem] == problems != []
    assert any("works less well without the scopes reactions:write" in note for note in notes)


async def test_two_tokens_of_two_apps_are_found_out(slack: FakeSlack) -> None:
    slack.app_token = "-".join(("xapp", "1", "A0OTHER", "1234567890123", "abcdef"))
    problems, _ = await found(slack)
    assert len(problems) == 1
    assert "of the app A0OTHER" in problems[0]
    slack.app_token = "-".join(("xapp", "of", "another", "shape"))
    problems, notes = await found(slack)
    assert problems == []
    assert "not checked: whether both tokens are of the same app." in notes


async def test_a_slack_that_is_away_is_no_wrong_token(slack: FakeSlack) -> None:
    await slack.go_away()
    problems, _ = await found(slack)
    assert all("Slack cannot be reached" in problem for problem in problems)


@pytest.mark.model
def test_an_installation_for_the_terminal_alone_is_no_error(tmp_path: Path) -> None:
    done = crosswalk("doctor", at=tmp_path)
    assert done.returncode == 0
    assert "platforms: none is set up, which crosswalk chat does not need." in done.stdout

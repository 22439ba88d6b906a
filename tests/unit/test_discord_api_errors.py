"""Every error of the calls that the bot makes is decided: it passes, or it is final."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord.api_errors import FINAL, PASSING, REFUSING_CLOSES, for_sender
from bot.contract import Later, Undeliverable

DOCUMENTED: dict[str, list[int]] = json.loads(
    (Path(__file__).parents[1] / "data" / "discord_error_codes.json").read_text(encoding="utf-8")
)
"""Every JSON error code of Discord's reference, read in its repository in 2026."""
TOKEN_REFUSED = 50014
"""It comes with the status 401, which tells the same of every call: the bot waits for a token."""


def refused(code: int, status: int) -> discord.HTTPException:
    """As discord.py raises it."""
    response = cast(Any, SimpleNamespace(status=status, reason="", headers={}))
    return discord.HTTPException(response, {"code": code, "message": "words"})


def test_every_documented_error_of_our_calls_is_decided_once() -> None:
    ours = set(DOCUMENTED["of calls that the bot makes"])
    assert ours - {TOKEN_REFUSED} == FINAL.keys() | PASSING.keys()
    assert not ours & set(DOCUMENTED["of other calls"])
    assert not FINAL.keys() & PASSING.keys()


@pytest.mark.parametrize("code", sorted(PASSING))
def test_what_passes_is_tried_again(code: int) -> None:
    meaning = for_sender(refused(code, 403))
    assert isinstance(meaning, Later)
    assert 0 < meaning.seconds <= 3600


@pytest.mark.parametrize("code", sorted(FINAL))
def test_what_is_final_says_why(code: int) -> None:
    meaning = for_sender(refused(code, 400))
    assert isinstance(meaning, Undeliverable)
    assert str(code) in meaning.reason
    assert meaning.reason.startswith(FINAL[code])


def test_an_unknown_refusal_is_final_and_logged_by_its_number() -> None:
    with capture_logs() as logged:
        meaning = for_sender(refused(999_999, 400))
    assert isinstance(meaning, Undeliverable)
    assert [entry["code"] for entry in logged] == [999_999]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failing_discord_is_tried_again_as_it_fails(status: int) -> None:
    error = refused(0, status)
    assert for_sender(error) is error


def test_a_refused_token_is_waited_for() -> None:
    error = refused(TOKEN_REFUSED, 401)
    assert for_sender(error) is error


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
def test_a_gateway_that_closes_for_good_is_not_tried_again(code: int) -> None:
    """Discord's reference says of these alone that reconnecting is of no use."""
    assert code in REFUSING_CLOSES

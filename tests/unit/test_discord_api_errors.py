"""Every error of the calls that the bot makes is decided: it passes, or it is final."""

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord.api_errors import FINAL, PASSING, for_sender
from bot.contract import Later, Undeliverable

OF_MESSAGES = {
    10003, 10008, 20009, 20016, 20022, 20028, 20029, 30015, 30046, 40004, 40005, 40058, 50001,
    50003, 50005, 50006, 50008, 50009, 50013, 50019, 50021, 50024, 50035, 50045, 50046, 50068,
    50083, 50110, 50146, 160002, 160005, 200000, 240000,
}  # fmt: skip
OF_PEOPLE = {10007, 10013, 40003, 40007, 50007, 50033, 50278}
OF_THREADS = {
    10087, 30033, 40061, 40066, 40067, 50024, 160004, 160006, 160007, 200001,
}  # fmt: skip
OF_INTERACTIONS = {10015, 10062, 40060, 40094, 50027}
OF_COMMANDS = {10002, 10063, 20012, 30032, 30034}
OF_EVERY_CALL = {
    10004, 20001, 20018, 20024, 40001, 40002, 40006, 40062, 40333, 50025, 50041, 50055, 50095,
    50109, 50178, 60003, 110001, 130000,
}  # fmt: skip
"""What Discord's reference says of sending, changing and reading messages, of opening direct
messages and threads, of interactions, of commands, and of any call."""


def refused(code: int, status: int) -> discord.HTTPException:
    """As discord.py raises it."""
    response = cast(Any, SimpleNamespace(status=status, reason="", headers={}))
    return discord.HTTPException(response, {"code": code, "message": "words"})


def test_every_documented_error_of_our_calls_is_decided_once() -> None:
    documented = (
        OF_MESSAGES | OF_PEOPLE | OF_THREADS | OF_INTERACTIONS | OF_COMMANDS | OF_EVERY_CALL
    )
    assert documented == FINAL.keys() | PASSING.keys()
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

"""Every error that Slack documents for the calls that deliver messages, and what each one means."""

import json
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from adapters.slack import api_errors
from bot.contract import Later, Refused, Undeliverable, Unexpected

DOCUMENTED: dict[str, list[str]] = json.loads(
    (Path(__file__).parents[1] / "data" / "slack_errors.json").read_text(encoding="utf-8")
)
"""By call, as Slack's reference listed them in May 2026, and what was seen besides."""
COMMON = "of every call"
AGAIN = """
    external_channel_migrating fatal_error internal_error message_limit_exceeded request_timeout
    service_unavailable streaming_state_conflict team_added_to_org update_failed
    file_update_failed list_record_comment_fetch_failed
"""
LIMITED = "ratelimited rate_limited"
WAITS = """
    app_access_restricted accesslimited account_inactive ekm_access_denied invalid_auth
    not_authed org_login_required team_access_not_granted token_expired token_revoked
    two_factor_setup_required
"""
EVERY = sorted(
    (call, word) for call in DOCUMENTED.keys() - {COMMON} for word in DOCUMENTED[call]
) + [(COMMON, word) for word in DOCUMENTED[COMMON]]


class Answer(dict[str, Any]):
    """As the SDK's errors carry it."""

    status_code = 200


def meaning(word: str) -> tuple[SlackApiError, Exception]:
    error = SlackApiError("x", Answer(error=word))  # type: ignore[no-untyped-call]
    return error, api_errors.for_sender(error)


@pytest.mark.parametrize(("call", "word"), EVERY)
def test_each_documented_error_is_decided(call: str, word: str) -> None:
    error, found = meaning(word)
    if word in api_errors.GONE:
        assert call == "chat.update" or word == "message_not_found"
    elif word in AGAIN.split():
        assert found is error
    elif word in LIMITED.split():
        assert isinstance(found, Later)
    elif word in WAITS.split():
        assert isinstance(found, Refused)
    else:
        assert isinstance(found, Undeliverable)
        assert word in found.reason


def test_no_word_stands_in_two_tables() -> None:
    tables = [api_errors.PASSING, set(api_errors.UNDELIVERABLE), set(api_errors.REFUSING)]
    assert sum(map(len, tables)) == len(set().union(*tables))


def test_what_is_no_word_of_slacks_passes_and_a_new_word_is_named() -> None:
    error, found = meaning("")
    assert found is error
    _, found = meaning("made_up_in_2027")
    assert isinstance(found, Unexpected)
    assert "made_up_in_2027" in found.reason
    _, found = meaning("Ana wrote: <hello>")
    assert isinstance(found, Unexpected)
    assert "Ana" not in found.reason


@pytest.mark.parametrize(
    ("word", "again"), [("ratelimited", True), ("token_revoked", True), ("internal_error", True),
                        ("file_uploads_disabled", False), ("malware_detected", False)]
)  # fmt: skip
def test_whether_a_file_that_was_refused_is_tried_again(word: str, again: bool) -> None:
    error, _ = meaning(word)
    assert api_errors.passes(error) is again

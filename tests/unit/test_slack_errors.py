"""Every error that Slack documents for the calls that deliver messages, and what each one means."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from adapters.slack import api_errors
from bot.contract import Later, Refused, Undeliverable, Unexpected

COMMON = """
    access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied
    enterprise_is_restricted fatal_error internal_error invalid_arg_name invalid_arguments
    invalid_array_arg invalid_auth invalid_charset invalid_form_data invalid_post_type
    method_deprecated missing_post_type missing_scope no_permission not_allowed_token_type
    not_authed org_login_required ratelimited request_timeout service_unavailable
    team_access_not_granted team_added_to_org token_expired token_revoked
    two_factor_setup_required
"""
CALLS = {
    "chat.postMessage": """
        as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message
        channel_not_found duplicate_channel_not_found duplicate_message_not_found invalid_blocks
        invalid_blocks_format invalid_metadata_format invalid_metadata_schema is_archived
        markdown_text_conflict message_limit_exceeded messages_tab_disabled
        metadata_must_be_sent_from_app metadata_too_large msg_blocks_too_long msg_too_long no_text
        not_in_channel rate_limited restricted_action restricted_action_non_threadable_channel
        restricted_action_read_only_channel restricted_action_thread_locked
        restricted_action_thread_only_channel slack_connect_canvas_sharing_blocked
        slack_connect_clip_sharing_blocked slack_connect_file_link_sharing_blocked
        slack_connect_file_upload_sharing_blocked slack_connect_lists_sharing_blocked
        team_not_found too_many_attachments too_many_contact_cards
    """,
    "chat.update": """
        block_mismatch cant_broadcast_message channel_not_found external_channel_migrating
        invalid_attachments invalid_blocks invalid_metadata_format is_inactive
        metadata_too_large msg_too_long no_dual_broadcast_content_update no_text not_in_channel
        streaming_state_conflict too_many_attachments update_failed
    """,
    "chat.delete": """
        cant_delete_message channel_not_found compliance_exports_prevent_deletion rate_limited
    """,
    "conversations.open": """
        channel_not_found invalid_user_combination method_not_supported_for_channel_type
        not_enough_users too_many_users unsupported_team_type user_disabled user_not_found
        user_not_visible users_list_not_supplied cannot_dm_bot user_is_restricted
    """,
    "conversations.history": """
        channel_not_found channel_type_not_supported invalid_cursor invalid_limit
        invalid_metadata_keys invalid_ts_latest invalid_ts_oldest not_in_channel
    """,
    "conversations.replies": "channel_not_found invalid_cursor thread_not_found not_in_channel",
}
AGAIN = """
    external_channel_migrating fatal_error internal_error message_limit_exceeded request_timeout
    service_unavailable streaming_state_conflict team_added_to_org update_failed
"""
LIMITED = "ratelimited rate_limited"
WAITS = """
    accesslimited account_inactive ekm_access_denied invalid_auth not_authed org_login_required
    team_access_not_granted token_expired token_revoked two_factor_setup_required
"""
EVERY = sorted({(call, word) for call, words in CALLS.items() for word in (words + COMMON).split()})


class Answer(dict[str, Any]):
    """As the SDK's errors carry it."""

    status_code = 200


def meaning(word: str) -> tuple[SlackApiError, Exception]:
    error = SlackApiError("x", Answer(error=word))  # type: ignore[no-untyped-call]
    return error, api_errors.for_sender(error)


@pytest.mark.parametrize(("call", "word"), EVERY)
def test_each_documented_error_is_decided(call: str, word: str) -> None:
    error, found = meaning(word)
    if word in AGAIN.split():
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

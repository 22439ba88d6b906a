"""Pure: what Slack's error words mean for an operator, a steward and the next try."""

import re
from collections.abc import Mapping

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.contract import Later, Refused, Undeliverable, Unexpected
from bot.contract.adapter_kit import retry_after

FAILURES = (SlackClientError, ClientError, TimeoutError, OSError)
"""What a call to Slack can raise when Slack or the way to it fails."""

REFUSING: Mapping[str, str] = {
    "invalid_auth": "Slack does not accept the token.",
    "not_authed": "Slack did not get a token.",
    "token_revoked": "The token was revoked.",
    "token_expired": "The token has expired.",
    "account_inactive": "The app was removed from the workspace, or its account was closed.",
    "missing_scope": "The app lacks a scope that it needs.",
    "not_allowed_token_type": "This is not the sort of token that is needed here.",
    "no_permission": "The app lacks a permission that it needs.",
    "org_login_required": "The organisation is being moved, and its tokens rest.",
    "team_access_not_granted": "The app is not allowed in this workspace.",
    "ekm_access_denied": "The organisation's administrators suspended access.",
    "invalid_app_id": "Slack does not know this app.",
    "socket_mode_not_enabled": "Socket Mode is off in the app's settings.",
    "accesslimited": "Slack may not be used from this network.",
    "two_factor_setup_required": "The organisation requires two-factor sign-in to be set up.",
    "app_access_restricted": "The organisation restricts the app.",
}
FOR_NOW = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "org_login_required",
        "team_access_not_granted",
        "ekm_access_denied",
        "accesslimited",
        "two_factor_setup_required",
        "app_access_restricted",
    }
)
"""An operator or administrator can put these right: messages wait for it."""
NEEDED = ("app_mentions:read", "chat:write", "commands", "im:history", "im:write", "users:read")
"""Without these nothing works; the manifest has a few more, each with its reason in the docs."""
_FORM = "Slack refuses the message's form."
_FILES = "Slack takes no such file here."
_OLD = "Slack no longer offers what this version of Crosswalk uses: update it."
UNDELIVERABLE: Mapping[str, str] = {
    "channel_not_found": "There is no such conversation, or the bot is not in it.",
    "is_archived": "The channel is archived.",
    "not_in_channel": "The bot is not in the channel: a member has to invite it.",
    "cannot_dm_bot": "This account is a bot and takes no messages.",
    "user_not_found": "Slack does not know this person any more.",
    "user_disabled": "This person's account is closed.",
    "user_not_visible": "The bot may not see this person.",
    "users_not_found": "Slack does not know this person any more.",
    "user_is_bot": "This account is a bot and takes no messages.",
    "user_is_restricted": "This guest may not talk with the bot.",
    "is_inactive": "The conversation is closed.",
    "restricted_action": "A setting of the workspace forbids the bot to write here.",
    "restricted_action_read_only_channel": "The channel is read-only.",
    "restricted_action_thread_only_channel": "Only replies in threads are allowed here.",
    "restricted_action_non_threadable_channel": "No threads are allowed here.",
    "restricted_action_thread_locked": "The thread is locked.",
    "messages_tab_disabled": "The bot's Messages tab is off in the app's settings.",
    "thread_not_found": "The thread was deleted.",
    "cannot_reply_to_message": "Nobody can reply to this message.",
    "as_user_not_supported": "The token cannot write messages.",
    "not_enough_users": "There is nobody to open a group with.",
    "too_many_users": "A group message holds nine people at most.",
    "users_list_not_supplied": "There is nobody to open a group with.",
    "method_not_supported_for_channel_type": "This sort of conversation cannot be opened.",
    "no_text": "There was nothing to say.",
    "msg_too_long": "The message is too long.",
    "metadata_too_large": "The message is too large.",
    "invalid_metadata_format": _FORM,
    "invalid_blocks": _FORM,
    "invalid_blocks_format": _FORM,
    "msg_blocks_too_long": _FORM,
    "slack_connect_file_upload_sharing_blocked": "The other organisation blocks this.",
    "team_not_found": "Slack does not know this workspace.",
    "invalid_user_combination": "These people's organisations share no channel.",
    "access_denied": "Slack forbids it here.",
    "enterprise_is_restricted": "The organisation's administrators forbid it.",
    "unsupported_team_type": "This sort of workspace cannot do it.",
    "cannot_message_externally": "This person takes no messages from other organisations.",
    "user_not_in_channel": "This person is not in the channel.",
    "restricted_action_thread_replies": "No replies are allowed here.",
    "slack_connect_canvas_sharing_blocked": "The other organisation blocks this.",
    "slack_connect_clip_sharing_blocked": "The other organisation blocks this.",
    "slack_connect_file_link_sharing_blocked": "The other organisation blocks this.",
    "slack_connect_lists_sharing_blocked": "The other organisation blocks this.",
    "channel_type_not_supported": "This sort of conversation cannot be read.",
    "cant_delete_message": "The bot may not remove this message.",
    "compliance_exports_prevent_deletion": "The workspace's archiving forbids to remove messages.",
    "cant_broadcast_message": "This message cannot be shown outside its thread.",
    "no_dual_broadcast_content_update": "This message cannot be changed in both places.",
    "block_mismatch": "The message cannot be changed into this form.",
    "duplicate_channel_not_found": _FORM,
    "duplicate_message_not_found": _FORM,
    "invalid_attachments": _FORM,
    "attachment_payload_limit_exceeded": _FORM,
    "too_many_attachments": _FORM,
    "too_many_contact_cards": _FORM,
    "markdown_text_conflict": _FORM,
    "invalid_metadata_schema": _FORM,
    "invalid_metadata_keys": _FORM,
    "metadata_must_be_sent_from_app": _FORM,
    "invalid_arguments": _FORM,
    "invalid_arg_name": _FORM,
    "invalid_array_arg": _FORM,
    "invalid_charset": _FORM,
    "invalid_form_data": _FORM,
    "invalid_json": _FORM,
    "json_not_object": _FORM,
    "invalid_post_type": _FORM,
    "missing_post_type": _FORM,
    "missing_argument": _FORM,
    "missing_charset": _FORM,
    "superfluous_charset": _FORM,
    "invalid_cursor": _FORM,
    "invalid_limit": _FORM,
    "invalid_ts_latest": _FORM,
    "invalid_ts_oldest": _FORM,
    "invalid_metadata_filter_keys": _FORM,
    "missing_file_data": _FORM,
    "draft_already_deleted": _FORM,
    "draft_already_sent": _FORM,
    "draft_has_conflict": _FORM,
    "draft_not_found": _FORM,
    "channel_is_limited_access": "The bot has no access to this channel.",
    "send_on_behalf_not_allowed": "The bot may not write for somebody else.",
    "agent_prompt_display_not_allowed": "The bot may not show this here.",
    "posting_to_channel_denied": _FILES,
    "blocked_file_type": _FILES,
    "slack_connect_blocked_file_type": _FILES,
    "file_deleted": _FILES,
    "file_is_deleted": _FILES,
    "file_not_found": _FILES,
    "file_share_limit_reached": _FILES,
    "max_file_sharing_exceeded": _FILES,
    "unable_to_share_files": _FILES,
    "file_type_not_allowed": _FILES,
    "file_uploads_disabled": _FILES,
    "file_uploads_except_images_disabled": _FILES,
    "file_upload_size_restricted": _FILES,
    "storage_limit_reached": _FILES,
    "snippet_too_large": _FILES,
    "unknown_snippet_type": _FILES,
    "unknown_subtype": _FILES,
    "alt_txt_too_large": _FILES,
    "channels_limit_exceeded": _FILES,
    "invalid_channel": _FILES,
    "deprecated_endpoint": _OLD,
    "method_deprecated": _OLD,
    "unknown_method": _OLD,
    "upgrade_required": _OLD,
}
PASSING = frozenset(
    {
        "internal_error",
        "fatal_error",
        "server_error",
        "service_unavailable",
        "request_timeout",
        "update_failed",
        "file_update_failed",
        "list_record_comment_fetch_failed",
        "message_limit_exceeded",
        "external_channel_migrating",
        "team_added_to_org",
        "streaming_state_conflict",
    }
)
"""Trouble of Slack's own, a migration, or too much at once: it passes."""
NO_ROOM = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "channel_is_limited_access",
    }
)
"""What a room is refused with that was deleted or closed, or that the bot is not in any more."""
TOO_MUCH = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""What a message that nobody can change any more is refused with."""
EXPIRED = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})


def word(error: SlackApiError) -> str:
    """Slack's own word for what went wrong; empty where it gave none."""
    answer = error.response
    data = answer if isinstance(answer, dict) else getattr(answer, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def needed(error: SlackApiError) -> str:
    """The scope that Slack says is missing; empty where it names none."""
    answer = error.response
    data = answer if isinstance(answer, dict) else getattr(answer, "data", None)
    return str(data.get("needed", "")) if isinstance(data, dict) else ""


def refusal(error: SlackApiError, setting: str) -> str:
    """One sentence for the operator when a token or scope is refused; empty when it is not."""
    what = word(error)
    if what not in REFUSING:
        return ""
    scope = f" It is {needed(error)}." if needed(error) else ""
    return (
        f"Slack refused {setting} ({what}). {REFUSING[what]}{scope} Check the token and the "
        "scopes as docs/operate-slack.md shows."
    )


def refuses_us(error: SlackApiError) -> bool:
    """Whether Slack refuses the token or a scope without which nothing works."""
    what = word(error)
    return what in FOR_NOW or (what == "missing_scope" and needed(error) in NEEDED)


def for_sender(error: SlackApiError) -> Exception:
    """What a failed post means: wait, wait for the token, give up with a reason, or try again.

    The last is the error itself. A word that stands in no table here is tried a few times.
    """
    what = word(error)
    status = getattr(error.response, "status_code", None)
    if status == 429 or what in ("ratelimited", "rate_limited"):
        return Later(retry_after(getattr(error.response, "headers", {})))
    if refuses_us(error):
        return Refused(refusal(error, "SLACK_BOT_TOKEN"))
    reason = UNDELIVERABLE.get(what) or REFUSING.get(what)
    if reason:
        return Undeliverable(f"{reason} ({what})", gone=what in NO_ROOM)
    if what in PASSING or not what:
        return error
    return Unexpected(f"Slack answered with a word that is not known here: {_shown(what)}.")


def passes(error: SlackApiError) -> bool:
    """Whether trying again may help: Slack's own trouble, a limit, or a token that is refused."""
    meaning = for_sender(error)
    return meaning is error or isinstance(meaning, Later | Refused)


def _shown(what: str) -> str:
    """Slack's words are short and plain; whatever else comes is not repeated in a log."""
    return what if re.fullmatch(r"[a-z0-9_]{1,60}", what) else "one that is none of Slack's"

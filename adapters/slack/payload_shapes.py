"""Pure: whether a payload has the shape that Slack documents, as far as anything here reads it."""

from collections.abc import Mapping
from typing import Any

Shape = type | tuple[type, ...] | dict[str, Any] | list[Any]
"""A type, a list of one shape, or fields; a field whose name ends in `?` may be missing."""

_PERSON: Shape = {"id": str, "name?": str, "username?": str, "team_id?": str}
_TEAM: Shape = {"id": str}
_MESSAGE: dict[str, Any] = {
    "ts": str,
    "text?": str,
    "user?": str,
    "username?": str,
    "bot_id?": str,
    "thread_ts?": str,
    "parent_user_id?": str,
    "edited?": {"ts?": str},
    "files?": [{"name?": str, "title?": str}],
}
_VIEW: dict[str, Any] = {
    "id": str,
    "type?": str,
    "hash?": str,
    "callback_id?": str,
    "private_metadata?": str,
    "blocks?": [{"type?": str, "block_id?": str}],
}
_CHOICE: Shape = {"value": str}
_INTERACTION: dict[str, Any] = {
    "user": _PERSON,
    "team?": _TEAM,
    "trigger_id?": str,
    "response_url?": str,
    "action_ts?": str,
    "channel?": {"id": str},
    "message?": _MESSAGE,
    "view?": _VIEW,
    "container?": {"message_ts?": str, "channel_id?": str, "thread_ts?": str},
}
_WRITTEN: Shape = {
    **_MESSAGE,
    "channel": str,
    "subtype?": str,
    "channel_type?": str,
    "event_ts?": str,
    "message?": _MESSAGE,
    "previous_message?": _MESSAGE,
}
INTERACTIONS: Mapping[str, Shape] = {
    "block_actions": {
        **_INTERACTION,
        "actions": [
            {"action_id": str, "value?": str, "action_ts?": str, "selected_option?": _CHOICE}
        ],
    },
    "view_submission": {**_INTERACTION, "view": {**_VIEW, "blocks": list, "state": dict}},
    "view_closed": {**_INTERACTION, "view": _VIEW},
    "shortcut": {**_INTERACTION, "callback_id": str},
    "message_action": {**_INTERACTION, "callback_id": str, "message": _MESSAGE},
}
EVENTS: Mapping[str, Shape] = {
    "message": _WRITTEN,
    "app_mention": _WRITTEN,
    "app_home_opened": {"user": str, "tab?": str},
    "user_change": {"user": {"id": str, "name?": str, "profile?": dict}},
}
ABOUT: Mapping[str, tuple[str, ...]] = {
    "message_changed": ("message", "previous_message"),
    "message_deleted": ("previous_message",),
}
"""What an event about another message holds."""
_EVENT: Shape = {"type": str, "channel?": (str, dict), "user?": (str, dict), "event_ts?": str}
_LETTER: Shape = {"event": _EVENT, "event_id?": str, "team_id?": str, "authorizations?": [dict]}
_COMMAND: Shape = {"command": str, "user_id": str, "trigger_id": str}
_FILLED: Shape = {"value?": str, "selected_option?": _CHOICE, "selected_options?": [_CHOICE]}


def well_formed(payload: Mapping[str, Any]) -> bool:
    """Whether a payload can be worked on: an event, an interaction, or a slash command."""
    kind = payload.get("type")
    if kind == "event_callback":
        return fits(payload, _LETTER) and _told(payload["event"])
    if kind in ("url_verification", "app_rate_limited"):
        return True
    if "command" in payload and kind is None:
        return fits(payload, _COMMAND)
    # What is none of ours is let through: bolt says that nobody listens.
    return isinstance(kind, str) and (kind not in INTERACTIONS or _interaction(kind, payload))


def fits(found: Any, shape: Shape) -> bool:
    """Whether a value has a shape; None stands for a field that is missing."""
    if isinstance(shape, list):
        return isinstance(found, list) and all(fits(each, shape[0]) for each in found)
    if not isinstance(shape, dict):
        return isinstance(found, shape)
    if not isinstance(found, dict):
        return False
    for name, inner in shape.items():
        value = found.get(name.removesuffix("?"))
        if value is None and name.endswith("?"):
            continue
        if not fits(value, inner):
            return False
    return True


def _interaction(kind: str, payload: Mapping[str, Any]) -> bool:
    if not fits(payload, INTERACTIONS[kind]):
        return False
    if kind == "block_actions":
        return bool(payload["actions"])
    return kind != "view_submission" or _form(payload["view"])


def _told(event: Mapping[str, Any]) -> bool:
    shape = EVENTS.get(event["type"])
    if shape is None:
        channel = event.get("channel")
        return not isinstance(channel, dict) or fits(channel, {"id": str, "name?": str})
    about = ABOUT.get(str(event.get("subtype")), ()) if event["type"] == "message" else ()
    return fits(event, shape) and all(event.get(name) for name in about)


def _form(view: Mapping[str, Any]) -> bool:
    """Fields by name, what was put into each by its action."""
    values = view["state"].get("values")
    if not isinstance(values, dict) or not fits(view["blocks"], [dict]):
        return False
    fields = list(values.values())
    return all(isinstance(field, dict) for field in fields) and all(
        fits(element, _FILLED) for field in fields for element in field.values()
    )

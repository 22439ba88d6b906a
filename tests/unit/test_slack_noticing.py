"""What Slack tells about rooms and people, as notices; and that the manifest asks to be told."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.errors import SlackApiError

from adapters.slack import api_errors, platform_events
from adapters.slack.inbound import ASK, ASK_FORM, SAVE, Identity, Room
from adapters.slack.inbound import message as heard
from bot.contract import (
    Later,
    Person,
    PlaceKind,
    PlatformEvent,
    PlatformEventKind,
    Refused,
    Undeliverable,
)

BOT = Identity("T1", "UBOT", "B1")
MANIFEST = Path(platform_events.__file__).parent / "manifest.yaml"


def notice(kind: str, **facts: Any) -> PlatformEvent | None:
    event = {"type": kind, "event_ts": "1700000000.000100", **facts}
    return platform_events.noticed(
        {"event_id": "Ev1", "event_time": 1_700_000_000, "event": event}, BOT
    )


@pytest.mark.parametrize(
    ("kind", "channel", "meaning"),
    [
        ("channel_left", "C1", PlatformEventKind.ROOM_LEFT),
        ("group_left", "C1", PlatformEventKind.ROOM_LEFT),
        ("channel_rename", {"id": "C1", "name": "data"}, PlatformEventKind.ROOM_RENAMED),
        ("group_rename", {"id": "C1", "name": "data"}, PlatformEventKind.ROOM_RENAMED),
        ("channel_archive", "C1", PlatformEventKind.ROOM_ARCHIVED),
        ("group_archive", "C1", PlatformEventKind.ROOM_ARCHIVED),
        ("channel_unarchive", "C1", PlatformEventKind.ROOM_RESTORED),
        ("group_unarchive", "C1", PlatformEventKind.ROOM_RESTORED),
        ("channel_deleted", "C1", PlatformEventKind.ROOM_DELETED),
        ("group_deleted", "C1", PlatformEventKind.ROOM_DELETED),
    ],
)
def test_what_happens_to_a_room(kind: str, channel: Any, meaning: PlatformEventKind) -> None:
    found = notice(kind, channel=channel, user="U1")
    assert found is not None
    assert (found.kind, found.place.channel, found.place.kind) == (
        meaning,
        "C1",
        PlaceKind.CHANNEL,
    )
    assert found.name == ("data" if isinstance(channel, dict) else "")
    assert found.at == pytest.approx(1_700_000_000.0001)
    assert found.event_id == "notice:T1:Ev1"


def test_a_room_that_gets_another_id() -> None:
    found = notice("channel_id_changed", old_channel_id="G1", new_channel_id="C2")
    assert found is not None
    assert (found.kind, found.place.channel) == (PlatformEventKind.ROOM_MOVED, "G1")
    assert found.moved_to == "C2"


def test_only_the_bots_own_coming_and_going_counts() -> None:
    came = notice("member_joined_channel", channel="C1", user="UBOT")
    went = notice("member_left_channel", channel="C1", user="UBOT")
    assert came is not None
    assert went is not None
    assert (came.kind, went.kind) == (PlatformEventKind.ROOM_JOINED, PlatformEventKind.ROOM_LEFT)
    assert notice("member_joined_channel", channel="C1", user="U1") is None
    assert notice("member_left_channel", channel="C1", user="U1") is None


def test_a_person_who_changed_or_left() -> None:
    user = {
        "id": "U1",
        "name": "ana",
        "tz": "America/Lima",
        "profile": {"display_name": "", "real_name": "Ana Ruiz"},
    }
    found = notice("user_change", user=user)
    assert found is not None
    assert found.kind is PlatformEventKind.PERSON_CHANGED
    # Without a locale in the event the one that is known stays.
    assert found.person == Person("slack", "T1", "U1", "Ana Ruiz", "", "America/Lima")
    gone = notice("user_change", user={"id": "U1", "deleted": True})
    assert gone is not None
    assert gone.kind is PlatformEventKind.PERSON_LEFT


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("user_change", {"user": "U1"}),
        ("user_change", {"user": {}}),
        ("channel_archive", {}),
        ("channel_archive", {"channel": None}),
        ("channel_rename", {"channel": {}}),
        ("channel_id_changed", {"old_channel_id": "G1"}),
        ("team_join", {"user": {"id": "U1"}}),
    ],
)
def test_what_is_none_of_ours_is_passed_over(kind: str, facts: dict[str, Any]) -> None:
    assert notice(kind, **facts) is None


def test_the_manifest_asks_for_what_the_adapter_understands() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert events >= platform_events.TOLD
    shortcuts = {shortcut["callback_id"] for shortcut in manifest["features"]["shortcuts"]}
    assert shortcuts == {ASK, SAVE, ASK_FORM}
    assert set(api_errors.NEEDED) <= set(manifest["oauth_config"]["scopes"]["bot"])


def test_a_thread_in_a_group_of_people_is_no_channel() -> None:
    event = {"channel": "G1", "ts": "2.0", "thread_ts": "1.0", "text": "<@UBOT> x", "user": "U1"}
    person = Person("slack", "T1", "U1", "Ana")
    found = heard(event, person, BOT, Room(group=True))
    assert (found.place.kind, found.place.thread) == (PlaceKind.GROUP, "1.0")


class Answer(dict[str, Any]):
    """As the SDK's errors carry it."""

    status_code = 200


@pytest.mark.parametrize(
    ("facts", "meaning"),
    [
        ({"error": "token_revoked"}, Refused),
        ({"error": "invalid_auth"}, Refused),
        ({"error": "account_inactive"}, Refused),
        ({"error": "missing_scope", "needed": "chat:write"}, Refused),
        # Only a look into a channel's past needs it: in doubt, it is given up.
        ({"error": "missing_scope", "needed": "channels:history"}, Undeliverable),
        ({"error": "is_archived"}, Undeliverable),
        ({"error": "ratelimited"}, Later),
    ],
)
def test_a_refused_token_makes_messages_wait(facts: dict[str, Any], meaning: type) -> None:
    error = SlackApiError("x", Answer(facts))  # type: ignore[no-untyped-call]
    assert type(api_errors.for_sender(error)) is meaning


def test_what_nobody_knows_is_tried_again() -> None:
    error = SlackApiError("x", Answer({"error": "internal_error"}))  # type: ignore[no-untyped-call]
    assert api_errors.for_sender(error) is error

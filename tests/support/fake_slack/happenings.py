"""What happens in a workspace to rooms and people, told to the app as Slack tells it.

The payloads are those of docs.slack.dev/reference/events: `channel` is an id, and an object with
id and name after a renaming; `user_change` carries the whole person, and of somebody deactivated
no time zone.
"""

from __future__ import annotations

from typing import Any

from tests.support.fake_slack.deliveries import Delivery, Post
from tests.support.fake_slack.limits import Json
from tests.support.fake_slack.workspace import BOT, TEAM, Channel, Workspace


class Happenings:
    """Whoever administers the workspace."""

    def __init__(self, workspace: Workspace, post: Post) -> None:
        self._space = workspace
        self._post = post

    def invite_bot(self, channel: Channel) -> Delivery:
        """Take the bot into a room."""
        self._space.add_channel(channel)
        channel.members.add(BOT)
        return self._tell(channel, "member_joined_channel", user=BOT, team=TEAM, inviter="U0ADMIN")

    def join(self, channel: Channel, user: str) -> Delivery:
        """Somebody else comes in, which the bot is told as well."""
        channel.members.add(user)
        return self._tell(channel, "member_joined_channel", user=user, team=TEAM)

    def remove_bot(self, channel: Channel) -> Delivery:
        """Take the bot out of a room."""
        channel.members.discard(BOT)
        kind = "group_left" if channel.private else "channel_left"
        return self._tell(channel, kind, actor_id="U0ADMIN")

    def rename(self, channel: Channel, name: str) -> Delivery:
        """Give a room another name."""
        channel.name = name
        kind = "group_rename" if channel.private else "channel_rename"
        named = {"id": channel.id, "name": name, "created": 1}
        return self._event({"type": kind, "channel": named})

    def archive(self, channel: Channel) -> Delivery:
        """Close a room, which can be read on."""
        channel.archived = True
        return self._tell(channel, _kind(channel, "archive"), user="U0ADMIN")

    def restore(self, channel: Channel) -> Delivery:
        """Open it again."""
        channel.archived = False
        return self._tell(channel, _kind(channel, "unarchive"), user="U0ADMIN")

    def move(self, channel: Channel, new: str) -> Delivery:
        """Give a room another id, as when it is shared with another organisation."""
        old = channel.id
        del self._space.channels[old]
        channel.id, channel.shared = new, True
        self._space.channels[new] = channel
        return self._event(
            {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": new}
        )

    def delete(self, channel: Channel) -> Delivery:
        """Remove a room with all that was said in it."""
        del self._space.channels[channel.id]
        return self._event({"type": _kind(channel, "deleted"), "channel": channel.id})

    def deactivate(self, user_id: str) -> Delivery:
        """Close somebody's account."""
        user = self._space.users[user_id]
        user["deleted"] = True
        left_out = {"tz", "tz_offset", "locale", "is_admin"}
        return self._changed({key: value for key, value in user.items() if key not in left_out})

    def change(self, user_id: str, **facts: Any) -> Delivery:
        """Change what is known of somebody, or (`deleted=False`) let them come back."""
        user = self._space.users[user_id]
        user.update(facts)
        if "name" in facts:
            user["profile"] = {"display_name": facts["name"], "real_name": facts["name"].title()}
        return self._changed(user)

    def _changed(self, user: Json) -> Delivery:
        return self._event({"type": "user_change", "user": user, "cache_ts": 1})

    def _tell(self, channel: Channel, kind: str, **facts: str) -> Delivery:
        letter = {"channel_type": "G" if channel.private else "C"} if "member" in kind else {}
        return self._event({"type": kind, "channel": channel.id, **letter, **facts})

    def _event(self, event: Json) -> Delivery:
        return self._post.tell({**event, "event_ts": self._space.ts()})


def _kind(channel: Channel, what: str) -> str:
    return f"{'group' if channel.private else 'channel'}_{what}"

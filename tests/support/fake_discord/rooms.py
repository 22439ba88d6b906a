"""Channels, threads and conversations, and how Discord describes them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.support.fake_discord.limits import Json, Refusal

BOT, GUILD, EVERYONE, OWNER = (
    "300000000000000003", "200000000000000002", "200000000000000002", "390000000000000009",
)  # fmt: skip
BOT_ROLE, ADMIN_ROLE = "210000000000000021", "220000000000000022"
TEXT_CHANNEL, DIRECT, NEWS, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 0, 1, 5, 11, 12, 15
THREADS = {PUBLIC_THREAD, PRIVATE_THREAD}

VIEW, SEND, HISTORY, SEND_IN_THREADS = 1 << 10, 1 << 11, 1 << 16, 1 << 38
PUBLIC_THREADS, PRIVATE_THREADS, MANAGE_THREADS = 1 << 35, 1 << 36, 1 << 34
MANAGE_GUILD, EMBED, FILES, REACT, COMMANDS = 1 << 5, 1 << 14, 1 << 15, 1 << 6, 1 << 31
EVERYBODY = (
    VIEW | SEND | HISTORY | SEND_IN_THREADS | PUBLIC_THREADS | PRIVATE_THREADS | EMBED | FILES
    | REACT | COMMANDS
)  # fmt: skip


@dataclass
class Channel:
    """A room and what was said in it, oldest first. `denied`: bits that the bot lacks there."""

    id: str
    kind: int
    name: str = ""
    parent: Channel | None = None
    people: set[str] = field(default_factory=set)
    owner: str = OWNER
    tags: dict[str, str] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    denied: int = 0
    closed: bool = False
    created: str = ""
    messages: list[Json] = field(default_factory=list)

    @property
    def direct(self) -> bool:
        """Whether it is the conversation of one person with the bot."""
        return self.kind == DIRECT

    @property
    def thread(self) -> bool:
        """Whether it is a thread; a forum post is one, too."""
        return self.kind in THREADS

    def find(self, message_id: str) -> Json:
        """The message of that id."""
        for message in self.messages:
            if message["id"] == message_id:
                return message
        raise Refusal(404, 10008, "Unknown Message", message_id)

    def lacks(self, bits: int) -> bool:
        """Whether the bot lacks one of these here."""
        above = self.parent.denied if self.parent else 0
        return bool((self.denied | above) & bits)

    def facts(self, users: dict[str, Json]) -> Json:
        """As the API and the gateway tell it."""
        last = self.messages[-1]["id"] if self.messages else None
        if self.direct:
            (person,) = self.people - {BOT}
            return {
                "id": self.id,
                "type": DIRECT,
                "last_message_id": last,
                "flags": 0,
                "recipients": [users[person]],
            }
        about: Json = {
            "id": self.id,
            "type": self.kind,
            "guild_id": GUILD,
            "name": self.name,
            "last_message_id": last,
            "rate_limit_per_user": 0,
            "flags": 0,
        }
        return about | (self._as_thread() if self.thread else self._as_channel())

    def _as_channel(self) -> Json:
        overwrite = {"id": BOT, "type": 1, "allow": "0", "deny": str(self.denied)}
        about: Json = {
            "position": 0,
            "topic": None,
            "nsfw": False,
            "parent_id": None,
            "permission_overwrites": [overwrite] if self.denied else [],
            "default_auto_archive_duration": 4320,
        }
        if self.kind == FORUM:
            about |= {
                "available_tags": [
                    {
                        "id": tag_id,
                        "name": name,
                        "moderated": False,
                        "emoji_id": None,
                        "emoji_name": None,
                    }
                    for tag_id, name in self.tags.items()
                ],
                "default_reaction_emoji": None,
                "default_sort_order": None,
                "default_forum_layout": 0,
                "template": "",
            }
        return about

    def _as_thread(self) -> Json:
        if self.parent is None:
            raise RuntimeError("a thread has a parent")
        inside: Json = {
            "parent_id": self.parent.id,
            "owner_id": self.owner,
            "message_count": len(self.messages),
            "member_count": len(self.people),
            "total_message_sent": len(self.messages),
            "applied_tags": list(self.applied),
            "thread_metadata": {
                "archived": self.archived,
                "archive_timestamp": self.created,
                "auto_archive_duration": 4320,
                "locked": self.locked,
                "create_timestamp": self.created,
                **({"invitable": False} if self.kind == PRIVATE_THREAD else {}),
            },
        }
        if BOT in self.people:
            inside["member"] = {
                "id": self.id,
                "user_id": BOT,
                "join_timestamp": self.created,
                "flags": 1,
            }
        return inside


def role(role_id: str, name: str, bits: int) -> Json:
    """A role as the API tells it."""
    return {
        "id": role_id,
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 0 if role_id == EVERYONE else 1,
        "permissions": str(bits),
        "managed": role_id == BOT_ROLE,
        **({"tags": {"bot_id": BOT}} if role_id == BOT_ROLE else {}),
        "mentionable": False,
        "flags": 0,
    }

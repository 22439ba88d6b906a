"""What tests look for in a fake Discord."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.support.fake_discord.interactions import of
from tests.support.fake_discord.limits import BUTTON, Json, parts, texts
from tests.support.fake_discord.member import Member
from tests.support.fake_discord.rooms import BOT, Channel
from tests.support.fake_discord.server import FakeDiscord
from tests.support.fake_discord.world import Shown
from tests.support.fake_slack.reading import ASKED, READ, TITLE, SlowEncoder, questions

SPEAKING = {"message.create", "message.edit", "webhook.create", "webhook.edit"}


def said(message: Json | Shown) -> str:
    """Every word of a message."""
    whole = of(message)
    return "\n".join(filter(None, [str(whole["content"]), *texts(whole["components"])]))


def answers(messages: Sequence[Json | Shown]) -> list[Json | Shown]:
    """Those that show the case."""
    return [each for each in messages if TITLE in said(each)]


def there(channel: Channel) -> list[Json]:
    """The bot's answers in a room."""
    own = [message for message in channel.messages if message["author"]["id"] == BOT]
    return [message for message in own if TITLE in said(message)]


def kept(person: Member) -> list[Json]:
    """The answers that stay in a person's conversation with the bot."""
    return there(person.direct)


def labels(message: Json | Shown) -> list[str]:
    """What can be pressed."""
    return [p["label"] for p in parts(of(message)["components"]) if p["type"] == BUTTON]


def pings(discord: FakeDiscord) -> Iterator[Json]:
    """Bodies that the bot sent and that could ping somebody."""
    for call in discord.calls:
        if call.name in SPEAKING:
            body = call.body
        elif call.name == "interaction.callback" and call.body["type"] in {4, 7}:
            body = call.body.get("data") or {}
        else:
            continue
        allowed = body.get("allowed_mentions") or {"parse": ["everyone"]}
        if any(allowed.get(key) for key in ("parse", "users", "roles", "replied_user")):
            yield body


__all__ = [
    "ASKED", "READ", "TITLE", "SlowEncoder", "answers", "kept", "labels", "pings", "questions",
    "said", "there",
]  # fmt: skip

"""Pure: where an act came from, so that its reply can be shown there, forms in between too."""

import json
from dataclasses import dataclass
from typing import Any

METADATA = 3_000


@dataclass(frozen=True, slots=True)
class Origin:
    """A room (none for the home page) and the address that Slack gave to answer by."""

    channel: str = ""
    thread: str = ""
    response_url: str = ""

    @property
    def direct(self) -> bool:
        """Whether this is the conversation of one person with the bot, or its home page."""
        return not self.channel or self.channel.startswith("D")


@dataclass(frozen=True, slots=True)
class Carried:
    """What a view carries: the form's action and subject, and the act's origin."""

    action: str = ""
    subject: str = ""
    origin: Origin = Origin()

    def packed(self) -> str:
        """As `private_metadata`; the answering address goes first when there is no room."""
        origin = self.origin
        facts = [self.action, self.subject, origin.channel, origin.thread, origin.response_url]
        packed = json.dumps(facts)
        return packed if len(packed) <= METADATA else json.dumps([*facts[:4], ""])


def unpacked(view: dict[str, Any]) -> Carried:
    """What a view carries; nothing where it is none of ours."""
    try:
        facts = json.loads(view.get("private_metadata") or "[]")
    except ValueError:
        return Carried()
    if not (isinstance(facts, list) and len(facts) == 5 and all(isinstance(x, str) for x in facts)):
        return Carried()
    action, subject, channel, thread, response_url = facts
    return Carried(action, subject, Origin(channel, thread, response_url))

"""A rendered message as discord.py's objects."""

from io import BytesIO
from typing import Any

import discord

from adapters.discord.render import Json, Rendered

NOBODY = discord.AllowedMentions.none()


class Drawn(discord.ui.LayoutView):
    """Components that are drawn already: what is pressed comes back by its identifier."""

    def __init__(self, parts: list[Json]) -> None:
        super().__init__(timeout=None)
        self._parts = parts
        # A finished view is kept nowhere by discord.py.
        self.stop()

    def to_components(self) -> list[Json]:
        """The components as they go out."""
        return self._parts

    def has_components_v2(self) -> bool:
        """They are all of the second kind."""
        return True


def arguments(rendered: Rendered) -> dict[str, Any]:
    """What every way of sending takes; nobody is ever pinged."""
    return {"view": Drawn(rendered.parts), "allowed_mentions": NOBODY}


def changed(rendered: Rendered) -> dict[str, Any]:
    """What a message takes that is changed: one of the first kind gives up what it had."""
    return {"content": None, "embeds": [], **arguments(rendered)}


def attached(rendered: Rendered) -> dict[str, Any]:
    """What a new message takes besides, where files hang on it."""
    files = [discord.File(BytesIO(one.data), one.name) for one in rendered.files]
    return {"files": files} if files else {}

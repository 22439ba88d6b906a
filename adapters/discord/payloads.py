"""A rendered message as discord.py's objects.

A view is finished before it is sent: discord.py then keeps none of it, and what is pressed comes
back by its identifier alone.
"""

from io import BytesIO
from typing import Any

import discord

from adapters.discord.render import BUTTON, Json, Rendered

NOBODY = discord.AllowedMentions.none()


def arguments(rendered: Rendered) -> dict[str, Any]:
    """What every way of sending takes; nobody is ever pinged."""
    drawn: dict[str, Any] = {
        "content": rendered.content or None,
        "embeds": [discord.Embed.from_dict(embed) for embed in rendered.embeds],
        "allowed_mentions": NOBODY,
    }
    return drawn | ({"view": view(rendered.rows)} if rendered.rows else {})


def attached(rendered: Rendered) -> dict[str, Any]:
    """What a new message takes besides, where files hang on it."""
    files = [discord.File(BytesIO(one.data), one.name) for one in rendered.files]
    return {"files": files} if files else {}


def unfurls(rendered: Rendered) -> bool:
    """Whether Discord has to be kept from drawing previews; that would hide embeds of ours."""
    return not rendered.embeds


def view(rows: list[Json]) -> discord.ui.View:
    """Rows of components."""
    drawn = discord.ui.View(timeout=None)
    for row, elements in enumerate(rows):
        for element in elements["components"]:
            drawn.add_item(_item(element, row))
    drawn.stop()
    return drawn


def _item(element: Json, row: int) -> discord.ui.Item[Any]:
    if element["type"] == BUTTON:
        return discord.ui.Button(
            style=discord.ButtonStyle(element["style"]),
            label=element["label"],
            custom_id=element["custom_id"],
            row=row,
        )
    return discord.ui.Select(
        custom_id=element["custom_id"],
        placeholder=element["placeholder"],
        options=[discord.SelectOption.from_dict(option) for option in element["options"]],
        row=row,
    )

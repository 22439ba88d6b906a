"""Pure: what Discord sends as what somebody did.

A message's key is its number, an interaction's its own: the same however often it is delivered.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

from adapters.discord.custom_ids import unpacked
from adapters.discord.directory import NOWHERE, PLATFORM, is_own_room
from bot.contract import (
    ArgumentKind,
    Command,
    Completing,
    Edited,
    Person,
    Place,
    Pressed,
    Quoted,
    Removed,
    Said,
    Submitted,
)

ASK_ABOUT, SAVE = "Ask Crosswalk", "Save as case"
"""The names of what can be done with a message; Discord shows them in the reader's language."""

Payload = Mapping[str, Any]
Values = Mapping[str, str | Sequence[str]]

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_ROOM = re.compile(r"<#(\d+)>")
_EMOJI = re.compile(r"<a?(:\w+:)\d+>")
_COMMAND = re.compile(r"</([^:<>]+):\d+>")
_TOLD = (discord.MessageType.default, discord.MessageType.reply)


def spoken_to(found: discord.Message, bot: int) -> bool:
    """Whether a message is somebody's new words to the bot."""
    if found.author.bot or found.webhook_id or found.type not in _TOLD:
        return False
    if found.guild is None:
        return True
    if any(int(named.group(1)) == bot for named in _USER.finditer(found.content)):
        return True
    if any(role.tags and role.tags.bot_id == bot for role in found.role_mentions):
        return True
    return _replies_to(found, bot) and bool(found.content)


def concerns(found: discord.Message, bot: int) -> bool:
    """Whether a message is anything to the bot."""
    return spoken_to(found, bot) or begins_post(found) or overheard(found)


def begins_post(found: discord.Message) -> bool:
    """Whether a message is somebody's new post in a forum."""
    room = found.channel
    if found.author.bot or found.webhook_id or not isinstance(room, discord.Thread):
        return False
    # The first message of a post has the post's own number.
    return found.id == room.id and isinstance(room.parent, discord.ForumChannel)


def overheard(found: discord.Message) -> bool:
    """Whether a message was said to others in a room that the bot opened, and can be read."""
    if found.author.bot or found.webhook_id or found.type not in _TOLD:
        return False
    return is_own_room(found.channel) and bool(found.content or found.attachments)


def message(found: discord.Message, person: Person, place: Place, bot: int) -> Said:
    """Words written to the bot: a mention, a reply to it, a direct message; or a forum's post."""
    text, mentions = words(found, bot)
    answered = _referenced(found)
    quoted = None
    if answered is not None and answered.author.id != bot and answered.content:
        quoted = quotation(answered, bot)
    return Said(
        event_id=str(found.id),
        person=person,
        place=place,
        in_place=False,
        text=text,
        mentions=mentions,
        quoted=quoted,
        title=str(getattr(found.channel, "name", "")) if begins_post(found) else "",
        addressed=spoken_to(found, bot),
        message=str(found.id),
        reply_to=str(found.reference.message_id or "") if found.reference else "",
        files=tuple(one.filename for one in found.attachments),
    )


def amended(found: discord.Message, bot: int) -> bool:
    """Whether a changed message is somebody's other words; a preview of a link changes none."""
    changed = found.edited_at is not None and not found.author.bot and not found.webhook_id
    return changed and found.type in _TOLD


def edited(found: discord.Message, person: Person, place: Place, bot: int) -> Edited:
    """Other words in a message that the bot was shown."""
    text, _ = words(found, bot)
    moment = f"{found.edited_at.timestamp():.6f}" if found.edited_at else ""
    return Edited(
        event_id=f"edited:{found.id}:{moment}",
        person=person,
        place=place,
        in_place=False,
        message=str(found.id),
        text=text,
    )


def removed(message: int, person: Person, place: Place) -> Removed:
    """A message that is gone."""
    return Removed(
        event_id=f"removed:{message}",
        person=person,
        place=place,
        in_place=False,
        message=str(message),
        said=str(message),
    )


def command(
    data: Payload, person: Person, place: Place, key: str, commands: Sequence[Command]
) -> Said | None:
    """An application command; None for what is not one of ours."""
    named = next((one for one in commands if one.name == data.get("name")), None)
    if named is None:
        return None
    given = {one["name"]: one.get("value") for one in data.get("options") or ()}
    parts, public = [named.verb], None
    for argument in named.arguments:
        value = given.get(argument.name)
        if value is None:
            continue
        if argument.kind is ArgumentKind.SWITCH:
            public = bool(value)
        else:
            said = " ".join(str(value).split()) if argument.option else str(value)
            parts.append(f"{argument.option}:{said}" if argument.option else said)
    text = " ".join(part.strip() for part in parts if part.strip())
    return Said(event_id=key, person=person, place=place, text=text, public=public)


def about_message(
    data: Payload, shown: discord.Message, person: Person, place: Place, key: str, bot: int
) -> Said | None:
    """What was chosen from the menu of somebody's message; None for what is not ours."""
    if data.get("name") not in (ASK_ABOUT, SAVE):
        return None
    text = "save" if data["name"] == SAVE else ""
    quoted = quotation(shown, bot)
    return Said(event_id=key, person=person, place=place, text=text, quoted=quoted)


def pressed(
    data: Payload, person: Person, place: Place, key: str, about: str = ""
) -> Pressed | None:
    """A button or a select; None for what is not one of ours. `about`: see Pressed."""
    known = unpacked(str(data.get("custom_id", "")))
    if known is None:
        return None
    action, subject = known
    values = tuple(str(value) for value in data.get("values") or ())
    return Pressed(
        event_id=key,
        person=person,
        place=place,
        action=action,
        subject=subject,
        values=values,
        about=about,
    )


def above(found: discord.Interaction, bot: int) -> str:
    """What a pressed button's message answers, where Discord shows it, else its thread's name."""
    answered = _referenced(found.message) if found.message is not None else None
    said = words(answered, bot)[0] if answered is not None and answered.author.id != bot else ""
    if said:
        return said
    return found.channel.name if isinstance(found.channel, discord.Thread) else ""


def submitted(
    action: str, subject: str, values: Values, person: Person, place: Place, key: str
) -> Submitted:
    """A filled form."""
    return Submitted(
        event_id=key, person=person, place=place, action=action, subject=subject, values=values
    )


def completing(data: Payload, person: Person, place: Place, key: str) -> Completing | None:
    """A value that is being typed; None when nothing is."""
    typing = next((one for one in data.get("options") or () if one.get("focused")), None)
    if typing is None:
        return None
    return Completing(
        event_id=key,
        person=person,
        place=place,
        field=typing["name"],
        prefix=str(typing.get("value") or ""),
    )


def form_values(data: Payload) -> dict[str, str | Sequence[str]]:
    """What was put into each field of a form: a string, or a list where several may be chosen."""
    found: dict[str, str | Sequence[str]] = {}
    for element in _elements(data.get("components") or ()):
        name = str(element.get("custom_id", ""))
        if "values" in element:
            found[name] = [str(value) for value in element["values"]]
        else:
            found[name] = str(element.get("value") or "")
    return found


def quotation(shown: discord.Message, bot: int) -> Quoted:
    """Another message that somebody points at."""
    text, _ = words(shown, bot)
    return Quoted(text, shown.author.display_name, shown.jump_url, f"{shown.created_at:%Y-%m-%d}")


def words(found: discord.Message, bot: int) -> tuple[str, Sequence[Person]]:
    """A message as the words that were typed, without the bot's own mention; who is named in it."""
    names = {one.id: one.display_name for one in found.mentions}
    roles = {one.id: one for one in found.role_mentions}
    rooms = {one.id: one.name for one in found.channel_mentions}
    mentions: dict[int, Person] = {}

    def user(named: re.Match[str]) -> str:
        number = int(named.group(1))
        if number == bot:
            return ""
        name = names.get(number, named.group(1))
        mentions[number] = Person(PLATFORM, NOWHERE, str(number), name)
        return f"@{name}"

    def role(named: re.Match[str]) -> str:
        known = roles.get(int(named.group(1)))
        own = known is not None and known.tags is not None and known.tags.bot_id == bot
        return "" if own else f"@{known.name if known else named.group(1)}"

    text = _ROLE.sub(role, _USER.sub(user, found.content))
    text = _ROOM.sub(lambda room: f"#{rooms.get(int(room.group(1)), room.group(1))}", text)
    text = _COMMAND.sub(r"/\1", _EMOJI.sub(r"\1", text))
    return text.strip(), tuple(mentions.values())


def _referenced(found: discord.Message) -> discord.Message | None:
    resolved = found.reference.resolved if found.reference else None
    return resolved if isinstance(resolved, discord.Message) else None


def _replies_to(found: discord.Message, bot: int) -> bool:
    answered = _referenced(found)
    if answered is not None:
        return answered.author.id == bot
    replies = found.type is discord.MessageType.reply
    return replies and any(one.id == bot for one in found.mentions)


def _elements(components: Sequence[Payload]) -> Iterator[Payload]:
    for component in components:
        if "components" in component:
            yield from _elements(component["components"])
        elif "component" in component:
            yield from _elements([component["component"]])
        elif component.get("custom_id"):
            yield component

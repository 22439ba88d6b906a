"""What Discord refuses in a message, a modal or a command: sizes and shapes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

Json = dict[str, Any]

CONTENT, EMBEDS, EMBED_TOTAL, ROWS, BUTTONS, OPTIONS, MODAL_PARTS = 2_000, 10, 6_000, 5, 5, 25, 5
COMMANDS, MENU_COMMANDS, COMMAND_TOTAL = 100, 15, 8_000
EPHEMERAL, COMPONENTS_V2 = 1 << 6, 1 << 15
ROW, BUTTON, STRING_SELECT, TEXT_INPUT, TEXT, LABEL = 1, 2, 3, 4, 10, 18
SECTION, GALLERY, FILE, SEPARATOR, BOX = 9, 12, 13, 14, 17
PARTS, TEXTS = 40, 4_000
RADIO, CHECKBOXES, CHECKBOX = 21, 22, 23
SELECTS = {STRING_SELECT, 5, 6, 7, 8}
IN_LABEL = SELECTS | {TEXT_INPUT, 19, RADIO, CHECKBOXES, CHECKBOX}
_EMBED_TEXTS = {"title": 256, "description": 4096}
_COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")


class Refusal(Exception):
    """What the API answers instead of doing it: an HTTP status, Discord's code, its words."""

    def __init__(self, status: int, code: int, message: str, where: str = "") -> None:
        super().__init__(f"{code} {message} {where}".strip())
        self.status = status
        self.code = code
        self.message = message
        self.where = where


def invalid(where: str, why: str) -> Refusal:
    """400 with the code for a body that cannot be used."""
    return Refusal(400, 50035, "Invalid Form Body", f"{where}: {why}")


def check_message(body: Json, *, editing: bool = False) -> None:
    """Refuse a message beyond the limits, or one with nothing in it."""
    _length(body.get("content") or "", CONTENT, "content")
    if len(body.get("nonce") or "") > 25:
        raise invalid("nonce", "more than 25 characters")
    embeds = body.get("embeds") or []
    if len(embeds) > EMBEDS:
        raise invalid("embeds", f"{len(embeds)}, 10 is the limit")
    total = sum(_embed(embed, f"embeds[{n}]") for n, embed in enumerate(embeds))
    if total > EMBED_TOTAL:
        raise invalid("embeds", f"{total} characters over all embeds, 6000 is the limit")
    check_components(body.get("components") or [])
    if (body.get("flags") or 0) & COMPONENTS_V2:
        _check_second_kind(body)
    if (body.get("flags") or 0) & COMPONENTS_V2 and (body.get("content") or embeds):
        raise invalid("flags", "no content or embeds beside components of the second kind")
    filled = ("content", "embeds", "components", "sticker_ids", "attachments", "poll")
    if not editing and not any(body.get(part) for part in filled):
        raise Refusal(400, 50006, "Cannot send an empty message")


def texts(components: Sequence[Json]) -> Iterator[str]:
    """Every text among components of the second kind, in the order in which they are read."""
    for part in components:
        if part.get("type") == TEXT:
            yield part.get("content") or ""
        if part.get("type") in {SECTION, BOX}:
            yield from texts(part.get("components") or ())


def _check_second_kind(body: Json) -> None:
    """Refuse too many components, too many words, a file that nothing shows, and odd nesting."""
    drawn = body.get("components") or []
    if not drawn:
        raise Refusal(400, 50006, "Cannot send an empty message")
    if (many := _count(drawn)) > PARTS:
        raise invalid("components", f"{many}, {PARTS} is the limit")
    if (long := sum(map(len, texts(drawn)))) > TEXTS:
        raise invalid("components", f"{long} characters of text, {TEXTS} is the limit")
    for part in drawn:
        _second_kind(part, "components", inside=False)


def _count(components: Sequence[Json]) -> int:
    inner = [_count(part.get("components") or ()) + ("accessory" in part) for part in components]
    return len(components) + sum(inner)


def _second_kind(part: Json, where: str, *, inside: bool) -> None:
    kind = part.get("type")
    allowed = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR} | (set() if inside else {BOX})
    if kind not in allowed:
        raise invalid(where, f"type {kind} cannot stand there")
    if kind == TEXT:
        _length(part.get("content", ""), TEXTS, f"{where}.content", least=1)
    if kind == BOX:
        if not part.get("components"):
            raise invalid(where, "an empty box")
        for each in part["components"]:
            _second_kind(each, f"{where}.components", inside=True)
    if kind == SECTION:
        words = part.get("components") or []
        if not 1 <= len(words) <= 3 or any(each.get("type") != TEXT for each in words):
            raise invalid(where, "1 to 3 texts in a section")
        if (part.get("accessory") or {}).get("type") not in {BUTTON, 11}:
            raise invalid(where, "a section has a button or a picture beside it")
    if kind == GALLERY and not 1 <= len(part.get("items") or ()) <= 10:
        raise invalid(where, "1 to 10 pictures")


def check_components(rows: Sequence[Json]) -> None:
    """Refuse what does not fit in five rows of five, doubled ids and empty buttons."""
    plain = [row for row in rows if row.get("type") == ROW]
    if len(plain) == len(rows) and len(rows) > ROWS:
        raise invalid("components", f"{len(rows)} rows, 5 is the limit")
    for n, row in enumerate(plain):
        where = f"components[{n}]"
        inside = row.get("components") or []
        most = 1 if any(each.get("type") in SELECTS for each in inside) else BUTTONS
        if not 1 <= len(inside) <= most:
            raise invalid(where, f"1 to {most} in a row, not {len(inside)}")
    ids = [part["custom_id"] for part in parts(rows) if part.get("custom_id")]
    if len(ids) != len(set(ids)):
        raise Refusal(400, 50035, "Invalid Form Body", "components: duplicated custom id")
    for part in parts(rows):
        if part["type"] == BUTTON:
            _button(part)
        elif part["type"] in SELECTS:
            _select(part)


def parts(rows: Sequence[Json]) -> Iterator[Json]:
    """Everything to press, choose or fill in, however deep it stands."""
    for row in rows:
        inside = list(row.get("components") or ())
        inside += [row[key] for key in ("component", "accessory") if row.get(key)]
        if inside:
            yield from parts(inside)
        elif row.get("type") in IN_LABEL | {BUTTON}:
            yield row


def check_modal(data: Json) -> None:
    """Refuse a form beyond the limits."""
    _length(data.get("custom_id", ""), 100, "data.custom_id", least=1)
    _length(data.get("title", ""), 45, "data.title", least=1)
    rows = data.get("components") or []
    if not 1 <= len(rows) <= MODAL_PARTS:
        raise invalid("data.components", f"1 to 5, not {len(rows)}")
    ids = [part.get("custom_id") for part in parts(rows)]
    if len(ids) != len(set(ids)):
        raise invalid("data.components", "duplicated custom id")
    for n, row in enumerate(rows):
        _modal_row(row, f"data.components[{n}]")


def check_choices(data: Json) -> None:
    """Refuse suggestions beyond the limits."""
    choices = data.get("choices") or []
    if len(choices) > OPTIONS:
        raise invalid("data.choices", f"{len(choices)}, 25 is the limit")
    for choice in choices:
        _length(choice.get("name", ""), 100, "choice.name", least=1)
        if isinstance(choice.get("value"), str):
            _length(choice["value"], 100, "choice.value")


def check_commands(commands: Sequence[Json]) -> None:
    """Refuse a set of application commands beyond the limits."""
    for kind, most in ((1, COMMANDS), (2, MENU_COMMANDS), (3, MENU_COMMANDS)):
        named = [c.get("name") for c in commands if c.get("type", 1) == kind]
        if len(named) > most:
            raise Refusal(400, 30032, "Maximum number of application commands reached")
        if len(named) != len(set(named)):
            raise Refusal(400, 50041, "Application command names must be unique")
    for command in commands:
        _command(command)


def _command(command: Json) -> None:
    if command.get("type", 1) == 1:
        _named(command, command.get("name", "?"))
        _options(command.get("options") or [], command["name"])
        if _weight(command) > COMMAND_TOTAL:
            raise invalid(command["name"], "more than 8000 characters altogether")
        return
    _length(command.get("name", ""), 32, "name", least=1)
    if command.get("description"):
        raise invalid("description", "a context menu has none")


def _options(options: Sequence[Json], where: str) -> None:
    if len(options) > OPTIONS:
        raise invalid(where, f"{len(options)} options, 25 is the limit")
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        raise invalid(where, "required options stand before the others")
    for option in options:
        path = f"{where}.{option.get('name')}"
        _named(option, path)
        choices = option.get("choices") or []
        if choices and option.get("autocomplete"):
            raise invalid(path, "choices or autocomplete, not both")
        check_choices({"choices": choices})
        _options(option.get("options") or [], path)


def _named(thing: Json, where: str) -> None:
    names = [thing.get("name", ""), *(thing.get("name_localizations") or {}).values()]
    for name in names:
        if not _COMMAND_NAME.fullmatch(name) or name != name.lower():
            raise invalid(f"{where}.name", f"{name!r} cannot be a name")
    texts = [thing.get("description", ""), *(thing.get("description_localizations") or {}).values()]
    for text in texts:
        _length(text, 100, f"{where}.description", least=1)


def _weight(thing: Json) -> int:
    longest = 0
    for key in ("name", "description"):
        texts = [thing.get(key, ""), *(thing.get(f"{key}_localizations") or {}).values()]
        longest += max(len(text) for text in texts)
    inner = [*(thing.get("options") or []), *(thing.get("choices") or [])]
    value = thing.get("value")
    return longest + (len(value) if isinstance(value, str) else 0) + sum(map(_weight, inner))


def _modal_row(row: Json, where: str) -> None:
    kind = row.get("type")
    if kind == LABEL:
        _length(row.get("label", ""), 45, f"{where}.label", least=1)
        _length(row.get("description") or "", 100, f"{where}.description")
        _input(row.get("component") or {}, where)
    elif kind == ROW:
        inside = row.get("components") or []
        if len(inside) != 1 or inside[0].get("type") != TEXT_INPUT:
            raise invalid(where, "one text input in a row")
        _length(inside[0].get("label", ""), 45, f"{where}.label", least=1)
        _input(inside[0], where)
    elif kind != TEXT:
        raise invalid(where, f"type {kind} does not go into a modal")


def _input(part: Json, where: str) -> None:
    if part.get("type") not in IN_LABEL:
        raise invalid(where, f"type {part.get('type')} does not go under a label")
    _length(part.get("custom_id", ""), 100, f"{where}.custom_id", least=1)
    if part["type"] in SELECTS:
        _select(part)
    if part["type"] in {RADIO, CHECKBOXES}:
        least, most = (2, 10) if part["type"] == RADIO else (1, 10)
        if not least <= len(part.get("options") or ()) <= most:
            raise invalid(where, f"{least} to {most} options")
    if part["type"] == TEXT_INPUT:
        longest = part.get("max_length") or 4000
        if not 1 <= longest <= 4000 or not 0 <= (part.get("min_length") or 0) <= longest:
            raise invalid(where, f"max_length {longest}")
        _length(part.get("placeholder") or "", 100, f"{where}.placeholder")
        _length(part.get("value") or "", longest, f"{where}.value")


def _button(part: Json) -> None:
    _length(part.get("label") or "", 80, "button.label")
    if not part.get("label") and not part.get("emoji"):
        raise invalid("button", "neither label nor emoji")
    if part.get("style") == 5:
        _length(part.get("url", ""), 512, "button.url", least=1)
        if part.get("custom_id"):
            raise invalid("button", "a link has no custom_id")
    else:
        _length(part.get("custom_id", ""), 100, "button.custom_id", least=1)


def _select(part: Json) -> None:
    _length(part.get("custom_id", ""), 100, "select.custom_id", least=1)
    _length(part.get("placeholder") or "", 150, "select.placeholder")
    if part["type"] != STRING_SELECT:
        return
    options = part.get("options") or []
    if not 1 <= len(options) <= OPTIONS:
        raise invalid("select.options", f"1 to 25, not {len(options)}")
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        raise invalid("select.options", "the same value twice")
    for option in options:
        _length(option.get("label", ""), 100, "option.label", least=1)
        _length(option.get("value", ""), 100, "option.value", least=1)
        _length(option.get("description") or "", 100, "option.description")
    least, most = part.get("min_values", 1), part.get("max_values", 1)
    if not 0 <= least <= most or most > len(options):
        raise invalid("select", f"{least} to {most} of {len(options)}")
    if sum(bool(option.get("default")) for option in options) > most:
        raise invalid("select.options", "more chosen than may be")


def _embed(embed: Json, where: str) -> int:
    """The characters that count towards the sum."""
    total = 0
    for key, limit in _EMBED_TEXTS.items():
        total += _length(embed.get(key) or "", limit, f"{where}.{key}")
    total += _length((embed.get("footer") or {}).get("text") or "", 2048, f"{where}.footer")
    total += _length((embed.get("author") or {}).get("name") or "", 256, f"{where}.author")
    fields = embed.get("fields") or []
    if len(fields) > 25:
        raise invalid(f"{where}.fields", f"{len(fields)}, 25 is the limit")
    for field in fields:
        total += _length(field.get("name") or "", 256, f"{where}.fields.name", least=1)
        total += _length(field.get("value") or "", 1024, f"{where}.fields.value", least=1)
    if not total and not any(embed.get(key) for key in ("image", "thumbnail", "url")):
        raise invalid(where, "an empty embed")
    return total


def _length(value: object, limit: int, where: str, least: int = 0) -> int:
    if not isinstance(value, str):
        raise invalid(where, f"text is needed, not {type(value).__name__}")
    size = len(value.strip()) if least else len(value)
    if not least <= size <= limit:
        raise invalid(where, f"{size} characters, {least} to {limit} are allowed")
    return size

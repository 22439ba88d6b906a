"""Pure: forms as modals of at most five parts; a longer form has several pages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord

from adapters.discord import render
from adapters.discord.custom_ids import LONGEST, PLAIN
from adapters.discord.markup import CUTTER, discord_markdown, plain_words
from bot.contract import Field, FieldKind, Form, markup
from bot.contract.adapter_kit import shortened

PARTS = 5
TITLE, LABEL, HINT, PLACEHOLDER = 45, 45, 100, 100
NOTE = 2_000
LONGEST_INPUT = 4_000
LEAST_RADIO, MOST_OPEN = 2, 10

Json = render.Json
Values = Mapping[str, str | Sequence[str]]


def pages(form: Form) -> list[list[Field]]:
    """The fields of each page; the note takes a place on the first unless the hints can hold it."""
    first = PARTS - bool(form.note.strip() and not _spread(form))
    fields = list(form.fields)
    rest = fields[first:]
    return [fields[:first], *(rest[at : at + PARTS] for at in range(0, len(rest), PARTS))]


def modal(form: Form, page: int) -> discord.ui.Modal | None:
    """One page as a modal; None when its action and subject cannot be carried."""
    identifier = named(form, page)
    parts = pages(form)
    if identifier is None or not parts[page]:
        return None
    title = form.title if len(parts) == 1 else f"{form.title} ({page + 1}/{len(parts)})"
    window = discord.ui.Modal(title=plain_words(title, TITLE), timeout=None, custom_id=identifier)
    spread = _spread(form) if page == 0 else []
    if page == 0 and form.note.strip() and not spread:
        window.add_item(
            discord.ui.TextDisplay(CUTTER.first_piece(discord_markdown(form.note), NOTE))
        )
    for at, field in enumerate(parts[page]):
        window.add_item(_label(field, spread[at] if at < len(spread) else ""))
    # A finished modal is kept nowhere by discord.py; it comes back by its identifier.
    window.stop()
    return window


def named(form: Form, page: int) -> str | None:
    """What a page of a form carries; None when it is too long."""
    identifier = PLAIN.join((str(page), form.action, form.subject))
    return identifier if len(identifier) <= LONGEST and PLAIN not in form.action else None


def unnamed(identifier: str) -> tuple[int, str, str] | None:
    """Page, action and subject; None for what is none of ours."""
    page, _, rest = identifier.partition(PLAIN)
    action, found, subject = rest.partition(PLAIN)
    if not found or not action or not page.isdecimal() or len(page) > 2:
        return None
    return int(page), action, subject


def filled(form: Form, values: Values) -> Form:
    """The same form with these values in it."""
    fields = [replace(field, value=values.get(field.name, field.value)) for field in form.fields]
    return replace(form, fields=fields)


def given(form: Form | None, raw: Values) -> dict[str, str | Sequence[str]]:
    """What was filled in; a field of one choice holds a string."""
    several = {field.name for field in form.fields if _several(field)} if form else set()
    many = {name for name, value in raw.items() if not isinstance(value, str)}
    found: dict[str, str | Sequence[str]] = dict(raw)
    for name in many:
        values = raw[name]
        alone = name not in several if form else len(values) <= 1
        if alone:
            found[name] = values[0] if values else ""
    return found


def _several(field: Field) -> bool:
    return field.kind is FieldKind.ANY_OF and bool(render.options(field.options))


def _spread(form: Form) -> list[str]:
    """The note's sentences, one below each field, where a page is full without it; else none.

    Hints then stand inside the fields.
    """
    if len(form.fields) != PARTS or not form.note.strip():
        return []
    said = markup.one_line(markup.plain(form.note))
    sentences = [f"{part.rstrip('.')}." for part in said.split(". ") if part.strip()]
    fits = len(sentences) <= PARTS and all(len(sentence) <= HINT for sentence in sentences)
    return sentences if fits else []


def _label(field: Field, note: str) -> discord.ui.Label[Any]:
    hint = note or field.hint
    if not hint.strip() and len(field.label) > LABEL:
        hint = field.label
    return discord.ui.Label(
        text=plain_words(field.label, LABEL),
        description=plain_words(hint, HINT) if hint.strip() else None,
        component=_input(field, field.hint if note else ""),
    )


def _input(field: Field, placeholder: str) -> discord.ui.Item[Any]:
    wanted = [field.value] if isinstance(field.value, str) else list(field.value)
    found = render.options(field.options, wanted) if _chooses(field) else []
    if not found:
        return _typed(field, placeholder)
    many = field.kind is FieldKind.ANY_OF
    choices = _one_default(found, many)
    if len(choices) <= MOST_OPEN and any("description" in each for each in choices):
        return _open(field, choices, many)
    return discord.ui.Select(
        custom_id=field.name[:LONGEST],
        placeholder=plain_words(placeholder, PLACEHOLDER) if placeholder else None,
        options=[discord.SelectOption(**each) for each in choices],
        min_values=1 if field.required else 0,
        max_values=len(choices) if many else 1,
        required=field.required,
    )


def _open(field: Field, choices: Sequence[Json], many: bool) -> discord.ui.Item[Any]:
    """Few choices stand open, each with what it means."""
    name = field.name[:LONGEST]
    if many or len(choices) < LEAST_RADIO:
        return discord.ui.CheckboxGroup(
            custom_id=name,
            options=[discord.CheckboxGroupOption(**each) for each in choices],
            min_values=1 if field.required else 0,
            max_values=len(choices) if many else 1,
            required=field.required,
        )
    options = [discord.RadioGroupOption(**each) for each in choices]
    return discord.ui.RadioGroup(custom_id=name, options=options, required=field.required)


def _chooses(field: Field) -> bool:
    return field.kind in (FieldKind.ONE_OF, FieldKind.ANY_OF)


def _one_default(choices: Sequence[Json], many: bool) -> Sequence[Json]:
    if many:
        return choices
    chosen = next((one["value"] for one in choices if one.get("default")), None)
    return [{**one, "default": one["value"] == chosen} for one in choices]


def _typed(field: Field, placeholder: str) -> discord.ui.TextInput[Any]:
    longest = max(1, min(field.max_length, LONGEST_INPUT))
    value = field.value if isinstance(field.value, str) else ", ".join(field.value)
    long = field.kind is FieldKind.TEXT
    return discord.ui.TextInput(
        custom_id=field.name[:LONGEST],
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        placeholder=shortened(placeholder, PLACEHOLDER) or None,
        default=value[:longest] or None,
        required=field.required,
        max_length=longest,
    )

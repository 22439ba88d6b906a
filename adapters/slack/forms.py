"""Pure: forms as modals, and what was put into them."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack import render
from adapters.slack.markup import escaped
from adapters.slack.private_metadata import Carried, Origin
from adapters.slack.render import Json, plain_text
from bot.contract import Field, FieldKind, Form, PlatformUI, Reply, markup

TITLE = 24
LABEL, HINT = 150, 150
LONGEST_INPUT = 3_000
FIELD_ACTION = "value"
FORM = "crosswalk.form"
SHOWN = "crosswalk.shown"
ERROR = 2_000
MOST_OPEN = 10
CLOSED = {False: "static_select", True: "multi_static_select"}
OPEN = {False: "radio_buttons", True: "checkboxes"}

Values = dict[str, str | Sequence[str]]


def form_view(form: Form, origin: Origin, ui: PlatformUI) -> Json:
    """A form as a modal. The action, the subject and the origin travel with it."""
    drawn = [render.context(form.note)] if form.note.strip() else []
    drawn += [block for field in form.fields for block in _blocks(field)]
    drawn = drawn[: render.VIEW_BLOCKS]
    carried = Carried(form.action, form.subject, origin)
    return {
        **_view(FORM, form.title, drawn, carried, ui),
        "submit": plain_text(ui.send, TITLE),
    }


def shown_view(reply: Reply, origin: Origin, ui: PlatformUI) -> Json:
    """A reply as a modal to read; its buttons work there."""
    drawn = render.blocks(reply, ui.more, render.VIEW_BLOCKS)
    return _view(SHOWN, ui.title, drawn, Carried(origin=origin), ui)


def looking_view(origin: Origin, ui: PlatformUI) -> Json:
    """What stands in a modal while the core works."""
    return shown_view(Reply(markup.escape(ui.looking)), origin, ui)


def again_view(view: Mapping[str, Any], errors: Mapping[str, str]) -> Json:
    """A form that was sent, with what was typed and its errors above: for a late refusal."""
    given = view["state"]["values"]
    kept = ("type", "callback_id", "title", "close", "submit", "private_metadata")
    above = [render.context(sentence) for sentence in errors.values()]
    blocks = [_refilled(block, given.get(block.get("block_id"), {})) for block in view["blocks"]]
    return {name: view[name] for name in kept if view.get(name)} | {
        "blocks": [*above, *blocks][: render.VIEW_BLOCKS]
    }


def values(view: Mapping[str, Any]) -> Values:
    """What was put into each field: a string, or a list for a field of several values."""
    found: Values = {}
    for name, given in view["state"]["values"].items():
        for element in given.values():
            found[name] = _value(element)
    return found


def field_errors(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """`errors` for `response_action`: what names no field of this view goes to the first."""
    names = [block["block_id"] for block in view["blocks"] if block.get("type") == "input"]
    found: dict[str, list[str]] = {}
    for name, sentence in errors.items():
        place = name if name in names else names[0] if names else ""
        found.setdefault(place, []).append(markup.plain(sentence))
    return {name: escaped(" ".join(sentences))[:ERROR] for name, sentences in found.items() if name}


def _view(
    callback: str, title: str, drawn: Sequence[Json], carried: Carried, ui: PlatformUI
) -> Json:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, TITLE),
        "close": plain_text(ui.close, TITLE),
        "private_metadata": carried.packed(),
        "blocks": list(drawn),
    }


def _blocks(field: Field) -> list[Json]:
    """A field; what its choices mean stands whole above it where an option cannot hold it."""
    if all(len(option.description) <= render.OPTION for option in field.options):
        return [_input(field)]
    meanings = "\n".join(
        f"- **{markup.escape(option.label)}**: {markup.escape(option.description)}"
        for option in field.options
        if option.description.strip()
    )
    return [render.context(meanings), _input(field)]


def _input(field: Field) -> Json:
    drawn: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label, LABEL),
        "element": _element(field),
        "optional": not field.required,
    }
    return drawn | ({"hint": plain_text(field.hint, HINT)} if field.hint.strip() else {})


def _element(field: Field) -> Json:
    choices = render.options(field.options)
    if not choices:
        return _typed(field)
    wanted = [field.value] if isinstance(field.value, str) else field.value
    chosen = [choice for choice in choices if choice["value"] in wanted]
    element: Json = {"action_id": FIELD_ACTION, "options": choices}
    several = field.kind is FieldKind.ANY_OF
    element["type"] = (OPEN if explained(choices) else CLOSED)[several]
    if several:
        return element | ({"initial_options": chosen} if chosen else {})
    return element | ({"initial_option": chosen[0]} if chosen else {})


def explained(choices: Sequence[Json]) -> bool:
    """Whether choices stand open, each with what it means: few that say it."""
    return len(choices) <= MOST_OPEN and any("description" in choice for choice in choices)


def _typed(field: Field) -> Json:
    longest = max(1, min(field.max_length, LONGEST_INPUT))
    value = field.value if isinstance(field.value, str) else ", ".join(field.value)
    element: Json = {
        "type": "plain_text_input",
        "action_id": FIELD_ACTION,
        "multiline": field.kind is FieldKind.TEXT,
        "max_length": longest,
    }
    return element | ({"initial_value": value[:longest]} if value else {})


def _value(element: Mapping[str, Any]) -> str | Sequence[str]:
    if element.get("type") in (CLOSED[True], OPEN[True]):
        return [option["value"] for option in element.get("selected_options") or ()]
    if element.get("type") in (CLOSED[False], OPEN[False]):
        return str((element.get("selected_option") or {}).get("value", ""))
    return str(element.get("value") or "")


def _refilled(block: Json, given: Mapping[str, Any]) -> Json:
    if block.get("type") != "input" or not given:
        return block
    (state,) = list(given.values())[:1]
    element = {name: value for name, value in block["element"].items() if "initial" not in name}
    if state.get("selected_options"):
        element["initial_options"] = state["selected_options"]
    if state.get("selected_option"):
        element["initial_option"] = state["selected_option"]
    if state.get("value"):
        element["initial_value"] = state["value"]
    return {**block, "element": element}

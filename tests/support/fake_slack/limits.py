"""What Slack refuses in a message or a view: sizes, unknown fields, double ids. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS, MESSAGE_TEXT, METADATA = 50, 100, 40_000, 16_000

BLOCK_FIELDS: dict[str, set[str]] = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text"},
    "divider": set(),
    "context": {"elements"},
    "actions": {"elements"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "rich_text": {"elements"},
    "markdown": {"text"},
}
_CHOICE = {"placeholder", "options", "option_groups", "confirm", "focus_on_load"}
_TYPED = {"initial_value", "placeholder", "dispatch_action_config", "focus_on_load"}
ELEMENT_FIELDS: dict[str, set[str]] = {
    "button": {"text", "value", "url", "style", "confirm", "accessibility_label"},
    "static_select": _CHOICE | {"initial_option"},
    "multi_static_select": _CHOICE | {"initial_options", "max_selected_items"},
    "external_select": {"placeholder", "initial_option", "min_query_length", "confirm"},
    "multi_external_select": {"placeholder", "initial_options", "min_query_length", "confirm"},
    "users_select": {"placeholder", "initial_user", "confirm"},
    "checkboxes": {"options", "initial_options", "confirm", "focus_on_load"},
    "radio_buttons": {"options", "initial_option", "confirm", "focus_on_load"},
    "overflow": {"options", "confirm"},
    "plain_text_input": _TYPED | {"multiline", "min_length", "max_length"},
    "url_text_input": _TYPED,
    "email_text_input": _TYPED,
    "number_input": _TYPED | {"is_decimal_allowed", "min_value", "max_value"},
    "datepicker": {"initial_date", "placeholder", "confirm", "focus_on_load"},
    "timepicker": {"initial_time", "placeholder", "confirm", "focus_on_load", "timezone"},
    "image": {"image_url", "slack_file", "alt_text"},
}
OPTIONS_OF = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5}
VIEW_FIELDS = {
    "type", "title", "submit", "close", "blocks", "private_metadata", "callback_id",
    "clear_on_close", "notify_on_close", "external_id", "submit_disabled",
}  # fmt: skip


class Refusal(Exception):
    """What the Web API answers with `ok: false`."""

    def __init__(self, error: str, why: str = "", **facts: object) -> None:
        super().__init__(f"{error}: {why}" if why else error)
        self.error = error
        self.why = why
        self.facts = facts


def check_message(arguments: Mapping[str, Any]) -> None:
    """Refuse a message beyond the limits, or one whose `text` is silent."""
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if not str(text).strip():
        raise Refusal("no_text", "say everything in text, too")
    if len(str(text)) > MESSAGE_TEXT:
        raise Refusal("msg_too_long", f"text has {len(str(text))} characters")
    if arguments.get("attachments"):
        raise Refusal("invalid_attachments", "attachments are a thing of the past")
    _blocks(blocks, MESSAGE_BLOCKS)
    if any(block["type"] == "input" for block in blocks):
        raise Refusal("invalid_blocks", "no input in a message")
    metadata = arguments.get("metadata")
    if metadata is not None:
        known = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
        if not known or not isinstance(metadata.get("event_payload"), dict):
            raise Refusal("invalid_metadata_format", str(metadata))
        if len(str(metadata)) > METADATA:
            raise Refusal("metadata_too_large")


def check_view(view: object, kind: str) -> None:
    """Refuse a modal or a Home beyond the limits."""
    if not isinstance(view, dict) or view.get("type") != kind:
        raise Refusal("invalid_arguments", f"a view of type {kind} is needed")
    _only(view, VIEW_FIELDS, "view")
    _blocks(view.get("blocks"), VIEW_BLOCKS)
    if kind == "modal":
        _plain(view.get("title"), 24, "modal title")
        for part in ("submit", "close"):
            if part in view:
                _plain(view[part], 24, part)
        if "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
            raise Refusal("invalid_arguments", "a modal with inputs needs submit")
    elif view.keys() & {"title", "submit", "close", "clear_on_close", "notify_on_close"}:
        raise Refusal("invalid_arguments", "a Home has no title, submit or close")
    for part, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        _length(view.get(part, ""), limit, part)


def _blocks(blocks: object, limit: int) -> None:
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format", "blocks must be a list")
    if len(blocks) > limit:
        raise Refusal("invalid_blocks", f"{len(blocks)} blocks, {limit} is the limit")
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        raise Refusal("invalid_blocks", "the same block_id twice")
    for block in blocks:
        _block(block)


def _block(block: Json) -> None:
    kind = block.get("type", "")
    if kind not in BLOCK_FIELDS:
        raise Refusal("invalid_blocks", f"no block is called {kind!r}")
    _only(block, BLOCK_FIELDS[kind] | {"type", "block_id"}, kind)
    _length(block.get("block_id", ""), 255, "block_id")
    check = _CHECKS.get(kind)
    if check:
        check(block)


def _header(block: Json) -> None:
    _plain(block.get("text"), 150, "header")


def _context(block: Json) -> None:
    for element in _several(block, 10):
        if element.get("type") == "image":
            _element(element)
        else:
            _text(element, 3000, "context")


def _actions(block: Json) -> None:
    every = _several(block, 25)
    if len({element.get("action_id") for element in every}) < len(every):
        raise Refusal("invalid_blocks", "the same action_id twice in one block")
    for element in every:
        _element(element)


def _input(block: Json) -> None:
    _plain(block.get("label"), 2000, "label")
    if "hint" in block:
        _plain(block["hint"], 2000, "hint")
    _element(block.get("element") or {})


def _image(block: Json) -> None:
    _element({key: value for key, value in block.items() if key != "title"})


def _markdown(block: Json) -> None:
    _length(block.get("text", ""), 12_000, "markdown", least=1)


def _section(block: Json) -> None:
    if "text" not in block and not block.get("fields"):
        raise Refusal("invalid_blocks", "a section needs text or fields")
    if "text" in block:
        _text(block["text"], 3000, "section")
    if len(block.get("fields", ())) > 10:
        raise Refusal("invalid_blocks", "more than 10 fields")
    for field in block.get("fields", ()):
        _text(field, 2000, "field")
    if "accessory" in block:
        _element(block["accessory"])


def _element(element: Json) -> None:
    kind = element.get("type", "")
    if kind not in ELEMENT_FIELDS:
        raise Refusal("invalid_blocks", f"no element is called {kind!r}")
    _only(element, ELEMENT_FIELDS[kind] | {"type", "action_id", "block_id"}, kind)
    if kind == "image":
        _length(element.get("image_url", ""), 3000, "image_url")
        _length(element.get("alt_text", ""), 2000, "alt_text", least=1)
        return
    _length(element.get("action_id", ""), 255, "action_id", least=1)
    if kind == "button":
        _plain(element.get("text"), 75, "button")
        _length(element.get("value", ""), 2000, "value")
        _length(element.get("url", ""), 3000, "url")
        if element.get("style", "primary") not in {"primary", "danger"}:
            raise Refusal("invalid_blocks", f"style {element['style']!r}")
    if "placeholder" in element:
        _plain(element["placeholder"], 150, "placeholder")
    if kind == "plain_text_input":
        _typed(element)
    if "options" in ELEMENT_FIELDS[kind]:
        _options(element, OPTIONS_OF.get(kind, 100))


def _typed(element: Json) -> None:
    longest = element.get("max_length", 3000)
    if not 1 <= longest <= 3000 or not 0 <= element.get("min_length", 0) <= longest:
        raise Refusal("invalid_blocks", f"max_length {longest}")
    _length(element.get("initial_value", ""), longest, "initial_value")


def _options(element: Json, limit: int) -> None:
    groups = element.get("option_groups") or [{"options": element.get("options")}]
    if len(groups) > 100:
        raise Refusal("invalid_blocks", "more than 100 groups of options")
    every: list[Json] = []
    for group in groups:
        options = group.get("options")
        if not isinstance(options, list) or not 1 <= len(options) <= limit:
            raise Refusal("invalid_blocks", f"1 to {limit} options, please")
        every += options
    for option in every:
        _only(option, {"text", "value", "description", "url"}, "option")
        _text(option.get("text"), 75, "option")
        _length(option.get("value", ""), 150, "option value", least=1)
        if "description" in option:
            _text(option["description"], 75, "option description")
    for chosen in _chosen(element):
        if chosen not in every:
            raise Refusal("invalid_blocks", f"{chosen.get('value')!r} is not among the options")


def _chosen(element: Json) -> Iterator[Json]:
    if "initial_option" in element:
        yield element["initial_option"]
    if "initial_options" in element:
        if not element["initial_options"]:
            raise Refusal("invalid_blocks", "initial_options may not be empty")
        yield from element["initial_options"]


def _several(block: Json, limit: int) -> list[Json]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= limit:
        raise Refusal("invalid_blocks", f"1 to {limit} elements, please")
    return elements


def _plain(text: object, limit: int, what: str) -> None:
    if not isinstance(text, dict) or text.get("type") != "plain_text":
        raise Refusal("invalid_blocks", f"{what} must be plain_text")
    _text(text, limit, what)


def _text(text: object, limit: int, what: str) -> None:
    if not isinstance(text, dict) or text.get("type") not in {"plain_text", "mrkdwn"}:
        raise Refusal("invalid_blocks", f"{what} needs a text object")
    emoji = "emoji" if text["type"] == "plain_text" else "verbatim"
    _only(text, {"type", "text", emoji}, what)
    _length(text.get("text"), limit, what, least=1)


def _length(value: object, limit: int, what: str, least: int = 0) -> None:
    if not isinstance(value, str) or not least <= len(value) <= limit:
        size = len(value) if isinstance(value, str) else value
        raise Refusal("invalid_blocks", f"{what}: {size} characters, {limit} is the limit")


def _only(given: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = given.keys() - known
    if unknown:
        raise Refusal("invalid_blocks", f"{what} has no {', '.join(sorted(unknown))}")


_CHECKS: dict[str, Callable[[Json], None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
}

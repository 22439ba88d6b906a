"""How a person's values go into the parts of a form. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.support.fake_discord.limits import (
    CHECKBOX,
    LABEL,
    RADIO,
    ROW,
    TEXT,
    TEXT_INPUT,
    Json,
    Refusal,
)

Value = str | Sequence[str] | None


def label_of(row: Json) -> str:
    """What stands over a form's row; nothing over a text."""
    if row["type"] == TEXT:
        return ""
    return str(row["components"][0]["label"] if row["type"] == ROW else row["label"])


def id_of(row: Json) -> str:
    """The id under which a form's row is sent; nothing for a text."""
    if row["type"] == TEXT:
        return ""
    part = row["components"][0] if row["type"] == ROW else row["component"]
    return str(part["custom_id"])


def filled(row: Json, values: Mapping[str, str | Sequence[str]]) -> Json:
    """What is sent for a form's row. Raises Refusal where the client would let nobody send."""
    value = values.get(label_of(row))
    if row["type"] == TEXT:
        return {"type": TEXT, "id": 1}
    if row["type"] == ROW:
        return {"type": ROW, "id": 1, "components": [_part(row["components"][0], value)]}
    return {"type": LABEL, "id": 1, "component": _part(row["component"], value)}


def _part(part: Json, value: Value) -> Json:
    sent: Json = {"type": part["type"], "custom_id": part["custom_id"], "id": 2}
    needed = part.get("required", True)
    if part["type"] == TEXT_INPUT:
        typed = part.get("value") or "" if value is None else value
        if not isinstance(typed, str):
            raise LookupError(f"{part['custom_id']} takes one text")
        most, least = part.get("max_length") or 4000, part.get("min_length") or 0
        if len(typed) > most or (needed and not typed) or (typed and len(typed) < least):
            raise Refusal(400, 50035, "Invalid Form Body", f"{len(typed)} characters typed")
        return {**sent, "value": typed}
    if part["type"] == CHECKBOX:
        return {**sent, "value": bool(part.get("default") if value is None else value)}
    chosen = _chosen(part, [value] if isinstance(value, str) else value)
    if part["type"] == RADIO:
        if len(chosen) > 1 or (needed and not chosen):
            raise Refusal(400, 50035, "Invalid Form Body", f"{len(chosen)} chosen")
        return {**sent, "value": chosen[0] if chosen else None}
    least, most = part.get("min_values", 1 if needed else 0), part.get("max_values", 1)
    if len(chosen) > most or (len(chosen) < least and (needed or chosen)):
        raise Refusal(400, 50035, "Invalid Form Body", f"{len(chosen)} chosen")
    return {**sent, "values": chosen}


def _chosen(part: Json, given: Sequence[str] | None) -> list[str]:
    options = part.get("options") or []
    if given is None:
        return [option["value"] for option in options if option.get("default")]
    by_label = {option["label"]: option["value"] for option in options}
    known = {option["value"] for option in options}
    missing = [each for each in given if each not in known and each not in by_label]
    if missing:
        raise LookupError(f"{missing} not among {sorted(by_label)}")
    return [each if each in known else by_label[each] for each in given]

"""What the fake Discord refuses, as Discord does."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_discord import Json, Refusal, official
from tests.support.fake_discord.filling import filled, label_of
from tests.support.fake_discord.limits import (
    check_choices,
    check_commands,
    check_message,
    check_modal,
    parts,
)


def button(n: int = 1, **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": "Read", "custom_id": f"read:{n}", **more}


def row(*inside: Json) -> Json:
    return {"type": 1, "components": list(inside)}


def select(count: int = 2, **more: Any) -> Json:
    options = [{"label": f"Topic {n}", "value": str(n)} for n in range(count)]
    return {"type": 3, "custom_id": "topic", "options": options, **more}


def line(n: int = 1, **more: Any) -> Json:
    part = {"type": 4, "custom_id": f"f{n}", "style": 1, **more}
    return {"type": 18, "label": f"Field {n}", "component": part}


def modal(*rows: Json, **more: Any) -> Json:
    return {"custom_id": "form", "title": "Form", "components": list(rows), **more}


@pytest.mark.parametrize(
    "message",
    [
        {"content": "a" * 2000},
        {"embeds": [{"title": "a" * 256, "description": "b" * 4096}]},
        {"content": "a", "embeds": [{"fields": [{"name": "n", "value": "v"}] * 25}]},
        {"components": [row(*(button(r * 5 + n) for n in range(5))) for r in range(5)]},
        {"content": "a", "components": [row(select(25))], "nonce": "n" * 25},
        {"content": "a", "components": [row(button(label="a" * 80, custom_id="b" * 100))]},
        {"content": "a", "components": [row({"type": 2, "style": 5, "label": "a", "url": "b"})]},
    ],
)
def test_what_fits_is_taken(message: Json) -> None:
    check_message(message)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({}, 50006),
        ({"content": ""}, 50006),
        ({"content": "a" * 2001}, 50035),
        ({"content": "a", "nonce": "n" * 26}, 50035),
        ({"embeds": [{"title": "a"}] * 11}, 50035),
        ({"embeds": [{"title": "a" * 257}]}, 50035),
        ({"embeds": [{"description": "a" * 4097}]}, 50035),
        ({"embeds": [{"description": "a" * 4000}, {"description": "a" * 2001}]}, 50035),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, 50035),
        ({"embeds": [{"fields": [{"name": "n" * 257, "value": "v"}]}]}, 50035),
        ({"embeds": [{"fields": [{"name": "n", "value": "v" * 1025}]}]}, 50035),
        ({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, 50035),
        ({"embeds": [{"footer": {"text": "a" * 2049}}]}, 50035),
        ({"embeds": [{}]}, 50035),
        ({"content": "a", "components": [row(button(n)) for n in range(6)]}, 50035),
        ({"content": "a", "components": [row(*(button(n) for n in range(6)))]}, 50035),
        ({"content": "a", "components": [row()]}, 50035),
        ({"content": "a", "components": [row(button(), button())]}, 50035),
        ({"content": "a", "components": [row(button(label="a" * 81))]}, 50035),
        ({"content": "a", "components": [row(button(label=""))]}, 50035),
        ({"content": "a", "components": [row(button(custom_id="a" * 101))]}, 50035),
        ({"content": "a", "components": [row(button(custom_id=""))]}, 50035),
        ({"content": "a", "components": [row(select(26))]}, 50035),
        ({"content": "a", "components": [row(select(0))]}, 50035),
        ({"content": "a", "components": [row(select(2, max_values=3))]}, 50035),
        ({"content": "a", "components": [row(select(2, placeholder="a" * 151))]}, 50035),
        ({"content": "a", "components": [row(select(), button())]}, 50035),
        ({"content": "a", "components": [{"type": 10, "content": "a"}], "flags": 1 << 15}, 50035),
    ],
)
def test_what_does_not_fit_is_refused(message: Json, code: int) -> None:
    with pytest.raises(Refusal) as refused:
        check_message(message)
    assert (refused.value.status, refused.value.code) == (400, code)


def test_an_edit_may_name_only_what_changes() -> None:
    check_message({"components": []}, editing=True)
    with pytest.raises(Refusal):
        check_message({"content": "a" * 2001}, editing=True)


@pytest.mark.parametrize(
    "form",
    [
        modal(*(line(n) for n in range(5))),
        modal(line(max_length=4000, value="a" * 4000)),
        modal(row({"type": 4, "custom_id": "f", "label": "Old style", "style": 1})),
        modal({"type": 18, "label": "Pick", "component": select(25)}),
        modal({"type": 10, "content": "Please"}, line()),
    ],
)
def test_a_form_that_fits_is_taken(form: Json) -> None:
    check_modal(form)


@pytest.mark.parametrize(
    "form",
    [
        modal(),
        modal(*(line(n) for n in range(6))),
        modal(line(1), line(1)),
        modal(line(), title="a" * 46),
        modal(line(), title=""),
        modal(line(), custom_id="a" * 101),
        modal({**line(), "label": "a" * 46}),
        modal({**line(), "description": "a" * 101}),
        modal(line(max_length=4001)),
        modal(line(max_length=10, value="a" * 11)),
        modal(line(placeholder="a" * 101)),
        modal({"type": 18, "label": "Pick", "component": button()}),
        modal(row(button())),
        modal(row(line()["component"], line(2)["component"])),
    ],
)
def test_a_form_that_does_not_fit_is_refused(form: Json) -> None:
    with pytest.raises(Refusal) as refused:
        check_modal(form)
    assert refused.value.code == 50035


def command(**more: Any) -> Json:
    return {"name": "ask", "description": "Ask", "type": 1, **more}


def option(name: str = "question", **more: Any) -> Json:
    return {"name": name, "description": "What", "type": 3, **more}


TAKEN_COMMANDS: list[list[Json]] = [
    [command(name=f"c{n}") for n in range(100)],
    [command(options=[option("a", required=True), option("b", autocomplete=True)])],
    [command(name_localizations={"es-ES": "preguntar", "fr": "demander_à"})],
    [{"name": "Ask Crosswalk", "type": 3}],
]
REFUSED_COMMANDS: list[list[Json]] = [
    [command(name=f"c{n}") for n in range(101)],
    [command(), command()],
    [command(name="Ask")],
    [command(name="a" * 33)],
    [command(name="a b")],
    [command(description="")],
    [command(description="a" * 101)],
    [command(description_localizations={"fr": "a" * 101})],
    [command(options=[option(f"o{n}") for n in range(26)])],
    [command(options=[option("a"), option("b", required=True)])],
    [command(options=[option(choices=[{"name": "a", "value": "a"}], autocomplete=True)])],
    [command(options=[option(f"o{n}", description="d" * 100, choices=[
        {"name": "n" * 100, "value": "v" * 100}] * 4) for n in range(10)])],
    [{"name": "Ask", "type": 3, "description": "a"}],
]  # fmt: skip


@pytest.mark.parametrize("commands", TAKEN_COMMANDS)
def test_commands_that_fit_are_taken(commands: list[Json]) -> None:
    check_commands(commands)


@pytest.mark.parametrize("commands", REFUSED_COMMANDS)
def test_commands_that_do_not_fit_are_refused(commands: list[Json]) -> None:
    with pytest.raises(Refusal):
        check_commands(commands)


def test_twenty_five_suggestions_are_the_most() -> None:
    check_choices({"choices": [{"name": "a", "value": "b"}] * 25})
    with pytest.raises(Refusal):
        check_choices({"choices": [{"name": "a", "value": "b"}] * 26})
    with pytest.raises(Refusal):
        check_choices({"choices": [{"name": "a" * 101, "value": "b"}]})


def test_what_stands_deep_inside_is_found() -> None:
    section = {"type": 9, "components": [{"type": 10, "content": "a"}], "accessory": button(2)}
    container = {"type": 17, "components": [row(button(1)), section]}
    assert [part["custom_id"] for part in parts([container, line()])] == ["read:1", "read:2", "f1"]


def test_a_form_is_filled_as_a_person_fills_it() -> None:
    assert label_of(line()) == "Field 1"
    assert filled(line(value="León"), {})["component"]["value"] == "León"
    pick = {"type": 18, "label": "Pick", "component": select(3, min_values=0, max_values=2)}
    assert filled(pick, {"Pick": ["Topic 2"]})["component"]["values"] == ["2"]
    with pytest.raises(LookupError, match="Topic 9"):
        filled(pick, {"Pick": ["Topic 9"]})


@pytest.mark.parametrize(
    ("row", "value"),
    [(line(required=True), ""), (line(max_length=3), "León"), (line(min_length=5), "León")],
)
def test_the_client_lets_nobody_send_what_the_form_forbids(row: Json, value: str) -> None:
    with pytest.raises(Refusal):
        filled(row, {"Field 1": value})


def test_without_the_official_document_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(official.VARIABLE, raising=False)
    official.judge({"content": 7}, official.MESSAGE)


def test_a_body_is_judged_by_the_document_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = {"type": "object", "properties": {"id": {"$ref": "#/components/schemas/Id"}}}
    schemas = {
        "SnowflakeType": {"type": "string", "pattern": "^[0-9]+$"},
        "Id": {"$ref": "#/components/schemas/SnowflakeType"},
        official.MESSAGE: reference,
    }
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps({"components": {"schemas": schemas}}), "utf-8")
    monkeypatch.setenv(official.VARIABLE, str(file))
    official.judge({"id": "7"}, official.MESSAGE)
    official.judge({"id": 7}, official.MESSAGE)
    with pytest.raises(Refusal, match="id"):
        official.judge({"id": "seven"}, official.MESSAGE)


BY_THE_DOCUMENT: list[tuple[Callable[[], None], bool]] = [
    (lambda: official.judge({"content": "a"}, official.MESSAGE), True),
    (lambda: official.judge({"content": "a", "nonce": "n" * 26}, official.MESSAGE), False),
    (lambda: official.judge({"components": [row(button())]}, official.MESSAGE), True),
    (lambda: official.judge({"components": [row(button(style=9))]}, official.MESSAGE), False),
    (lambda: official.judge({"type": 9, "data": modal(line())}, official.CALLBACKS[9]), True),
    (lambda: official.judge({"type": 9, "data": {}}, official.CALLBACKS[9]), False),
    (lambda: official.judge({"type": 5, "data": {"flags": 64}}, official.CALLBACKS[5]), True),
    (lambda: official.judge({"type": 4, "data": {"content": 7}}, official.CALLBACKS[4]), False),
]


@pytest.mark.parametrize(("judge", "taken"), BY_THE_DOCUMENT)
def test_the_official_document_agrees(judge: Callable[[], None], taken: bool) -> None:
    if official.document() is None:
        pytest.skip("left out: DISCORD_OPENAPI names no copy of Discord's OpenAPI document")
    if taken:
        judge()
        return
    with pytest.raises(Refusal):
        judge()

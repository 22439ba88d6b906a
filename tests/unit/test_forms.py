"""Declared forms: drawn, read back typed, refused beside the field with what was typed kept."""

from importlib import import_module
from inspect import isclass
from pkgutil import walk_packages

import pytest

from bot import features
from bot.contract import FieldKind, Option
from bot.core.errors import InvalidForm, UserFacingError
from bot.core.forms import (
    FormOf,
    Values,
    any_topics,
    beside,
    choice,
    long_text,
    must_choose,
    one_of,
    optional,
    parsed,
    short_text,
    yes_or_no,
)
from bot.i18n import words
from knowledge.vocabulary import Level, Urgency

SAY = words("en")


def number(said: str) -> int:
    try:
        return int(said)
    except ValueError as error:
        raise UserFacingError("not_understood", value=said) from error


class Everything(FormOf):
    """One field of each kind."""

    action, heading = "every.thing", "Case {number}"
    title = short_text("Title", 20, required=True)
    text = long_text("Text", 100, empty="empty_question")
    size = parsed("Size", 9, number)
    link = optional("Link", 9, str.upper)
    level = choice("Level", Level)
    urgency = must_choose("Urgency", Urgency, value=Urgency.OPEN)
    way = one_of("Way", required=True)
    agreed = yes_or_no("Agreed")
    topics = any_topics("Topics")


FORM = Everything.draw(
    SAY, 7, {"title": "One"}, options={"way": [Option("By foot", "foot")]}, number=7
)
GOOD: Values = {"title": " A  title ", "size": "3", "way": "foot", "topics": ["legal"]}


def read(**changes: str | list[str]) -> Everything:
    return Everything.read({**GOOD, **changes}, FORM)


def test_a_form_is_drawn_with_what_stands_in_it() -> None:
    assert (FORM.title, FORM.action, FORM.subject) == ("Case 7", "every.thing", "7")
    fields = {field.name: field for field in FORM.fields}
    assert list(fields) == [*Everything.inputs()]
    assert fields["title"].value == "One"
    assert fields["title"].required
    assert fields["text"].kind is FieldKind.TEXT
    assert [each.value for each in fields["level"].options] == [*Level]
    assert fields["urgency"].value == Urgency.OPEN.value
    assert not Everything.draw(SAY, without=["title"], number=7).fields[0].required


def test_a_form_is_read_back_typed() -> None:
    told = read(text=" a\n\n\n\nb ", link="x", level="city", agreed="no")
    assert (told.title, told.text, told.size, told.link) == ("A title", "a\n\nb", 3, "X")
    assert (told.level, told.urgency, told.way) == (Level("city"), Urgency.OPEN, "foot")
    assert (told.agreed, told.topics) == (False, ("legal",))
    assert (read().level, read().agreed, read().link, read(topics="").topics) == (
        None,
        None,
        "",
        (),
    )


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "", "missing"),
        ("title", "x" * 21, "too_long"),
        ("size", "many", "not_understood"),
        ("size", "", "missing"),
        ("level", "moon", "unknown_choice"),
        ("way", "car", "unknown_choice"),
        ("way", "", "missing"),
        ("agreed", "perhaps", "unknown_choice"),
        ("topics", ["legal", "astrology"], "unknown_topics"),
    ],
)
def test_a_field_is_refused_and_what_was_typed_is_kept(
    field: str, value: str | list[str], code: str
) -> None:
    with pytest.raises(InvalidForm) as refused:
        read(**{field: value})
    assert {name: each.code for name, each in refused.value.problems.items()} == {field: code}
    again = refused.value.form
    assert again is not None
    kept = {each.name: each.value for each in again.fields}
    assert kept[field] == value
    assert kept["size"] == (value if field == "size" else "3")


def test_a_refusal_behind_a_form_stands_beside_its_field() -> None:
    with pytest.raises(InvalidForm) as refused, beside("title", FORM, GOOD):
        raise UserFacingError("programme_name_taken")
    assert refused.value.first.code == "programme_name_taken"
    assert refused.value.problems["title"].code == "programme_name_taken"
    assert refused.value.form is not None


def test_what_stood_there_may_stay() -> None:
    ways = {"way": [Option("By foot", "foot")]}
    form = Everything.draw(SAY, values={"topics": ["old"]}, options=ways, number=7)
    assert Everything.read({**GOOD, "topics": ["old", "legal"]}, form).topics == ("old", "legal")


def test_every_form_of_a_feature_has_an_action_and_fields() -> None:
    names = [each.name for each in walk_packages(features.__path__, f"{features.__name__}.")]
    modules = [import_module(name) for name in names]
    forms = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isclass(kind) and issubclass(kind, FormOf) and kind.inputs()
    }
    assert len(forms) > 25
    for form in forms:
        drawn = form.draw(SAY, number=1, draft=2)
        assert "." in drawn.action
        assert all(field.label and field.name for field in drawn.fields), form

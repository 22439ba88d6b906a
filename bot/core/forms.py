"""A form declared once: drawn with what stands in it, read back typed, refused field by field."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from typing import ClassVar, Generic, Self, TypeVar, overload

from bot.contract import Field, FieldKind, Form, Option
from bot.contract.markup import one_line, tidy
from bot.core.errors import InvalidForm, UserFacingError
from bot.i18n import Words
from bot.i18n.labels import options as words_of
from knowledge.errors import UnreadableInput
from knowledge.vocabulary import Topic

Value = str | Sequence[str]
Values = Mapping[str, Value]
Offered = Callable[[Words], Sequence[Option]] | None
E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
Read = Callable[[Value, Field], T]
"""What somebody filled in a field as it was drawn; refuses with a UserFacingError."""


class Input(Generic[T]):
    """One question of a form; on a form that was read, its answer."""

    def __init__(self, label: str, read: Read[T], drawn: Field, options: Offered = None) -> None:
        """`drawn`: the field without its words; `options`: what there always is to choose."""
        self.read = read
        self._label, self._drawn, self._options = label, drawn, options

    def __set_name__(self, owner: type["FormOf"], name: str) -> None:
        self._drawn = replace(self._drawn, name=name)

    @overload
    def __get__(self, filled: None, owner: type["FormOf"]) -> Self: ...
    @overload
    def __get__(self, filled: "FormOf", owner: type["FormOf"]) -> T: ...
    def __get__(self, filled: "FormOf | None", owner: type["FormOf"]) -> "Self | T":
        if filled is None:
            return self
        answer: T = filled.answers[self._drawn.name]  # type: ignore[assignment]
        return answer

    def draw(self, say: Words, value: Value | None, options: Sequence[Option] | None) -> Field:
        """The field as somebody gets it."""
        drawn = self._drawn
        if options is None:
            options = self._options(say) if self._options else ()
        return replace(
            drawn,
            label=say.label(self._label),
            hint=say.label(drawn.hint) if drawn.hint else "",
            value=drawn.value if value is None else value,
            options=options,
        )


class FormOf:
    """Subclass with `action`, `heading` and one Input per field, in their order."""

    action: ClassVar[str]
    heading: ClassVar[str]

    def __init__(self, answers: Mapping[str, object]) -> None:
        self.answers = answers

    @classmethod
    def inputs(cls) -> dict[str, Input[object]]:
        """The questions by name."""
        return {name: each for name, each in vars(cls).items() if isinstance(each, Input)}

    @classmethod
    def draw(
        cls,
        say: Words,
        subject: str | int = "",
        values: Values | None = None,
        *,
        note: str = "",
        title: str = "",
        options: Mapping[str, Sequence[Option]] | None = None,
        without: Collection[str] = (),
        **facts: object,
    ) -> Form:
        """The form with what stands in it: `options` of fields that vary, `facts` of the heading.

        `title` stands in place of the heading; fields in `without` are left out.
        """
        values, options = values or {}, options or {}
        fields = tuple(
            each.draw(say, values.get(name), options.get(name))
            for name, each in cls.inputs().items()
            if name not in without
        )
        shown = title or say.label(cls.heading, **facts)
        return Form(shown, cls.action, str(subject), fields, note)

    @classmethod
    def read(cls, values: Values, form: Form) -> Self:
        """What was filled in. Raises InvalidForm with a problem per field, and the form again."""
        answers: dict[str, object] = {}
        problems: dict[str, UserFacingError] = {}
        drawn = {field.name: field for field in form.fields}
        for name, each in cls.inputs().items():
            value = values.get(name, "") if name in drawn else ""
            try:
                answers[name] = each.read(value, drawn.get(name, Field(name, "")))
            except UserFacingError as problem:
                problems[name] = problem
        if problems:
            raise InvalidForm(problems, refilled(form, values))
        return cls(answers)


def short_text(
    label: str, limit: int, *, required: bool = False, hint: str = "", value: str = ""
) -> Input[str]:
    """One line of text."""
    return Input(label, _line, Field("", "", FieldKind.LINE, value, (), required, hint, limit))


def long_text(
    label: str,
    limit: int,
    *,
    required: bool = False,
    hint: str = "",
    check: Callable[[str], str] = str,
    empty: str = "missing",
) -> Input[str]:
    """Text with its paragraphs; `check` refuses in its own code, `empty` is that for none."""

    def read(value: Value, field: Field) -> str:
        return check(_fitting(tidy(_said(value)), field, empty))

    return Input(label, read, Field("", "", FieldKind.TEXT, "", (), required, hint, limit))


def with_words(said: str) -> str:
    """A question that has words in it. Raises `empty_question`."""
    if not any(char.isalnum() for char in said):
        raise UserFacingError("empty_question")
    return said


def parsed(
    label: str,
    limit: int,
    parse: Callable[[str], T],
    *,
    required: bool = True,
    hint: str = "",
    checked: bool = True,
) -> Input[T]:
    """A line in the form that `parse` gives it; `parse` refuses in its own code.

    Not `checked`: it also says what is wrong with nothing at all, and with more than fits.
    """

    def read(value: Value, field: Field) -> T:
        return parse(_line(value, field) if checked else one_line(_said(value)))

    return Input(label, read, Field("", "", required=required, hint=hint, max_length=limit))


def optional(label: str, limit: int, parse: Callable[[str], str], *, hint: str = "") -> Input[str]:
    """A line in the form that `parse` gives it, or "" where nothing was written."""

    def read(value: Value, field: Field) -> str:
        said = _line(value, field)
        return parse(said) if said else ""

    return Input(label, read, Field("", "", hint=hint, max_length=limit))


def choice(label: str, words: type[E], *, hint: str = "") -> Input[E | None]:
    """One word of a list, or None where nothing was chosen."""

    def read(value: Value, field: Field) -> E | None:
        said = _chosen(value, field)
        return words(said) if said else None

    return Input(label, read, Field("", "", FieldKind.ONE_OF, hint=hint), _all(words))


def must_choose(label: str, words: type[E], *, value: E | None = None, hint: str = "") -> Input[E]:
    """One word of a list; `value` stands there and holds where nothing was chosen."""

    def read(given: Value, field: Field) -> E:
        said = _chosen(given, field if value is None else replace(field, required=False))
        return words(said or str(value))

    drawn = Field("", "", FieldKind.ONE_OF, value or "", required=True, hint=hint)
    return Input(label, read, drawn, _all(words))


def one_of(
    label: str,
    words: Mapping[str, str] | None = None,
    *,
    value: str = "",
    required: bool = False,
    hint: str = "",
) -> Input[str]:
    """One of some words in a reader's language, or of the options that the form is drawn with."""

    def offered(say: Words) -> tuple[Option, ...]:
        return tuple(Option(say.label(shown), word) for word, shown in (words or {}).items())

    drawn = Field("", "", FieldKind.ONE_OF, value, (), required, hint)
    return Input(label, _chosen, drawn, offered)


def yes_or_no(label: str, *, value: str = "", hint: str = "") -> Input[bool | None]:
    """Yes, no, or None where nothing was chosen."""

    def read(given: Value, field: Field) -> bool | None:
        said = _chosen(given, field)
        return said == "yes" if said else None

    drawn = Field("", "", FieldKind.ONE_OF, value, hint=hint)
    return Input(label, read, drawn, _yes_and_no)


def any_of(label: str, *, hint: str = "") -> Input[tuple[str, ...]]:
    """Any of the options that the form is drawn with."""

    def read(value: Value, field: Field) -> tuple[str, ...]:
        said = tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(value)
        if set(said) - {option.value for option in field.options}:
            raise UserFacingError("unknown_choice")
        return said

    return Input(label, read, Field("", "", FieldKind.ANY_OF, hint=hint))


def any_topics(label: str) -> Input[tuple[str, ...]]:
    """Any topics, besides those that stand there already."""

    def read(value: Value, field: Field) -> tuple[str, ...]:
        said = tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(value)
        unknown = [each for each in said if each not in {*Topic, *field.value}]
        if unknown:
            raise UserFacingError("unknown_topics", value=unknown, allowed=[*Topic])
        return said

    return Input(label, read, Field("", "", FieldKind.ANY_OF), _all(Topic))


def refilled(form: Form, values: Values) -> Form:
    """The same form with what was typed in it."""
    fields = (replace(each, value=values.get(each.name, each.value)) for each in form.fields)
    return replace(form, fields=tuple(fields))


@contextmanager
def beside(field: str, form: Form, values: Values) -> Iterator[None]:
    """A refusal inside stands beside a field of the form, which comes again as it was filled in.

    What is wrong with that field is said above the form, too.
    """
    try:
        yield
    except InvalidForm as refused:
        raise InvalidForm(refused.problems, refused.form, refused.problems.get(field)) from refused
    except UserFacingError as problem:
        raise InvalidForm({field: problem}, refilled(form, values), problem) from problem


def or_refuse(reader: Callable[[str], T], said: str, code: str) -> T:
    """What `reader` makes of a value, or UserFacingError `code` with the value."""
    try:
        return reader(said)
    except UnreadableInput as error:
        raise UserFacingError(code, value=said[:60]) from error


def _all(words: type[StrEnum]) -> Offered:
    return lambda say: words_of(say, words)


def _yes_and_no(say: Words) -> tuple[Option, ...]:
    return Option(say.label("Yes"), "yes"), Option(say.label("No"), "no")


def _said(value: Value) -> str:
    return value if isinstance(value, str) else " ".join(value)


def _fitting(said: str, field: Field, empty: str = "missing") -> str:
    if len(said) > field.max_length:
        raise UserFacingError("too_long", limit=field.max_length)
    if field.required and not said:
        raise UserFacingError(empty)
    return said


def _line(value: Value, field: Field) -> str:
    return _fitting(one_line(_said(value)), field)


def _chosen(value: Value, field: Field) -> str:
    said = _line(value, field)
    if said and said not in {option.value for option in field.options}:
        raise UserFacingError("unknown_choice")
    return said

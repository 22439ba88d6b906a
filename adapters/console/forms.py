"""A form as prompts, one field after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced

from rich.text import Text

from adapters.console.lines import Lines
from adapters.console.markup import to_rich, words
from adapters.console.screen import Screen
from bot.contract import Field, FieldKind, Form, Option, PlatformUI, markup

Value = str | Sequence[str]
Values = dict[str, Value]
# Works in every language, beside the surface's own word.
CANCEL = "/cancel"
CLEAR = "-"
PROMPT = "  > "


class Cancelled(Exception):
    """The person left the form; nothing is to be sent."""


@dataclass(frozen=True, slots=True)
class Prompter:
    """Asks the fields of forms on one screen. `zone` is the reader's time zone."""

    lines: Lines
    screen: Screen
    ui: PlatformUI
    zone: str

    async def fill(self, form: Form, errors: Mapping[str, str]) -> Values:
        """Every field's value. Raises Cancelled, and EndOfInput or Interrupted from the lines."""
        heading = [words(form.title, "bold")]
        self.screen.show(*heading, *([to_rich(form.note, self.zone)] if form.note else []))
        self.screen.show(words(self.ui.cancelling, "dim"), "")
        return await self.ask(form.fields, {}, errors)

    async def ask(
        self, fields: Sequence[Field], known: Mapping[str, Value], errors: Mapping[str, str]
    ) -> Values:
        """The values of some fields; `known` stands in for their defaults, `errors` beside them."""
        values: Values = {}
        for field in fields:
            if field.name in known:
                field = replaced(field, value=known[field.name])  # noqa: PLW2901
            values[field.name] = await self._field(field, errors.get(field.name, ""))
            self.screen.show("")
        return values

    async def pick(self, label: str, options: Sequence[Option]) -> str:
        """The value of one option of a select. Raises like `fill`."""
        field = Field("", label, FieldKind.ONE_OF, options=options, required=True)
        self._introduce(field, "", (self.ui.choose, self.ui.cancelling))
        while True:
            if option := option_for(await self._line(), options):
                return option.value
            self.screen.show(words(f"{self.ui.choose}. {self.ui.cancelling}", "yellow"))

    async def _field(self, field: Field, error: str) -> Value:
        self._introduce(field, error, self._advice(field))
        while True:
            try:
                return self._taken(field, await self._typed(field))
            except _Refused as refusal:
                self.screen.show(words(f"{refusal} {self.ui.cancelling}", "yellow"))

    def _introduce(self, field: Field, error: str, advice: Sequence[str]) -> None:
        screen = self.screen
        screen.show(words(field.label, "bold"))
        if error:
            screen.show(to_rich(error, self.zone))
        if field.hint:
            screen.show(words(field.hint, "dim"))
        chosen = _chosen(field.value)
        for number, option in enumerate(field.options, 1):
            mark = " *" if option.value in chosen else ""
            number_sign = (f"[{number}]", "cyan")
            screen.show(Text.assemble("  ", number_sign, " ", words(option.label), mark))
        if chosen and not field.options:
            shown = markup.tidy(", ".join(chosen)).split("\n")
            screen.show(*(Text(f"  | {line}", "dim", overflow="fold") for line in shown))
        if advice:
            screen.show(words("; ".join(advice), "dim"))

    def _advice(self, field: Field) -> list[str]:
        ui = self.ui
        advice = []
        if field.options:
            several = field.kind is FieldKind.ANY_OF
            advice.append(ui.choose_several if several else ui.choose)
        elif field.kind is FieldKind.TEXT:
            advice.append(ui.several_lines)
        if _chosen(field.value):
            advice.append(ui.keep)
            advice += [] if field.required else [ui.clear]
        elif not field.required:
            advice.append(ui.skip)
        return advice

    async def _typed(self, field: Field) -> str:
        first = await self._line()
        if field.kind is not FieldKind.TEXT or field.options or not first.strip():
            return first
        if first.strip() == CLEAR:
            return first
        lines = [first]
        while (line := await self._line()).strip():
            lines.append(line)
        return "\n".join(lines)

    async def _line(self) -> str:
        line = await self.lines.line(PROMPT)
        if line.strip().casefold() in (CANCEL, self.ui.cancel.strip().casefold()):
            raise Cancelled
        return line

    def _taken(self, field: Field, typed: str) -> Value:
        """The value that a typed answer stands for. Raises _Refused with a sentence."""
        several = field.kind is FieldKind.ANY_OF
        value: Value
        if not typed.strip():
            value = tuple(_chosen(field.value)) if several else "".join(_chosen(field.value)[:1])
        elif typed.strip() == CLEAR and not field.required:
            value = () if several else ""
        elif field.options:
            picked = self._picked(field, typed)
            value = picked if several else picked[0]
        else:
            value = (typed.strip(),) if several else typed.strip()
        if field.required and not value:
            raise _Refused(self.ui.required)
        if isinstance(value, str) and not field.options and len(value) > field.max_length:
            raise _Refused(self.ui.too_long.replace("{limit}", str(field.max_length)))
        return value

    def _picked(self, field: Field, typed: str) -> tuple[str, ...]:
        if field.kind is FieldKind.ANY_OF:
            parts = [part for part in typed.replace(",", " ").split() if part]
            picked = [option_for(part, field.options) for part in parts]
            if None in picked:  # a label may hold spaces
                picked = [option_for(part, field.options) for part in typed.split(",")]
            if None in picked:
                raise _Refused(self.ui.choose_several)
            return tuple(dict.fromkeys(option.value for option in picked if option))
        option = option_for(typed, field.options)
        if not option:
            raise _Refused(self.ui.choose)
        return (option.value,)


class _Refused(Exception):
    """An answer that cannot be taken, with the sentence that says so."""


def option_for(typed: str, options: Sequence[Option]) -> Option | None:
    """The option that a number (from 1) or a whole label stands for."""
    typed = typed.strip()
    if typed.isascii() and typed.isdigit():
        number = int(typed) if len(typed) < len(str(len(options))) + 2 else 0
        return options[number - 1] if 1 <= number <= len(options) else None
    named = [option for option in options if option.label.casefold() == typed.casefold()]
    return named[0] if named else None


def _chosen(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(value)

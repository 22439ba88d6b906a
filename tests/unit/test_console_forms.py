"""Forms and lines in the terminal: kind about mistakes, and nothing sent by accident."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from adapters.console import create
from adapters.console.lines import EndOfInput, Interrupted
from adapters.console.typed_lines import TypedLines
from bot.contract import (
    Adapter,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Inbound,
    Option,
    Place,
    Pressed,
    Receipt,
    Reply,
    Said,
    Select,
    Submitted,
)
from tests.support.scripted_terminal import PERSON, SURFACE, Interrupt, Say, ScriptedTerminal

SURFACES = {"en": SURFACE}

OPTIONS = (Option("Legal basis", "l"), Option("Data quality", "d"), Option("Skills", "s"))


async def conversed(form: Form, *lines: str, piped: str | None = None) -> tuple[list[Inbound], str]:
    """The acts and the transcript of `open`, then `lines`, with `form` as the first answer."""
    acts: list[Inbound] = []

    async def handler(act: Inbound) -> Reply:
        acts.append(act)
        return Reply("Please.", form=form) if len(acts) == 1 else Reply("Noted.")

    stdout = io.StringIO()
    stdin = io.StringIO("open\n" + (piped if piped is not None else "\n".join((*lines, ""))))
    await create(PERSON, stdin=stdin, stdout=stdout).run(handler, SURFACES)
    return acts, stdout.getvalue()


def one(kind: FieldKind, value: str | Sequence[str] = "", *, required: bool = False) -> Form:
    options = OPTIONS if kind in (FieldKind.ONE_OF, FieldKind.ANY_OF) else ()
    field = Field(
        "f", "Field", kind, value, options, required=required, hint="A hint", max_length=9
    )
    return Form("Form", "send", fields=(field,))


@pytest.mark.parametrize(
    ("form", "lines", "value"),
    [
        (one(FieldKind.LINE), ["abc"], "abc"),
        (one(FieldKind.LINE), [""], ""),
        (one(FieldKind.LINE, "kept"), [""], "kept"),
        (one(FieldKind.LINE, "gone"), ["-"], ""),
        (one(FieldKind.LINE, "kept", required=True), ["-"], "-"),
        (one(FieldKind.LINE), ["quit"], "quit"),
        (one(FieldKind.TEXT), ["a", " b", ""], "a\n b"),
        (one(FieldKind.TEXT, "kept"), [""], "kept"),
        (one(FieldKind.TEXT, "gone"), ["-"], ""),
        (one(FieldKind.ONE_OF), ["2"], "d"),
        (one(FieldKind.ONE_OF), ["data QUALITY"], "d"),
        (one(FieldKind.ONE_OF, "s"), [""], "s"),
        (one(FieldKind.ONE_OF), ["4", "0", "x", "3"], "s"),
        (one(FieldKind.ANY_OF), ["1,3"], ("l", "s")),
        (one(FieldKind.ANY_OF), ["3 1 3"], ("s", "l")),
        (one(FieldKind.ANY_OF), ["legal basis, Skills"], ("l", "s")),
        (one(FieldKind.ANY_OF, ("l", "d")), [""], ("l", "d")),
        (one(FieldKind.ANY_OF, ("l", "d")), ["-"], ()),
        (one(FieldKind.ANY_OF, required=True), ["", ",", "2"], ("d",)),
    ],
)
async def test_what_is_typed_becomes_the_value(
    form: Form, lines: list[str], value: str | Sequence[str]
) -> None:
    acts, _ = await conversed(form, *lines)
    assert isinstance(acts[1], Submitted)
    assert acts[1].values == {"f": value}


async def test_a_field_shows_label_hint_default_and_options() -> None:
    _, shown = await conversed(one(FieldKind.ONE_OF, "d"), "")
    for words in ("Field", "A hint", "[1] Legal basis", "[2] Data quality *", SURFACE.choose,
                  SURFACE.keep, SURFACE.clear):  # fmt: skip
        assert words in shown


async def test_a_required_field_is_insisted_on_and_a_long_one_refused_in_words() -> None:
    acts, shown = await conversed(one(FieldKind.LINE, required=True), "", "x" * 10, "fine")
    assert isinstance(acts[1], Submitted)
    assert acts[1].values == {"f": "fine"}
    assert SURFACE.required in shown
    assert "At most 9 characters, please." in shown


@pytest.mark.parametrize("word", ["/cancel", " /LEAVE "])
async def test_a_word_leaves_the_form(word: str) -> None:
    acts, shown = await conversed(one(FieldKind.TEXT), "half a text", word, "next")
    assert [act.text for act in acts if isinstance(act, Said)] == ["open", "next"]
    assert len(acts) == 2
    assert SURFACE.cancelled in shown


async def test_the_end_of_input_inside_a_form_sends_nothing() -> None:
    acts, shown = await conversed(one(FieldKind.TEXT), piped="half a text")
    assert len(acts) == 1
    assert SURFACE.cancelled in shown
    assert shown.rstrip().endswith(SURFACE.goodbye)


async def test_ctrl_c_leaves_the_form_and_then_the_conversation() -> None:
    terminal = ScriptedTerminal()
    acts: list[Inbound] = []

    async def handler(act: Inbound) -> Reply:
        acts.append(act)
        return Reply("Please.", form=one(FieldKind.LINE))

    await terminal.play(
        handler, Say("open"), Interrupt(), Say("again"), Interrupt(), Interrupt(), Say("lost")
    )
    assert [act.text for act in acts if isinstance(act, Said)] == ["open", "again"]
    assert terminal.seen().endswith("Nothing was sent. Goodbye.")


async def test_errors_without_a_field_are_shown_and_ask_nothing() -> None:
    answers = [
        Reply("Please.", form=one(FieldKind.LINE)),
        Reply("Sorry.", errors={"other": "Not now."}),
    ]
    stdout = io.StringIO()

    async def handler(act: Inbound) -> Reply:
        return answers.pop(0)

    stdin = io.StringIO("open\nvalue\n")
    await create(PERSON, stdin=stdin, stdout=stdout).run(handler, SURFACES)
    assert "Not now." in stdout.getvalue()
    assert not answers


async def test_numbers_press_until_other_choices_stand_there() -> None:
    acts: list[Inbound] = []
    shown = [
        Reply("First.", buttons=(Button("One", "one"), Button("Two", "two"))),
        Reply("No choices."),
        Reply("Second.", buttons=(Button("Other", "other"),)),
    ]

    async def handler(act: Inbound) -> Reply:
        acts.append(act)
        return shown.pop(0) if shown else Reply("Noted.")

    stdin = io.StringIO("open\n2\n1\n1\n2\n1 city\n")
    await create(PERSON, stdin=stdin, stdout=io.StringIO()).run(handler, SURFACES)
    meant = [act.action if isinstance(act, Pressed) else act.text for act in acts
             if isinstance(act, Pressed | Said)]  # fmt: skip
    assert meant == ["open", "two", "one", "other", "2", "1 city"]


async def test_a_select_asks_until_a_number_or_a_word_of_leaving() -> None:
    acts: list[Inbound] = []
    select = Select("Topic", "topic", "7", OPTIONS)

    async def handler(act: Inbound) -> Reply:
        acts.append(act)
        return Reply("First.", cards=(Card("Case", selects=(select,)),))

    stdout = io.StringIO()
    stdin = io.StringIO("open\n1\n9\n\nskills\n1\n/cancel\n")
    await create(PERSON, stdin=stdin, stdout=stdout).run(handler, SURFACES)
    assert len(acts) == 2
    assert isinstance(acts[1], Pressed)
    assert (acts[1].action, acts[1].subject, acts[1].values) == ("topic", "7", ("s",))
    assert SURFACE.cancelled in stdout.getvalue()


@pytest.mark.parametrize("word", ["quit", "EXIT", "salir", " quitter "])
async def test_leaving_needs_no_particular_language(word: str) -> None:
    stdout = io.StringIO()

    async def handler(act: Inbound) -> Reply:
        raise AssertionError(act)

    await create(PERSON, stdin=io.StringIO(f"\n{word}\nlost\n"), stdout=stdout).run(
        handler, SURFACES
    )
    assert stdout.getvalue().rstrip().endswith(SURFACE.goodbye)


async def test_bad_bytes_and_lone_surrogates_become_replacement_characters() -> None:
    said: list[str] = []

    async def handler(act: Inbound) -> Reply:
        assert isinstance(act, Said)
        said.append(act.text)
        return Reply(act.text.replace("[", "\\["))

    stdin = io.TextIOWrapper(io.BytesIO(b"\xff\xfe caf\xc3\xa9\n"), encoding="utf-8")
    await create(PERSON, stdin=stdin, stdout=io.StringIO()).run(handler, SURFACES)
    await create(PERSON, stdin=io.StringIO("\udcff x\n"), stdout=io.StringIO()).run(
        handler, SURFACES
    )
    assert said == ["\ufffd\ufffd café", "\ufffd x"]


async def test_closing_ends_a_conversation_that_waits_for_a_line() -> None:
    never = asyncio.Event()

    class Silent(io.StringIO):
        def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
            asyncio.run(asyncio.wait_for(never.wait(), 2))
            return ""

    async def handler(act: Inbound) -> Reply:
        raise AssertionError(act)

    stdout = io.StringIO()
    adapter = create(PERSON, stdin=Silent(), stdout=stdout)
    running = asyncio.create_task(adapter.run(handler, SURFACES))
    await asyncio.sleep(0.05)
    await adapter.aclose()
    await asyncio.wait_for(running, 1)
    assert stdout.getvalue().rstrip().endswith(SURFACE.goodbye)


async def test_a_closed_pipe_ends_without_a_word() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    async def handler(act: Inbound) -> Reply:
        raise AssertionError(act)

    await create(PERSON, stdin=io.StringIO("hello\n"), stdout=Closed()).run(handler, SURFACES)


async def test_a_terminal_edits_completes_and_ends() -> None:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        lines = TypedLines(SURFACE.verbs)
        keys.send_text("hellp\x7fo\r")
        assert await lines.line("> ", remember=True) == "hello"
        keys.send_text("plain\r")
        assert await lines.line("  > ") == "plain"
        keys.send_text("\x1b[A\r")
        assert await lines.line("> ", remember=True) == "hello"
        keys.send_text("\x03")
        with pytest.raises(Interrupted):
            await lines.line("> ")
        keys.send_text("\x04")
        with pytest.raises(EndOfInput):
            await lines.line("> ", remember=True)


async def test_a_message_that_nobody_waits_for_is_shown() -> None:
    stdout = io.StringIO()
    adapter: Adapter = create(PERSON, stdin=io.StringIO(), stdout=stdout)
    place = Place("console", "local", "ana")
    receipt = await adapter.post(place, Reply("Two offices answered."), "k", in_doubt=True)
    assert receipt == Receipt("console", "local", "ana", "k")
    await adapter.show_home(PERSON, Reply("Nobody sees this."))
    assert "Two offices answered." in stdout.getvalue()
    assert "Nobody" not in stdout.getvalue()


async def test_a_terminal_is_connected_while_somebody_talks_in_their_language() -> None:
    seen: list[bool] = []

    async def handler(act: Inbound) -> Reply:
        seen.append(adapter.health().connected)
        return Reply("Noted.")

    stdout = io.StringIO()
    adapter = create(replace(PERSON, locale="es-MX"), stdin=io.StringIO("hola\n"), stdout=stdout)
    assert not adapter.health().connected
    spanish = replace(SURFACE, language="es", goodbye="Hasta luego.")
    await adapter.run(handler, {"en": SURFACE, "es": spanish})
    assert seen == [True]
    assert "Hasta luego." in stdout.getvalue()
    await adapter.aclose()
    assert not adapter.health().connected

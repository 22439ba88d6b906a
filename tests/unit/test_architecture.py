"""What holds the house together: names used once, every button routed, every refusal worded."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

import bot
from bot.app import Core
from bot.core.commands import KEYS
from bot.core.error_messages import SENTENCES
from bot.core.handlers import Routes
from bot.features.members.administration_replies import ACTS
from bot.i18n.links import LABELS
from tests.support.grammar import GRAMMAR

BOT = Path(bot.__file__).parent
ROOT = BOT.parent
PYTHON = sorted(
    file for house in ("bot", "adapters", "knowledge") for file in (ROOT / house).rglob("*.py")
)


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


@cache
def calls_by_name() -> dict[str, list[tuple[Path, ast.Call]]]:
    """Every call in bot/, by what is called."""
    found: dict[str, list[tuple[Path, ast.Call]]] = defaultdict(list)
    for file in PYTHON:
        if not file.is_relative_to(BOT):
            continue
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                found[name].append((file, node))
    return found


def calls(name: str) -> list[tuple[Path, ast.Call]]:
    """Every call of something called `name` in bot/."""
    return calls_by_name()[name]


def argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    plain = [each for each in call.args if not isinstance(each, ast.Starred)]
    return plain[position] if len(plain) > position and len(plain) == len(call.args) else None


def constants(node: ast.AST) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def routed(core: Core) -> set[str]:
    return set(core.dispatcher.actions)


def test_no_two_features_share_a_word_or_an_action(core: Core) -> None:
    for twice in ([core.reviewing, core.reviewing], [core.privacy, core.asking, core.privacy]):
        with pytest.raises(ValueError, match="twice"):
            Routes(twice)


def test_every_command_that_is_declared_is_routed(core: Core) -> None:
    assert core.dispatcher.grammar.commands == GRAMMAR.commands
    assert set(KEYS.values()) == {"topic", "community", "level", "country", "language", "since"}


def test_every_button_select_and_form_does_something(core: Core) -> None:
    """An action is a dotted word: wherever one is written, the dispatcher must know it."""
    named: dict[str, str] = dict.fromkeys(LABELS, "bot/i18n/links.py")
    for maker, position in (("Button", 1), ("Select", 1), ("Form", 1)):
        for file, call in calls(maker):
            action = argument(call, position, "action")
            if isinstance(action, ast.Constant):
                named[str(action.value)] = f"{file.name}:{call.lineno}"
    assert len(named) > 20
    assert {name: where for name, where in named.items() if name not in routed(core)} == {}


def test_every_job_that_is_written_is_looked_at_under_a_name_of_its_own(core: Core) -> None:
    written = [argument(call, 0, "name") for _, call in calls("PeriodicJob")]
    names = [str(name.value) for name in written if isinstance(name, ast.Constant)]
    assert len(names) == len(written)
    assert sorted(job.name for job in core.jobs) == sorted(names)


def test_every_refusal_has_a_sentence() -> None:
    raised: dict[str, str] = {}
    for file, call in calls("UserFacingError"):
        code = argument(call, 0, "code")
        for value in constants(code) if code else ():
            raised[value] = f"{file.name}:{call.lineno}"
    assert len(raised) > 30
    assert {code: where for code, where in raised.items() if code not in SENTENCES} == {}


def test_every_act_on_record_has_words() -> None:
    """Stewards read what was done, never the name of it."""
    written = {
        str(act.value)
        for _, call in calls("record")
        if isinstance(act := argument(call, 2, "act"), ast.Constant) and "." in str(act.value)
    }
    assert len(written) > 10
    assert sorted(written - set(ACTS)) == []


def test_no_sentence_is_written_outside_the_catalogues() -> None:
    """A reply's text comes from `say`, never from a literal."""
    for maker in ("Reply", "Card", "Button", "Form", "Fact", "Option"):
        for file, call in calls(maker):
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Constant) and "cli" not in file.parts:
                assert not str(first.value).strip(), f"{file.name}:{call.lineno}"


LONGER = "collect"
"""Asks for each kind of personal data by name, one after the other."""


def test_functions_stay_small() -> None:
    for file in PYTHON:
        if "versions" in file.parts:
            continue
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                long = length > 65 and node.name != LONGER
                assert not long, f"{file.name}:{node.name} has {length} lines"


def test_every_module_says_what_it_is() -> None:
    for file in PYTHON:
        if "versions" in file.parts or not file.read_text("utf-8").strip():
            continue
        assert ast.get_docstring(tree(file)), file

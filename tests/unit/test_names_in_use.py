"""Names that outlive the program: buttons that were sent carry actions, rows carry values.

`tests/data/names_in_use.json` holds them. A name may be added there; one that goes needs a
migration of what is stored, and for an action a thought for the buttons that were sent.
"""

import json
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import bot
import knowledge
from bot.app import Core
from tests.support.grammar import COMMANDS

IN_USE = json.loads((Path(__file__).parents[1] / "data" / "names_in_use.json").read_text("utf-8"))


def below(kind: type[StrEnum]) -> Iterator[type[StrEnum]]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def test_buttons_that_were_sent_still_do_something(core: Core) -> None:
    assert set(core.dispatcher.actions) == set(IN_USE["actions"])


def test_words_that_people_know_are_understood() -> None:
    assert {each.name: sorted(each.words) for each in COMMANDS} == IN_USE["verbs"]


def test_values_that_are_stored_can_be_read() -> None:
    for package in (bot, knowledge):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and not module.name.endswith("__main__"):
                import_module(module.name)
    ours = {
        kind.__name__: sorted(each.value for each in kind)
        for kind in below(StrEnum)
        if kind.__module__.partition(".")[0] in {"bot", "knowledge"}
    }
    assert ours == IN_USE["values"]

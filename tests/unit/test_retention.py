"""What tables say of how long they keep what: the docs repeat it, and timers keep to it."""

import ast
from pathlib import Path
from types import ModuleType

import pytest

from bot.features.introductions import service as introductions
from bot.runtime import home_refresh, server
from knowledge.conversations import conversations
from knowledge.lifecycle import registry
from tests.support.retention import declared, standing, written

LIFECYCLE = Path(registry.__file__).parent


def test_the_docs_say_what_the_tables_say() -> None:
    _, table, _ = standing()
    assert table == written(), "python -m tests.support.retention writes it anew"


@pytest.mark.parametrize(
    ("table", "timer"),
    [
        ("line", conversations.KEPT),
        ("meeting", conversations.KEPT),
        ("delivery", server.MESSAGES_KEPT),
        ("inbox", server.ACTS_KEPT),
        ("home", home_refresh.REMEMBERED),
        ("request", introductions.DRAFTS_KEPT),
    ],
)
def test_a_number_of_days_is_that_of_the_timer(table: str, timer: object) -> None:
    assert f"{getattr(timer, 'days', None)} days" in declared()[table].until


def test_the_lifecycle_names_no_table() -> None:
    for file in LIFECYCLE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not str(node.module).endswith(".tables"), file.name


def test_every_package_that_holds_something_is_in_the_registry() -> None:
    folders = {file.parent.name for file in LIFECYCLE.parent.glob("*/personal_data.py")}
    known = {
        module.__name__.split(".")[1]
        for module in vars(registry).values()
        if isinstance(module, ModuleType) and module.__name__.endswith(".personal_data")
    }
    assert known == folders - {"database", "lifecycle"}
    assert len(registry.HELD) == len(known)

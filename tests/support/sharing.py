"""Which tests run in one process when several run tests beside one another.

What a file makes once for all of its tests would be made once in each process, and so would the
model be loaded, if their tests were given out one by one.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ONCE_A_FILE = re.compile(r'fixture\(scope="module"\)')
LOADS_THE_MODEL = re.compile(r"\bembedded: ")


class TestsThatShare(LoadScopeScheduling):  # type: ignore[misc]
    """Gives out tests one by one, but those that share something together, and these first."""

    def __init__(self, config: pytest.Config, log: object = None) -> None:
        super().__init__(config, log)
        self._root = config.rootpath

    def _split_scope(self, nodeid: str) -> str:
        return together(self._root / nodeid.partition("::")[0]) or nodeid


@cache
def together(file: Path) -> str:
    """The name of what the tests of a file belong to; nothing when each goes by itself."""
    text = file.read_text("utf-8")
    if LOADS_THE_MODEL.search(text):
        return "the model"
    return str(file) if ONCE_A_FILE.search(text) else ""

"""What an installation fetches is what was tested, file for file."""

import re

from tests.support.lock import CONSTRAINTS, ELSEWHERE, LINE, LOCK, needed, pinned


def test_the_lock_names_what_the_constraints_pin_each_with_its_digests() -> None:
    text = LOCK.read_text("utf-8")
    wanted = pinned(CONSTRAINTS.read_text("utf-8"))
    again = "run: make lock"
    assert pinned(text) == {name: wanted[name] for name in wanted.keys() - ELSEWHERE}, again
    for block in re.findall(r"^\w\S*==.*(?:\n    .*)*", text, re.MULTILINE):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.partition("\n")[0]


def test_what_the_program_needs_stands_before_what_only_tests_need() -> None:
    first, _, rest = LOCK.read_text("utf-8").partition(LINE)
    assert needed() - ELSEWHERE <= pinned(first).keys()
    assert "pytest" in pinned(rest)

"""A short run of `python -m tests.kills`: whatever is killed, everything is read once."""

from pathlib import Path

import pytest

from tests.kills.__main__ import killed

pytestmark = pytest.mark.timeout(240)


async def test_everything_is_read_once_however_the_bot_is_killed(tmp_path: Path) -> None:
    figures = await killed(tmp_path, lives=4, seconds=200, seed=3)
    assert figures.intents.total() >= 4
    assert figures.kills.total() >= 2
    assert not figures.wrong

"""Fixtures that most tests share: a real SQLite file, a deterministic encoder, a wired core."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import Core, build
from bot.settings import Settings
from knowledge.store import Store
from tests.support.fake_encoder import HashEncoder

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database with all tables."""
    opened = Store(f"sqlite:///{tmp_path}/crosswalk.db")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def core(store: Store) -> Iterator[Core]:
    """The core over that database, with an encoder that needs no model."""
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    wired = build(
        settings,
        store,
        HashEncoder(),
        clock=lambda: NOW,
        stewards=frozenset({"console:local:steward"}),
    )
    yield wired
    wired.close()

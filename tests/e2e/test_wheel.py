"""A built wheel holds all that the code reads at run time, and works away from the sources."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.processes import ROOT, environment

PARTS = ("pyproject.toml", "README.md", "LICENSE", "bot", "adapters", "knowledge")
USE = """
import asyncio, pathlib, sys
import bot, knowledge
from bot.app import build, open_store
from bot.contract import Person, Place, Said
from bot.features.exchange.prompts.library import library
from bot.cli.sample import load_sample
from bot.settings import Settings
from bot.i18n import words
from knowledge.search.confidence import calibrations

for module in (bot, knowledge):
    assert pathlib.Path(module.__file__).is_relative_to(sys.argv[1]), module.__file__
assert words("es")("There is no case in the library yet.") != "There is no case in the library yet."
assert len(library()) == 20
assert "multilingual-e5-small-4bit" in calibrations()
store = open_store(Settings())
loaded = store.write(load_sample)
assert loaded.cases >= 80 and loaded.members >= 48, loaded
print("works")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the sources as they stand, built without a network."""
    source = tmp_path_factory.mktemp("source")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(
                ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / part, source / part)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", "."],
        cwd=source,
        env=environment(PIP_NO_INDEX="1"),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = (source / "dist").glob("*.whl")
    return built


def test_every_file_that_is_read_at_run_time_is_in_it(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {
        str(file.relative_to(ROOT))
        for house in ("bot", "adapters", "knowledge")
        for file in (ROOT / house).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc"
    }
    assert wanted - names == set()
    for name in (
        "knowledge/search/calibration.json",
        "knowledge/sample/cases.jsonl",
        "knowledge/sample/members.jsonl",
        "knowledge/migrations/env.py",
        "knowledge/migrations/versions/0016_the_first_tables.py",
        "bot/features/briefs/page.typ",
        "bot/documents/chart.typ",
        "bot/i18n/locale/es/LC_MESSAGES/crosswalk.po",
        "bot/i18n/locale/fr/LC_MESSAGES/crosswalk.po",
        "bot/py.typed",
    ):
        assert name in names
    assert not any(name.startswith(("tests/", "docs/")) for name in names)
    (points,) = [name for name in names if name.endswith("entry_points.txt")]
    with ZipFile(wheel) as archive:
        told = archive.read(points).decode()
    assert "crosswalk = bot.cli:main" in told
    assert "[crosswalk.adapters]" in told


def test_it_works_from_where_it_is_unpacked(wheel: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "unpacked"
    with ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    env = {
        **environment(DATABASE_URL=f"sqlite:///{tmp_path}/x.db"),
        "PYTHONPATH": str(unpacked),
    }
    done = subprocess.run(
        [sys.executable, "-c", USE, str(unpacked)],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "works\n"

"""Crosswalk as an operator starts it: a process of its own, in a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(**more: str) -> dict[str, str]:
    """An environment that holds none of our settings but `more`."""
    kept = ("PATH", "HOME", "LANG", "MODEL_CACHE_DIR", "TMPDIR", "XDG_CACHE_HOME")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    return {**found, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "OMP_NUM_THREADS": "1", **more}


def crosswalk(
    *args: str | Path, at: Path, env: Mapping[str, str] | None = None, said: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one command in the folder `at`, with `said` on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, args)],
        cwd=at,
        env=environment(**(env or {})),
        input=said,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


def works(*args: str | Path, at: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command that must succeed."""
    done = crosswalk(*args, at=at, env=more)
    assert done.returncode == 0, done.stderr
    return done


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence with which a command was refused."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("crosswalk: ")
    assert lines[0].endswith(".")
    return lines[0].removeprefix("crosswalk: ")

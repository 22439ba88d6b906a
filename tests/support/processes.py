"""Crosswalk as an operator starts it: a process of its own, in a folder of its own."""

import atexit
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.command_server import Job

ROOT = Path(__file__).parents[2]


def environment(**more: str) -> dict[str, str]:
    """An environment that holds none of our settings but `more`."""
    kept = ("PATH", "HOME", "LANG", "MODEL_CACHE_DIR", "TMPDIR", "XDG_CACHE_HOME")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    return {**found, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "OMP_NUM_THREADS": "1", **more}


@cache
def _commands() -> subprocess.Popen[str]:
    """The process that is forked for each command of this one's tests."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.support.command_server"],
        cwd=ROOT,
        env=environment(OPENBLAS_NUM_THREADS="1"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)
    return server


def crosswalk(
    *args: str | Path, at: Path, env: Mapping[str, str] | None = None, said: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one command in the folder `at`, with `said` on its standard input."""
    server = _commands()
    assert server.stdin
    assert server.stdout
    with TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("in", "out", "err")]
        streams[0].write_text(said, "utf-8")
        words = [str(each) for each in args]
        job = Job(words, str(at), environment(**(env or {})), [str(each) for each in streams])
        server.stdin.write(job.line())
        server.stdin.flush()
        code = server.stdout.readline()
        assert code, "the process that runs commands has ended"
        out, err = (each.read_text("utf-8") for each in streams[1:])
    return subprocess.CompletedProcess(words, int(code), out, err)


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

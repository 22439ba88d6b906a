"""Runs commands of Crosswalk, each in a process of its own that need not import it anew.

`python -m tests.support.command_server` reads a command a line (`Job` as JSON) and answers with its
exit code. It imports what commands need once and is forked for each of them, so folder,
environment, standard streams, handlers and exit code are those of `python -m bot`.
"""

import json
import os
import runpy
import sys
from dataclasses import asdict, dataclass

NEEDED = ("bot.cli", "bot.app", "bot.runtime.server")


@dataclass(frozen=True)
class Job:
    """One command, where it runs, and the files of its standard streams."""

    args: list[str]
    folder: str
    env: dict[str, str]
    streams: list[str]
    """Files for standard input, output and error."""

    def line(self) -> str:
        return json.dumps(asdict(self)) + "\n"


def _become(job: Job) -> None:
    """Be that command; ends the process."""
    os.chdir(job.folder)
    os.environ.clear()
    os.environ.update(job.env)
    sys.path[:0] = [each for each in job.env.get("PYTHONPATH", "").split(os.pathsep) if each]
    for number, (name, mode) in enumerate(zip(job.streams, ("r", "w", "w"), strict=True)):
        with open(name, mode, encoding="utf-8") as file:  # noqa: PTH123
            os.dup2(file.fileno(), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    sys.argv = ["crosswalk", *job.args]
    runpy.run_module("bot", run_name="__main__", alter_sys=False)
    sys.exit(0)


def serve() -> None:
    """Until there are no more commands."""
    for name in NEEDED:
        __import__(name)
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            _become(Job(**json.loads(line)))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()

"""Reads one document in a process of its own, with bounds on time and memory.

A document of a few kilobytes can keep a parser busy for ever or fill the memory; a process can be
ended from outside, a thread cannot. What runs in it is `sandboxed`.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import knowledge
from knowledge.readers.limits import Limits, Refused
from knowledge.readers.tabular import Remark, Row

_START_SECONDS = 10  # a busy machine may need this long to start Python
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL")


def confined_rows(kind: str, path: Path, limits: Limits) -> list[Row | Remark]:
    """Return the rows of a document, read in another process.

    `kind` is `pdf`, `docx`, `xlsx`, `html` or `markdown`.
    Raises `Refused` with the reader's sentence, or where the bounds were reached.
    """
    package = str(Path(knowledge.__path__[0]).parent)
    # No token or address of the community's own settings goes along.
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    command = [sys.executable, "-P", "-m", "knowledge.readers.sandboxed"]
    try:
        done = subprocess.run(  # noqa: S603 (our own module, arguments never pass a shell)
            [*command, kind, str(path.absolute()), json.dumps(asdict(limits))],
            env=environment | {"PYTHONPATH": package, "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.seconds + _START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(
            f"The document takes longer than {limits.seconds:.0f} seconds to read. Please split it"
            " or save it anew."
        ) from error
    return _answer(done.returncode, done.stdout)


def _answer(code: int, stdout: bytes) -> list[Row | Remark]:
    try:
        answer = json.loads(stdout)
        if refusal := answer.get("refused"):
            raise Refused(refusal, answer.get("line"))
        return [
            Remark(line, said) if isinstance(said, str) else Row(line, said)
            for line, said in answer["rows"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        reason = "takes too much time or memory" if code else "cannot be understood"
        raise Refused(f"The document {reason} and was left out.") from error

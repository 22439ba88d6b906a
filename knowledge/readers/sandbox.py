"""Reads one document in a process of its own, with bounds on time and memory.

A document of a few kilobytes can keep a parser busy for ever or fill the memory; a process can be
ended from outside, a thread cannot. Run as `python -m knowledge.readers.sandbox KIND PATH BOUNDS`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import knowledge
from knowledge.errors import UnreadableInput
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
    command = [sys.executable, "-P", "-m", "knowledge.readers.sandbox"]
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


def _confine(limits: Limits) -> None:
    """Bound this process; where the system has no such bounds, the parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    seconds = int(limits.seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


def _read(kind: str, path: Path, limits: Limits) -> dict[str, object]:
    from knowledge.readers.html import html_rows
    from knowledge.readers.markdown import markdown_rows
    from knowledge.readers.pdf import pdf_rows
    from knowledge.readers.spreadsheets import workbook_rows
    from knowledge.readers.word import docx_rows

    readers: dict[str, Callable[[Path, Limits], Sequence[Row | Remark]]] = {
        "pdf": pdf_rows,
        "docx": docx_rows,
        "html": html_rows,
        "markdown": markdown_rows,
        "xlsx": workbook_rows,
    }
    try:
        found = readers[kind](path, limits)
        return {
            "rows": [
                (each.line, each.text if isinstance(each, Remark) else each.values)
                for each in found
            ]
        }
    except UnreadableInput as refusal:
        return {"refused": str(refusal), "line": getattr(refusal, "line", None)}
    except MemoryError:
        return {"refused": "The document takes too much memory to read and was left out."}
    except RecursionError:
        return {"refused": "The document is nested too deeply and was left out."}


def main(arguments: list[str]) -> int:
    """Read the document that the arguments name and write its rows to standard output."""
    kind, path, bounds = arguments
    limits = Limits(**json.loads(bounds))
    _confine(limits)
    answer = _read(kind, Path(path), limits)
    sys.stdout.write(json.dumps(answer))  # escapes everything but ASCII
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

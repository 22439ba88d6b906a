"""What runs in the process of its own: bounds for itself, then one document, as JSON.

Run as `python -m knowledge.readers.sandboxed KIND PATH BOUNDS`, by `sandbox` alone.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge.errors import UnreadableInput
from knowledge.readers.html import html_rows
from knowledge.readers.limits import Limits
from knowledge.readers.markdown import markdown_rows
from knowledge.readers.tabular import Remark, Row


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
    # Libraries that take long to load, within the bounds.
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

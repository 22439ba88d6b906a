"""The table of `docs/data.md` that says how long each table keeps what of whom.

`python -m tests.support.retention` writes it anew from what the tables say.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from sqlmodel import SQLModel

import knowledge
from knowledge.database.personal_data import Retention

FILE = Path(__file__).parents[2] / "docs" / "data.md"
HEADING = "| table | whose data | kept until | an erasure: the row |"


def declared() -> dict[str, Retention]:
    """By the table: what its class says."""
    for module in walk_packages(knowledge.__path__, "knowledge."):
        if module.name.endswith(".tables"):
            import_module(module.name)
    return {
        mapper.class_.__tablename__: mapper.class_.retention
        for mapper in SQLModel._sa_registry.mappers
    }


def written() -> list[str]:
    """The table, line by line."""
    said = sorted(declared().items())
    rows = [f"| `{name}` | {one.whose} | {one.until} | {one.erasure.value} |" for name, one in said]
    return [HEADING, "|---|---|---|---|", *rows]


def standing() -> tuple[list[str], list[str], list[str]]:
    """The lines of the file before the table, of the table, and after it."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    begin = lines.index(HEADING)
    end = next(n for n in range(begin, len(lines) + 1) if n == len(lines) or not lines[n])
    return lines[:begin], lines[begin:end], lines[end:]


if __name__ == "__main__":
    before, _, after = standing()
    FILE.write_text("\n".join([*before, *written(), *after]) + "\n", encoding="utf-8")

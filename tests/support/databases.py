"""New databases: the tables are made once in a process, and each test gets a copy of that file."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.database.store import Store

NAME = "crosswalk.db"


@cache
def _migrated() -> tuple[TemporaryDirectory[str], Path]:
    """The file to copy, and the folder that goes when the process ends."""
    folder = TemporaryDirectory(prefix="migrated")
    file = Path(folder.name) / NAME
    store = Store(f"sqlite:///{file}")
    store.migrate()
    store.close()
    return folder, file


def migrated() -> Path:
    """A database file with all tables and nothing in them: not to be written to."""
    return _migrated()[1]


def database_in(folder: Path) -> Store:
    """The database of a folder; with all tables and nothing in them when there was none."""
    file = folder / NAME
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(migrated(), file)
    return Store(f"sqlite:///{file}")

"""Whether files are still what they were: hashes, remembered checks, writes on the disk."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def files_match(directory: Path, facts: Mapping[str, Any], stamps: Path) -> bool:
    """Tell whether every file of `facts` (name -> sha256 and, if known, size) is as expected.

    A file whose size and times are those kept in `stamps` at its last full check is not read
    again: reading 470 MB takes about a second at every start.
    """
    known = read_json(stamps) or {}
    seen: dict[str, list[object]] = {}
    for name, fact in facts.items():
        path = directory / name
        try:
            stat = path.stat()
            if stat.st_size != fact.get("size", stat.st_size):
                return False
            stamp = [fact["sha256"], stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]
            if known.get(name) != stamp and sha256_of(path) != fact["sha256"]:
                return False
        except (OSError, KeyError, AttributeError, TypeError):
            return False
        seen[name] = stamp
    if seen != known:
        _keep_stamps(stamps, seen)
    return True


def sha256_of(path: Path) -> str:
    """sha256 of a file, hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file, or None when there is none that can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def flush(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on the disk. Raises OSError."""
    if os.name == "nt" and path.is_dir():  # Windows cannot open a folder
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep_stamps(path: Path, stamps: Mapping[str, object]) -> None:
    """Remember the check; a read-only cache merely checks in full each time."""
    own = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(json.dumps(stamps), encoding="utf-8")
        own.replace(path)
    except OSError:
        with suppress(OSError):
            own.unlink()

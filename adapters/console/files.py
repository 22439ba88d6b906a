"""Files that come with a reply, saved where the person finds them and nothing is overwritten."""

import os
import re
from pathlib import Path

from bot.contract import Attachment

FOLDER = "crosswalk-files"
LONGEST = 100
MOST_ALIKE = 1_000
# Signs that a shell, a path or another system's file names give a meaning of their own.
_UNSAFE = re.compile(r"[^\w.()+,=@ -]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


class Files:
    """A folder, made when the first file comes; its files can be read by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, file: Attachment) -> Path:
        """Where the file lies now; a number is added to a name that is taken. Raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = Path(safe_name(file.name))
        for number in range(1, MOST_ALIKE):
            numbered = name.name if number == 1 else f"{name.stem}-{number}{name.suffix}"
            path = self.folder / numbered
            try:
                # O_EXCL: neither a file nor a link that stands there is written through.
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(handle, "wb") as opened:
                opened.write(file.data)
            return path
        raise FileExistsError(f"{MOST_ALIKE} files of this name")


def safe_name(name: str) -> str:
    """One plain file name: no folder, nothing hidden, no word that a system keeps for itself."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = _UNSAFE.sub("_", last).strip(" .") or "file"
    plain = f"file-{plain}" if _RESERVED.match(plain) else plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return _short(plain, LONGEST)
    return f"{_short(stem, LONGEST - len(ending) - 1)}.{ending}"


def _short(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, which is what file systems count."""
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore").rstrip(" .") or "file"

"""How much a file may ask of the machine that reads it."""

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from knowledge.errors import UnreadableInput


class Refused(UnreadableInput):
    """A file, or one line of it, that is not read; the text says why and what would help."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one file: bytes, characters, pages, seconds."""

    file_bytes: int = 50_000_000
    markup_bytes: int = 10_000_000
    line_chars: int = 1_000_000
    text_chars: int = 200_000
    pages: int = 400
    seconds: float = 20.0
    unzipped_bytes: int = 200_000_000
    unzipped_ratio: int = 100
    unzipped_parts: int = 5_000
    memory_bytes: int = 1_500_000_000


def megabytes(count: int) -> str:
    """Return a size in bytes as people write it, in MB of a million."""
    return f"{count / 1_000_000:,.1f}".removesuffix(".0") + " MB"


def check_size(path: Path, most: int) -> None:
    """Raise `Refused` for what is not a file, is empty, or has more than `most` bytes."""
    if not path.is_file():
        raise Refused("There is no such file." if not path.exists() else "This is not a file.")
    size = path.stat().st_size
    if size > most:
        raise Refused(
            f"The file has {megabytes(size)}; at most {megabytes(most)} are read. Please split it."
        )
    if size == 0:
        raise Refused("The file is empty.")


def check_text(text: str, limits: Limits) -> None:
    """Raise `Refused` for a text of more characters than one case may have."""
    if len(text) > limits.text_chars:
        raise Refused(
            f"The text has {len(text):,} characters; at most {limits.text_chars:,} are read as one"
            " case. Please split it."
        )


def check_archive(path: Path, limits: Limits) -> None:
    """Raise `Refused` for a zip file that would unfold beyond the bounds, before unfolding it.

    Python's reader never yields more bytes of a part than its directory entry states, so the
    stated sizes can be relied on.
    """
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise Refused("The file is damaged: it cannot be opened as a document.") from error
    unfolded = sum(part.file_size for part in parts)
    ratio = unfolded / max(1, path.stat().st_size)
    if len(parts) > limits.unzipped_parts:
        raise Refused(f"The document has {len(parts):,} parts; at most {limits.unzipped_parts:,}.")
    if unfolded > limits.unzipped_bytes:
        raise Refused(
            f"The document would unfold to {megabytes(unfolded)}; at most"
            f" {megabytes(limits.unzipped_bytes)} are read."
        )
    if ratio > limits.unzipped_ratio:
        raise Refused(
            f"The document would unfold to {ratio:,.0f} times its size, which no ordinary document"
            " does; it is not opened."
        )
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused("The document is protected by a password. Please save it without one.")

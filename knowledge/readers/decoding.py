"""Which characters the bytes of a text file stand for."""

from codecs import (
    BOM_UTF8,
    BOM_UTF16_BE,
    BOM_UTF16_LE,
    BOM_UTF32_BE,
    BOM_UTF32_LE,
    getincrementaldecoder,
)
from collections.abc import Iterator
from pathlib import Path

from knowledge.readers.code_pages import code_page_of
from knowledge.readers.limits import Refused

UNREADABLE = "\ufffd"
_BLOCK = 1 << 20
_SAMPLE = 1 << 16

# Longest first, for UTF-32's mark begins like UTF-16's.
_MARKS = (
    (BOM_UTF32_LE, "utf-32"),
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
_BINARY = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
)


def _trouble(path: Path) -> tuple[int, bytes, int, int] | None:
    """Where UTF-8 first fails: (offset, sample around it, well-formed letters, broken bytes)."""
    decoder = getincrementaldecoder("utf-8")()
    position = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                break
            position += len(block)
        else:
            try:
                decoder.decode(b"", final=True)
                return None
            except UnicodeDecodeError:
                position = max(0, position - _SAMPLE)
        file.seek(max(0, position - 4))
        window = file.read(_BLOCK + 8)
    text = window.decode("utf-8", "replace")
    broken = text.count(UNREADABLE)
    whole = sum(ord(char) > 0x7F for char in text) - broken
    first = len(text.partition(UNREADABLE)[0].encode())
    return position, window[max(0, first - _SAMPLE // 2) :][:_SAMPLE], whole, broken


def encoding_of(path: Path) -> str:
    """Return the name of the encoding of a text file: its mark, UTF-8, or the likeliest old one.

    Reads the file once in blocks, keeping one. Where most of it is UTF-8 and some bytes are not,
    the answer is `utf-8` and those bytes decode to U+FFFD. Raises `Refused` for what is no text.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if head.startswith(_BINARY):
        raise Refused("The file is not a text file, whatever its name says.")
    if wide := _wide(head):
        return wide
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1a\x00" for byte in head)
    if controls > len(head) // 20 or head.count(0) > len(head) // 10:
        raise Refused("The file is not a text file, whatever its name says.")
    trouble = _trouble(path)
    if trouble is None or trouble[2] > 3 * trouble[3]:
        return "utf-8"
    found = code_page_of(trouble[1])
    if found is None:
        raise Refused("The characters cannot be told apart. Please save the file as UTF-8.")
    return found


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: text that is mostly Latin has a zero in every other byte."""
    even, odd = head[::2], head[1::2]
    if len(head) >= 8 and odd.count(0) > 0.6 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if len(head) >= 8 and even.count(0) > 0.6 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return ""


def lines(path: Path, most: int) -> Iterator[tuple[int, str | None]]:
    """Yield (number from 1, line without its end) of a text file, None for one over `most` chars.

    Holds one line at a time. Raises `Refused` for what is no text.
    """
    with path.open(encoding=encoding_of(path), errors="replace", newline=None) as file:
        number = 0
        while line := file.readline(most + 1):
            number += 1
            if len(line) <= most or line.endswith("\n"):
                yield number, line.removesuffix("\n")
                continue
            while line and not line.endswith("\n"):
                line = file.readline(most)
            yield number, None


def whole_text(path: Path) -> str:
    """Return the whole text of a file, which the caller has found to be small enough.

    Raises `Refused`, with the line, where bytes do not stand for characters.
    """
    text = path.read_bytes().decode(encoding_of(path), "replace")
    if UNREADABLE in text:
        line = text[: text.index(UNREADABLE)].count("\n") + 1
        raise Refused("Some characters cannot be read. Please save the file as UTF-8.", line)
    return text

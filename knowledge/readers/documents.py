"""PDF and DOCX: their text in reading order, their title, their language."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import regex

from knowledge.errors import UnreadableInput
from knowledge.readers.cleaning import clean, one_line
from knowledge.readers.limits import Limits, Refused, check_archive, check_size, check_text
from knowledge.readers.parsers import language as language_code
from knowledge.readers.tabular import Row

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from pypdf import PdfReader

_LEAST_LETTERS = 20  # a page of a scan has none, a cover sheet a few
_NO_TITLE = regex.compile(
    r"(?i)\s*(untitled|sin t[ií]tulo|sans titre|document\d*|microsoft (word|powerpoint).*"
    r"|.*\.(docx?|pdf|indd|pptx?|qxd|tex))?\s*"
)
_HYPHEN = regex.compile(r"(\p{Ll})-\n(\p{Ll})")


def pdf_rows(path: Path, limits: Limits) -> list[Row]:
    """Return the text of a PDF as one row, page after page.

    Raises `Refused` for what is damaged, protected, scanned, too long or too slow to read.
    """
    check_size(path, limits.file_bytes)
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1_024):
            raise Refused("The file is not a PDF document, whatever its name says.")
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    until = monotonic() + limits.seconds
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted:
            raise Refused("The document is protected by a password. Please save it without one.")
        count = len(reader.pages)
        if count > limits.pages:
            raise Refused(
                f"The document has {count:,} pages; at most {limits.pages} are read. Please split"
                " it."
            )
        text = clean("\n\n".join(_pages(reader, until, limits)))
        stated = _stated(reader)
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        if isinstance(error, UnreadableInput):
            raise
        raise Refused("The PDF document is damaged and cannot be read.") from error
    if sum(char.isalpha() for char in text) < _LEAST_LETTERS:
        raise Refused(
            "The document has no text in it, so it is most likely a scan. Please run text"
            " recognition (OCR) on it first."
        )
    check_text(text, limits)
    return [Row(None, _row(text, *stated))]


def _pages(reader: "PdfReader", until: float, limits: Limits) -> Iterator[str]:
    length = 0
    for page in reader.pages:
        if monotonic() > until:
            raise Refused(
                f"The document takes longer than {limits.seconds:.0f} seconds to read. Please"
                " split it or save it anew."
            )
        text = _HYPHEN.sub(r"\1\2", page.extract_text() or "")
        length += len(text)
        yield text
        if length > 2 * limits.text_chars:
            return  # beyond the bound already: the caller says so


def _stated(reader: "PdfReader") -> tuple[str, str]:
    """Title and language as the document states them; a writing program's own title is none."""
    title = one_line(str((reader.metadata.title if reader.metadata else "") or ""))
    root = reader.root_object.get("/Lang", "")
    return "" if _NO_TITLE.fullmatch(title) else title, str(root)


def docx_rows(path: Path, limits: Limits) -> list[Row]:
    """Return the text of a Word document as one row, tables included.

    Raises `Refused` for what is damaged, protected or would unfold beyond the bounds.
    """
    check_size(path, limits.file_bytes)
    with path.open("rb") as file:
        head = file.read(4)
    if head == b"\xd0\xcf\x11\xe0":
        raise Refused(
            "The document is protected by a password or in Word's old format. Please save it as"
            " .docx without a password."
        )
    if not head.startswith(b"PK"):
        raise Refused("The file is not a Word document, whatever its name says.")
    check_archive(path, limits)
    from docx import Document

    try:
        document = Document(str(path))
        text = clean("\n\n".join(_blocks(document)))
        title = one_line(document.core_properties.title or "")
        language = document.core_properties.language or ""
    except UnreadableInput:
        raise
    except Exception as error:
        # Neither python-docx nor lxml says what it may raise for a damaged file.
        raise Refused("The Word document is damaged and cannot be read.") from error
    if not text:
        raise Refused("The document has no text in it.")
    check_text(text, limits)
    return [Row(None, _row(text, "" if _NO_TITLE.fullmatch(title) else title, language))]


def _blocks(document: "Document") -> Iterator[str]:
    from docx.table import Table

    for block in document.iter_inner_content():
        yield _cells(block) if isinstance(block, Table) else block.text


def _cells(table: "Table") -> str:
    return "\n".join(" | ".join(one_line(cell.text) for cell in row.cells) for row in table.rows)


def _row(text: str, title: str, language: str) -> dict[str, object]:
    """Title and language as stated; a title that is missing is the first line, if it is short."""
    first = one_line(text.partition("\n")[0])
    heading = title[:300] or (first if len(first) <= 150 else "")
    values: dict[str, object] = {"title": heading, "text": text, "source_title": heading}
    with suppress(UnreadableInput):  # else it is left to be detected from the text
        values["language"] = language_code(language)
    return {name: value for name, value in values.items() if value}

"""PDF: its text in reading order, its title, its language."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from unicodedata import normalize

import regex

from knowledge.readers import page_layout
from knowledge.readers.cleaning import clean, one_line
from knowledge.readers.limits import Limits, Refused, check_size, check_text
from knowledge.readers.page_layout import Line
from knowledge.readers.stated import document_row, stated_title
from knowledge.readers.tabular import Remark, Row

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

_LEAST_LETTERS = 20  # a page of a scan has none, a cover sheet a few
_PASSWORD, _UNKNOWN_LOCK = 4, 5  # PDFium's error codes
_SHAPES = regex.compile(r"[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]+")
_BOLD = 600


def pdf_rows(path: Path, limits: Limits) -> list[Row | Remark]:
    """Return the text of a PDF as one row, page after page, running heads left out.

    A document with restrictions and no password is read, as every viewer does. Raises `Refused`
    for what is damaged, needs a password, is scanned, too long or too slow to read.
    """
    check_size(path, limits.file_bytes)
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1_024):
            raise Refused("The file is not a PDF document, whatever its name says.")
    from pypdfium2 import PdfDocument, PdfiumError

    until = monotonic() + limits.seconds
    try:
        document = PdfDocument(path)
        try:
            return _rows(document, until, limits)
        finally:
            document.close()
    except PdfiumError as error:
        if getattr(error, "err_code", None) in (_PASSWORD, _UNKNOWN_LOCK):
            raise Refused(
                "The document is protected by a password. Please save it without one."
            ) from error
        raise Refused("The PDF document is damaged and cannot be read.") from error


def _rows(document: "PdfDocument", until: float, limits: Limits) -> list[Row | Remark]:
    count = len(document)
    if count > limits.pages:
        raise Refused(
            f"The document has {count:,} pages; at most {limits.pages} are read. Please split it."
        )
    pages = page_layout.without_running_heads(list(_pages(document, until, limits)))
    lines = [line.text for page in pages for line in page]
    if sum(char.isalpha() for line in lines for char in line) < _LEAST_LETTERS:
        raise Refused(
            "The document has no text in it, so it is most likely a scan. Please run text"
            " recognition (OCR) on it first."
        )
    title = stated_title(str(document.get_metadata_dict().get("Title") or ""))
    heading = page_layout.title_of(pages)
    shown = one_line(page_layout.joined([line.text for line in heading], frozenset()))
    if not title or one_line(title).casefold() == shown.casefold():
        title = shown
        drawn = {id(line) for line in heading}
        pages = [[line for line in page if id(line) not in drawn] for page in pages]
    text = clean("\n\n".join(page_layout.paragraphs(pages))) or title
    check_text(text, limits)
    found: list[Row | Remark] = [document_row(text, title, _language(document))]
    if page_layout.right_to_left(lines):
        found.append(
            Remark(
                None,
                "The text runs from right to left, whose order a PDF does not state; please look"
                " at numbers and Latin words in it.",
            )
        )
    return found


def _pages(document: "PdfDocument", until: float, limits: Limits) -> Iterator[list[Line]]:
    length = 0
    for page in document:
        words = page.get_textpage()
        lines = list(_lines(words))
        words.close()
        page.close()
        if monotonic() > until:
            raise Refused(
                f"The document takes longer than {limits.seconds:.0f} seconds to read. Please"
                " split it or save it anew."
            )
        length += sum(len(line.text) for line in lines)
        yield lines
        if length > 2 * limits.text_chars:
            return  # beyond the bound already: the caller says so


def _lines(words: "PdfTextPage") -> Iterator[Line]:
    """The lines of a page with their place and size."""
    at = 0
    for raw in words.get_text_range(errors="replace").split("\r\n"):
        # PDFium leaves a mark and no line end where a word is cut at the end of a line.
        pieces = regex.split(f"([{page_layout.CUT}])", raw)
        for piece, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
            start = at + _units(piece) - _units(piece.lstrip())
            end = at + _units(piece.rstrip())
            at += _units(piece) + len(mark)
            text = one_line(_SHAPES.sub(lambda found: normalize("NFKC", found[0]), piece))
            if text:
                text = page_layout.in_reading_order(text) + (page_layout.CUT[0] if mark else "")
                yield Line(text, *_place(words, start, end - 1))
        at += 2


def _units(text: str) -> int:
    """Its length as PDFium counts."""
    return len(text) + sum(ord(char) > 0xFFFF for char in text)


def _place(
    words: "PdfTextPage", start: int, end: int
) -> tuple[float, float, float, float, float, bool]:
    """Size, left, right, bottom, top of a line, and whether it is bold."""
    from pypdfium2 import raw as pdfium

    first = max(0, pdfium.FPDFText_GetCharIndexFromTextIndex(words, start))
    last = max(first, pdfium.FPDFText_GetCharIndexFromTextIndex(words, end))
    one, two = _box(words, first), _box(words, last)
    middle = (first + last) // 2
    size = float(pdfium.FPDFText_GetFontSize(words, middle)) or one[3] - one[1]
    height = max(one[3] - one[1], two[3] - two[1])
    bold = pdfium.FPDFText_GetFontWeight(words, middle) >= _BOLD
    # The stated size is before scaling; the height of the box is what is seen.
    seen = round(height, 1) if height > 0 else round(size, 1)
    bottom = min(one[1], two[1])
    return seen, min(one[0], two[0]), max(one[2], two[2]), bottom, max(one[3], two[3]), bold


def _box(words: "PdfTextPage", at: int) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of a character; all nought where it has no place of its own."""
    from pypdfium2 import PdfiumError

    try:
        left, bottom, right, top = words.get_charbox(at, loose=True)
    except (PdfiumError, ValueError):
        return 0.0, 0.0, 0.0, 0.0
    return left, bottom, right, top


def _language(document: "PdfDocument") -> str:
    """The language that the catalogue states; empty where it states none."""
    import ctypes

    from pypdfium2 import raw as pdfium

    read = pdfium.FPDFCatalog_GetLanguage
    size = read(document, None, 0)
    if size <= 2:
        return ""
    held = ctypes.create_string_buffer(size)
    read(document, ctypes.cast(held, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return held.raw.decode("utf-16-le", "replace").rstrip("\x00")

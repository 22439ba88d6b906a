"""Word documents (.docx): the text as Word shows it with all tracked changes accepted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import regex

from knowledge.errors import UnreadableInput
from knowledge.readers.cleaning import clean, one_line
from knowledge.readers.limits import Limits, Refused, check_archive, check_size, check_text
from knowledge.readers.stated import document_row, stated_title
from knowledge.readers.tabular import Remark, Row

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Struck out in review, moved elsewhere, or no text of the page.
_UNREAD = frozenset(
    f"{_W}{name}"
    for name in (
        *("del", "moveFrom", "delText", "instrText", "delInstrText", "pPr", "rPr", "sdtPr"),
        *("footnoteReference", "endnoteReference", "annotationRef", "tblPr", "trPr", "tcPr"),
        "sectPr",
    )
)
_CHANGES = tuple(f"{_W}{name}" for name in ("ins", "del", "moveFrom", "moveTo"))
_SIGNS = {
    f"{_W}tab": " ",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
    f"{_W}ptab": " ",
}
_HEADING = regex.compile(
    r"(?:heading|titre|t[ií]tulo|überschrift|kop|rubrik|intestazione)\s*(\d)", regex.IGNORECASE
)
_CUT = regex.compile(r"(\p{Ll})-\n(\p{Ll})")
_IN_A_SENTENCE = regex.compile(r"(?<![.!?:;…])\n(?=\p{Ll})")


@dataclass(slots=True)
class _Text:
    """Paragraphs in the order of the page, and which of them are titles and headings."""

    paragraphs: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    open: str = ""
    """The beginning of a paragraph whose end was struck out: it goes on with the next."""


def docx_rows(path: Path, limits: Limits) -> list[Row | Remark]:
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
        return _rows(Document(str(path)), limits)
    except UnreadableInput:
        raise
    except Exception as error:
        # Neither python-docx nor lxml says what it may raise for a damaged file.
        raise Refused("The Word document is damaged and cannot be read.") from error


def _rows(document: "Document", limits: Limits) -> list[Row | Remark]:
    styles = {style.style_id: str(style.name or "") for style in document.styles}
    body = document.element.body
    read = _Text()
    _blocks(body, styles, read)
    if read.open:
        read.paragraphs.append(read.open)
    text = clean("\n\n".join(filter(None, map(_whole, read.paragraphs))))
    if not text:
        raise Refused("The document has no text in it.")
    check_text(text, limits)
    stated = stated_title(document.core_properties.title or "")
    shown = [*read.titles[:1], *read.headings[:1]]
    first = one_line(text.partition("\n")[0])
    title = stated or next(iter(shown), "") or (first if len(first) <= 150 else "")
    found: list[Row | Remark] = [document_row(text, title, document.core_properties.language or "")]
    if any(True for _ in body.iter(*_CHANGES)):
        found.append(
            Remark(None, "The document has tracked changes; it is read with all of them accepted.")
        )
    return found


def _whole(paragraph: str) -> str:
    """A paragraph without line ends in the middle of a sentence; those of an address stay."""
    return _IN_A_SENTENCE.sub(" ", _CUT.sub(r"\1\2", paragraph.strip()))


def _blocks(parent: "_Element", styles: dict[str, str], read: _Text) -> None:
    for block in parent:
        if block.tag == f"{_W}p":
            _paragraph(block, styles, read)
        elif block.tag == f"{_W}tbl":
            read.paragraphs.append("\n".join(_table(block)))
        elif block.tag not in _UNREAD and isinstance(block.tag, str):
            _blocks(block, styles, read)  # content controls, inserted blocks


def _paragraph(block: "_Element", styles: dict[str, str], read: _Text) -> None:
    style = block.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(style.get(f"{_W}val") or "", "") if style is not None else ""
    text = _text(block)
    if block.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None:  # its end was struck out
        read.open += text
        return
    text, read.open = read.open + text, ""
    if not text.strip() or name.casefold().startswith(("toc ", "table of figures")):
        return
    if block.find(f"{_W}pPr/{_W}numPr") is not None or name.casefold().startswith("list bullet"):
        text = f"- {text.strip()}" if not _HEADING.match(name) else text
    read.paragraphs.append(text)
    if name.casefold() in ("title", "titre", "título", "titel", "titolo"):
        read.titles.append(one_line(text))
    elif _HEADING.match(name):
        read.headings.append(one_line(text))
    for box in block.iter(f"{_W}txbxContent"):
        if not any(parent.tag == f"{_MC}Fallback" for parent in box.iterancestors()):
            _blocks(box, styles, read)


def _text(block: "_Element") -> str:
    return "".join(_pieces(block))


def _pieces(node: "_Element") -> Iterator[str]:
    for child in node:
        tag = child.tag
        if tag in _UNREAD or tag in (f"{_MC}Fallback", f"{_W}txbxContent"):
            continue
        if tag == f"{_W}r" and _hidden(child):
            continue
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        else:
            yield from _pieces(child)


def _hidden(run: "_Element") -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val") not in ("0", "false")


def _table(table: "_Element") -> Iterator[str]:
    """A line per row; rows that were struck out are left out."""
    for row in table.iter(f"{_W}tr"):
        if row.find(f"{_W}trPr/{_W}del") is None:
            cells = (
                one_line(" ".join(_text(block) for block in cell.iter(f"{_W}p")))
                for cell in row.iterchildren(f"{_W}tc", f"{_W}sdt")
            )
            yield " | ".join(cells)

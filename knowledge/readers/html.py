"""HTML: the readable text of a page, and what the page says about itself."""

import logging
from codecs import lookup
from contextlib import suppress
from pathlib import Path

import regex

from knowledge.readers.cleaning import clean, one_line
from knowledge.readers.decoding import encoding_of
from knowledge.readers.limits import Limits, Refused, check_size
from knowledge.readers.tabular import Row

_TOP = 65_536
_CHARSET = regex.compile(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})")
_PARAGRAPH = regex.compile(r"\n(?!- |\|)")


def html_rows(path: Path, limits: Limits) -> list[Row]:
    """Return the page as one row. Raises `Refused` for a page without readable text."""
    check_size(path, limits.markup_bytes)
    page = _decoded(path)
    if not page.strip():
        raise Refused("The page has no readable text.")
    # Loaded here, for it takes a third of a second that other files need not wait for.
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    for noisy in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(noisy).addHandler(logging.NullHandler())
        logging.getLogger(noisy).propagate = False
    found = bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        favor_recall=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    values = found.as_dict() if isinstance(found, Document) else {}
    # One line per paragraph comes out; a blank line keeps headings apart from what follows.
    text = clean(_PARAGRAPH.sub("\n\n", values.get("text") or ""))
    if not text:
        raise Refused("The page has no readable text.")
    stated = {
        "title": one_line(values.get("title") or "")[:300],
        "source_title": one_line(values.get("title") or "")[:300],
        "text": text,
        "source_url": values.get("url") or "",
        "published": values.get("date") or "",
        "licence": one_line(values.get("license") or "")[:300],
        "organisation": one_line(values.get("sitename") or "")[:300],
    }
    return [Row(None, {name: value for name, value in stated.items() if value})]


def _decoded(path: Path) -> str:
    """The page's characters: what the page states, if that works, else what the bytes say."""
    content = path.read_bytes()
    stated = _CHARSET.search(content[:_TOP])
    if stated:
        with suppress(LookupError, UnicodeError):
            name = lookup(stated.group(1).decode("ascii")).name
            # Browsers read Latin-1 as cp1252, whose quotation marks Latin-1 lacks.
            return content.decode("cp1252" if name == "iso8859-1" else name).replace("\x00", "")
    return content.decode(encoding_of(path), "replace").replace("\x00", "")

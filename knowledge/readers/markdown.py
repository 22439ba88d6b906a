"""Markdown: front matter, sections, plain text with the headings kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.readers.cleaning import clean, one_line
from knowledge.readers.decoding import whole_text
from knowledge.readers.front_matter import split
from knowledge.readers.limits import Limits, Refused, check_size
from knowledge.readers.people import check_no_person
from knowledge.readers.tabular import Row
from knowledge.text.sentences import word_count

_LONG = 400  # words; a shorter document stays one case
_SLIGHT = 20  # words; a shorter preamble goes with the first section
_MARKUP_CHARS = 1_000_000
_VERBATIM = ("tr_open", "code_block", "fence", "html_block")
_TAG = regex.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?[A-Za-z][^<>]*>", regex.DOTALL | regex.IGNORECASE
)


@dataclass(slots=True)
class _Section:
    """A stretch of the document under one heading."""

    depth: int
    heading: str
    line: int
    parts: list[str] = field(default_factory=list)


def _inline(token: Token) -> str:
    pieces: list[str] = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            pieces.append("\n" if child.type == "hardbreak" else " ")
        elif child.type != "html_inline":
            pieces.append(child.content)
    return "".join(pieces)


def _verbatim(token: Token) -> str:
    """A table row's break, a code block, or the text of a block of HTML."""
    return _TAG.sub("", token.content).strip() if token.type == "html_block" else token.content


def _sections(tokens: list[Token], first_line: int) -> list[_Section]:
    """Cut the token stream at its headings; lists keep their marks, cells are joined by ` | `."""
    sections = [_Section(0, "", first_line)]
    mark, in_cell = "", False
    for token in tokens:
        kind = token.type
        if kind == "heading_open":
            line = token.map[0] if token.map else 0
            sections.append(_Section(int(token.tag[1:]), "", first_line + line))
        elif kind == "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else "- "
        elif kind in ("th_open", "td_open"):
            in_cell = True
        elif kind in _VERBATIM:
            sections[-1].parts.append("\n\n" + _verbatim(token))
        elif kind == "inline":
            text = _inline(token)
            if sections[-1].depth and not sections[-1].heading and not sections[-1].parts:
                sections[-1].heading = one_line(text)
            elif in_cell:
                sections[-1].parts.append(one_line(text) + " | ")
            else:
                sections[-1].parts.append(("\n" if mark else "\n\n") + mark + text)
            mark, in_cell = "", False
    return sections


def _body(sections: list[_Section], *, own_heading: bool) -> str:
    """The text of some sections; the first one's heading is left to the title."""
    pieces: list[str] = []
    for index, section in enumerate(sections):
        if section.heading and (index or own_heading):
            pieces.append(section.heading)
        pieces.append("".join(section.parts).strip())
    return clean("\n\n".join(piece for piece in pieces if piece))


def _divide(sections: list[_Section]) -> tuple[str, list[list[_Section]]]:
    """The document's title, and its sections grouped below the highest heading that repeats."""
    depths = [section.depth for section in sections if section.depth]
    title = ""
    if depths and depths.count(min(depths)) == 1 and sections[1].depth == min(depths):
        title = sections[1].heading
    repeated = [depth for depth in sorted(set(depths)) if depths.count(depth) > 1]
    if not repeated:
        return title, [sections]
    groups: list[list[_Section]] = [[]]
    for section in sections:
        if section.depth == repeated[0]:
            groups.append([])
        groups[-1].append(section)
    return title, groups


def _cases(title: str, groups: list[list[_Section]]) -> Iterator[tuple[str, str, int]]:
    """Yield (title, text, line) per section; a slight preamble goes with the first section."""
    before = ""
    for group in groups:
        top = group[0] if group else _Section(0, "", 1)
        body = _body(group, own_heading=not top.depth)
        preamble = group is groups[0]
        if preamble:
            body = body.removeprefix(title).strip() if title else body
            if word_count(body) < _SLIGHT:
                before = body
                continue
        heading = title if preamble else ": ".join(part for part in (title, top.heading) if part)
        yield heading, "\n\n".join(part for part in (before, body) if part), top.line
        before = ""


def markdown_rows(path: Path, limits: Limits) -> list[Row]:
    """Return a row per case: the whole document, or each top-level section of a long one."""
    check_size(path, limits.markup_bytes)
    whole_file = whole_text(path).replace("\r\n", "\n").replace("\x00", "")
    values, text = split(whole_file)
    check_no_person(values, document=True)
    first_line = 1 + whole_file.count("\n") - text.count("\n")
    if len(text) > _MARKUP_CHARS:
        raise Refused(f"The document has more than {_MARKUP_CHARS:,} characters. Please split it.")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    sections = _sections(tokens, first_line)
    title, groups = _divide(sections)
    whole = _body(sections, own_heading=True)
    stated = one_line(str(values.get("title") or "")) or title
    if word_count(whole) < _LONG or len(groups) < 2:
        body = whole.removeprefix(title).strip() if title else whole
        heading = stated or (sections[1].heading if sections[1:] else "")
        named = {"source_title": values.get("source_title") or heading} if heading else {}
        return [Row(None, values | named | _row(heading, body))]
    rows = list(_section_rows(values, stated, _cases(title, groups)))
    if not rows:
        raise Refused("The document has headings, but no text below them.")
    return rows


def _section_rows(
    values: dict[str, object], stated: str, cases: Iterator[tuple[str, str, int]]
) -> Iterator[Row]:
    """Rows for the sections of a long document, under the document's title and key."""
    for number, (heading, body, line) in enumerate(cases, start=1):
        if not body:
            continue
        title = heading or stated
        ours = _row(title if title.startswith(stated) else f"{stated}: {title}", body)
        if key := str(values.get("key") or ""):
            ours["key"] = f"{key}#{number}"
        if stated:
            ours["source_title"] = values.get("source_title") or stated
        yield Row(line, values | ours)


def _row(title: str, body: str) -> dict[str, object]:
    return {name: value for name, value in (("title", title[:300]), ("text", body)) if value}

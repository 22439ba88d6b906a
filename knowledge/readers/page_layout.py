"""Lines of pages made into paragraphs: running heads taken out, headings told, words joined. Pure.

Measures are in points, upwards from the foot of a page, as PDF has them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import regex

_RUNNING = 4
"""Lines at the top and at the foot of a page that may be running heads."""
_HEAD_WORDS = 14
_OFTEN = 0.4
"""Share of the pages on which a running head stands, left and right pages told apart."""
CUT = "\ufffe\x02"
"""What stands for the hyphen of a word that is cut at the end of a line."""
_HYPHEN = regex.compile(rf"(\p{{L}}+)[-\u00ad\u2010{CUT}]$")
_DOT = regex.compile(r"^[•●▪◦‣⁃∙]\s*")
_NUMBER = regex.compile(
    r"(?i)\W*(?:(?:page|p\.|pág(?:ina)?\.?|página|seite|pagina|s\.)\s*)?"
    r"(?:\d{1,4}|[ivxlc]{1,6})\W*(?:(?:of|de|von|sur|/|di|van)\s*\d{1,4}\W*)?"
)
_BULLET = regex.compile(r"(?:[•●▪◦‣⁃∙·*–—-]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+\S")
_ENDS = regex.compile(r"[.!?:;…。！？؟]['\"”’»)\]]*$")
_RIGHT_TO_LEFT = regex.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text and where it stands on its page."""

    text: str
    size: float
    left: float
    right: float
    bottom: float
    top: float
    bold: bool = False


Page = Sequence[Line]


def without_running_heads(pages: Sequence[Page]) -> list[list[Line]]:
    """The pages without lines that repeat at their top or foot, and without page numbers there."""
    body = _body_size(pages)
    seen: Counter[tuple[bool, str]] = Counter()
    for page in pages:
        for top in (True, False):
            seen.update({(top, _key(line)) for line in _edge(page, top=top)})
    least = max(2, _OFTEN * len(pages))
    often = {place for place, count in seen.items() if count >= least}
    return [_inner(page, often, body, len(pages)) for page in pages]


def _edge(page: Page, *, top: bool) -> Page:
    """The outermost lines of a page, from outside in."""
    return page[:_RUNNING] if top else page[::-1][:_RUNNING]


def _key(line: Line) -> str:
    return regex.sub(r"\d+", "#", line.text.casefold()).strip()


def _inner(page: Page, often: set[tuple[bool, str]], body: float, pages: int) -> list[Line]:
    kept = list(page)
    for top in (True, False):
        edge = _edge(kept, top=top)
        count = 0
        for line in edge:
            known = (top, _key(line)) in often and len(line.text.split()) <= _HEAD_WORDS
            if not known and not _NUMBER.fullmatch(line.text):
                break
            count += 1
        # Words of the body may repeat, too: a running head stands apart from it.
        while count and not (pages >= 4 or _apart(edge, count, kept, body, top=top)):
            count -= 1
        if count < len(kept):
            kept = kept[count:] if top else kept[: len(kept) - count]
    return kept


def _apart(edge: Page, count: int, page: Sequence[Line], body: float, *, top: bool) -> bool:
    """Whether the outer `count` lines stand apart from what is next to them, or look otherwise."""
    rest = page[count:] if top else page[: len(page) - count]
    if not rest:
        return True
    outer, inner = edge[count - 1], (rest[0] if top else rest[-1])
    gap = outer.bottom - inner.top if top else inner.bottom - outer.top
    return gap > 0.9 * inner.size or abs(outer.size - body) > 0.6 or outer.bold


def _body_size(pages: Iterable[Page]) -> float:
    """The size in which most of the text is set."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def title_of(pages: Sequence[Page]) -> list[Line]:
    """The lines of the title: the largest at the beginning; the first line where none is larger."""
    body = _body_size(pages)
    first = next((page for page in pages if page), ())
    head = [line for line in first[:12] if sum(map(str.isalpha, line.text)) > 2]
    if not head:
        return []
    largest = max(line.size for line in head)
    if largest > 1.12 * body:
        start = next(at for at, line in enumerate(head) if largest - line.size < 0.5)
        lines = [line for line in head[start : start + 4] if abs(line.size - largest) < 0.5]
        if sum(len(line.text) for line in lines) <= 250:
            return lines
    line = head[0]
    alone = len(head) < 2 or _break(line, head[1], _pitch([first]), max(x.right for x in head))
    return [line] if len(line.text) <= 150 and alone and not _ENDS.search(line.text) else []


def paragraphs(pages: Sequence[Page]) -> list[str]:
    """The text of pages as paragraphs, words that were cut at a line's end put together."""
    known = _words(pages)
    pitch = _pitch(pages)
    found: list[list[Line]] = []
    for page in pages:
        right = max((line.right for line in page), default=0.0)
        before: Line | None = None
        for line in page:
            if (
                before is not None and not _break(before, line, pitch, _right(before, page, right))
            ) or (before is None and found and _goes_on(found[-1][-1], line)):
                found[-1].append(line)
            else:
                found.append([line])
            before = line
    return [_DOT.sub("- ", joined([line.text for line in lines], known)) for lines in found]


def _right(line: Line, page: Page, widest: float) -> float:
    """How far lines of the same column reach."""
    column = [each.right for each in page if abs(each.left - line.left) < 40]
    return max(column, default=widest)


def _pitch(pages: Iterable[Page]) -> float:
    """The usual distance from one line to the next."""
    steps = [
        one.bottom - two.bottom
        for page in pages
        for one, two in pairwise(page)
        if 0 < one.bottom - two.bottom < 4 * max(one.size, 1)
    ]
    return median(steps) if steps else 0.0


def _break(before: Line, line: Line, pitch: float, right: float) -> bool:
    """Whether a new paragraph begins between two lines."""
    step = before.bottom - line.bottom
    if _HYPHEN.search(before.text) and line.text[:1].islower():
        return False
    if _heading(before, line, pitch):
        return not 0 < step < 1.75 * line.size
    if abs(before.size - line.size) > 0.6 or before.bold != line.bold or _BULLET.match(line.text):
        return True
    if pitch and (step > 1.35 * max(pitch, before.size) or step < -pitch):
        return True
    if _RIGHT_TO_LEFT.search(before.text):
        return False
    # The next word would have had room on the line before: the break is meant.
    width = (before.right - before.left) / max(1, len(before.text))
    word = len(line.text.split(" ", 1)[0]) + 1.5
    indented = line.left - before.left > 1.2 * line.size
    return (right - before.right > (word + 2) * width) or indented


def _heading(before: Line, line: Line, pitch: float) -> bool:
    """Whether both lines are larger than the text, whose lines stand `pitch` apart."""
    same = abs(before.size - line.size) <= 0.6 and before.bold == line.bold
    return bool(pitch) and same and line.size > 1.12 * pitch


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a sentence goes on over the end of a page."""
    same = abs(before.size - line.size) <= 0.6 and before.bold == line.bold
    return same and not _ENDS.search(before.text) and bool(regex.match(r"\p{Ll}", line.text))


def _words(pages: Iterable[Page]) -> set[str]:
    """Words that stand within lines, those with hyphens too."""
    found: set[str] = set()
    for page in pages:
        cut = False
        for line in page:
            words = regex.findall(r"\p{L}+(?:[-\u2010]\p{L}+)*", line.text.casefold())
            ends = bool(_HYPHEN.search(line.text))
            found.update(words[int(cut) : len(words) - int(ends)])
            cut = ends
    return found


def joined(lines: Sequence[str], known: Set[str]) -> str:
    """Lines as one text; a word cut at a line's end keeps its hyphen where `known` has it so."""
    text = ""
    for line in lines:
        cut = _HYPHEN.search(text)
        if cut and (rest := regex.match(r"\p{Ll}+", line)):
            whole = cut[1].casefold() + rest[0]
            parts = {cut[1].casefold(), rest[0]}
            compound = f"{cut[1].casefold()}-{rest[0]}" in known or (
                parts <= known and min(map(len, parts)) > 2
            )
            text = text[:-1] + ("-" if compound and whole not in known else "") + line
        elif text.endswith(tuple(CUT)):
            text = f"{text[:-1]}-{line}"
        else:
            text = f"{text} {line}" if text else line
    return f"{text[:-1]}-" if text.endswith(tuple(CUT)) else text


def in_reading_order(text: str) -> str:
    """A line of right-to-left text with numbers and Latin words where a reader meets them.

    The order of a PDF is that of the page: a full stop stands before the number that it follows,
    and a number before the Latin word that it belongs to.
    """
    if not _RIGHT_TO_LEFT.search(text):
        return text
    moved = regex.sub(r"(?<=\s|^)([.,،؛:%!؟]+)(\d[\d.,٫٬/-]*)(?=\s|$)", r"\2\1", text)
    return regex.sub(r"(?<!\S)(\d[\d.,/-]*) ([A-Z][A-Za-z-]+)(?=[\s.,،؛:]|$)", r"\2 \1", moved)


def right_to_left(texts: Iterable[str]) -> bool:
    """Whether more than a tenth of the letters run from right to left."""
    letters = [char for text in texts for char in text if char.isalpha()]
    marked = sum(bool(_RIGHT_TO_LEFT.match(char)) for char in letters)
    return marked > 0.1 * max(1, len(letters))

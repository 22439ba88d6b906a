"""Where sentences and passages end, for texts in many languages and scripts."""

from dataclasses import dataclass
from math import ceil

import regex

Span = tuple[int, int]
HEADING_WORDS = 12
"""A line of more words is no heading."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, and the heading that it stands under, empty without one."""

    heading: str
    text: str

    def __str__(self) -> str:
        """Both as they can be read in one line."""
        if not self.heading:
            return self.text
        mark = "" if self.heading[-1] in ":?!" else ":"
        return f"{self.heading}{mark} {self.text}"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Abbreviations that are hardly ever the last word of a sentence, in the languages of the library.
_ABBREVIATIONS = _set(
    "al approx aprox asst av avda bd blvd bspw bzw ca cf cía col dept depto dir dr dra drs ed"
    " ee ej est excma excmo fr ft gen ggf gob gov gral hon hr ing jr lic ltd mag max mgr min"
    " mlle mm mme mr mrs ms mtro prof ref rep resp sen sgt sr sra sras sres srta st sta ste"
    " sto ud uds uu vgl vs vid"
)
# These are abbreviations in front of a number and ordinary words elsewhere.
_BEFORE_NUMBERS = _set(
    "abs apdo apr art arts aug cap ch chap col dec disp ec eq feb fig figs fls fol inc jan"
    " jul jun lit mar n no nos nov nr nro núm num oct p para pág págs par pp s sec sect sep"
    " sept t tab tit tom v ver vol"
)
# Languages that write ordinal numbers and dates with a full stop ("am 3. Oktober").
_ORDINAL_DOTS = _set("cs da de et fi hr hu is lv nb nn no pl sk sl sr tr")

_END = regex.compile(
    r"""(?P<stop>[.!?…‼⁇⁈⁉؟۔։።\u037e]+)(?:["'”’)\]]|[ \u00a0\u202f]?»(?=\s|$))*(?=\s|$)
      | (?P<wide>[。！？｡．]+)[」』”’）】》"')\]]*
      | (?P<danda>[।॥។]+)(?=\s|$)""",
    regex.VERBOSE,
)
_BREAK = regex.compile(r"\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-*•‣·–—]|\d{1,3}[.)])[^\S\n])")
_LAST_WORD = regex.compile(r"(?:^|[\s(\[«“\"'¿¡/])((?:[\p{L}\p{M}\d.º°ª-])*)$")
_OPENERS = " \t\n\u00a0\u202f\"'“”‘’«»(\\[¿¡—–-"
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")


def _holds_together(before: str, stop: str, after: str, language: str) -> bool:
    """Whether the mark `stop` between two stretches of text belongs to a word, not to an end."""
    following = after.lstrip(_OPENERS)[:1]
    if following.islower():
        return True
    found = _LAST_WORD.search(before[-40:])
    if stop != "." or found is None:
        return False
    word = found.group(1).casefold()
    bare = word.replace(".", "")
    if bare.isdigit():
        at_start = not before[: found.start(1)].strip()
        return at_start or (language in _ORDINAL_DOTS and len(bare) <= 2)
    if "." in word or (len(bare) == 1 and bare.isalpha()):
        return True  # initials, "U.S.", "e.g."
    return bare in _ABBREVIATIONS or (following.isdigit() and bare in _BEFORE_NUMBERS)


def _spans_of(text: str, start: int, end: int, language: str) -> list[Span]:
    """Sentence spans of one paragraph, trimmed of white space."""
    spans: list[Span] = []
    begin = start
    for mark in _END.finditer(text, start, end):
        stop = mark.group("stop")
        after = text[mark.end() : min(end, mark.end() + 12)]
        before = text[max(begin, mark.start() - 41) : mark.start()]
        if stop and after.strip() and _holds_together(before, stop, after, language):
            continue
        spans.append((begin, mark.end()))
        begin = mark.end()
    spans.append((begin, end))
    trimmed = [(_skip(text, a, b), b) for a, b in spans]
    return [(a, a + len(text[a:b].rstrip())) for a, b in trimmed if text[a:b].strip()]


def _skip(text: str, start: int, end: int) -> int:
    return start + len(text[start:end]) - len(text[start:end].lstrip())


def _paragraphs(text: str) -> list[Span]:
    edges = [0]
    for gap in _BREAK.finditer(text):
        edges += [gap.start(), gap.end()]
    edges.append(len(text))
    return list(zip(edges[::2], edges[1::2], strict=True))


def sentences(text: str, language: str = "und") -> list[str]:
    """Return the sentences of `text` in order, each a verbatim stretch of it without outer space.

    `language` is an ISO 639-1 code or `und`; blank lines and list items end a sentence, single
    line breaks do not. Never raises; nothing but white space is lost.
    """
    return [
        text[a:b]
        for start, end in _paragraphs(text)
        for a, b in _spans_of(text, start, end, language)
    ]


def told(text: str, language: str = "und") -> list[Told]:
    """Return the sentences of `text`, each with the heading of the part that it stands in.

    A heading is a short line without an end, and something stands below it; a last one without
    anything below is a sentence like any other.
    """
    found: list[Told] = []
    heading = ""
    lines = [_headed(text[a:b], language) for a, b in _paragraphs(text)]
    for at, (above, own) in enumerate(lines):
        stands_above = bool(own) or at + 1 < len(lines)
        if above and stands_above:
            heading = above
        elif above:
            found.append(Told(heading, above))
        found += [Told(heading, sentence) for sentence in own]
    return found


def _headed(paragraph: str, language: str) -> tuple[str, list[str]]:
    """The heading in the first line of a paragraph, if there is one, and the sentences after it."""
    first, _, rest = paragraph.strip().partition("\n")
    line = first.strip()
    open_end = bool(line) and line[-1] not in ".!…;,。" and word_count(line) <= HEADING_WORDS
    below = rest.lstrip()[:1]
    if not open_end or line[:1] in "-*•‣·–—" or (below and not (below.isupper() or below in "¿¡«")):
        return "", sentences(paragraph, language)
    return line, sentences(rest, language)


def word_count(text: str) -> int:
    """Count words; scripts without spaces count two characters as a word."""
    unspaced = len(_UNSPACED.findall(text))
    return len(_UNSPACED.sub(" ", text).split()) + (unspaced + 1) // 2


def _cut_long(text: str, span: Span, most: int) -> list[Span]:
    """Cut a sentence of more than `most` words at white space, or anywhere if it has none."""
    start, end = span
    total = word_count(text[start:end])
    if total <= most:
        return [span]
    step = max(1, ceil((end - start) / ceil(total / most)))
    cuts = [start]
    while end - cuts[-1] > step:
        reach = cuts[-1] + step
        space = text.rfind(" ", cuts[-1] + step // 2, reach)
        cuts.append(space + 1 if space > 0 else reach)
    pieces = list(zip(cuts, [*cuts[1:], end], strict=True))
    return [
        (_skip(text, a, b), a + len(text[a:b].rstrip())) for a, b in pieces if text[a:b].strip()
    ]


def _without_title(title: str, text: str) -> str:
    body = text.strip()
    heading = title.strip()
    if heading and body.casefold().startswith(heading.casefold()):
        rest = body[len(heading) :]
        if rest.lstrip(" \t.:").startswith("\n"):
            return rest.lstrip(" \t.:\n")
    return body


def chunks(
    title: str,
    text: str,
    *,
    target_words: int = 180,
    overlap_sentences: int = 1,
    language: str = "und",
) -> list[str]:
    """Cut a long text at sentence ends into stretches of about `target_words` words.

    Stretches are verbatim and of similar length, so that no crumb is left at the end; a paragraph
    end near the goal is preferred; each but the first begins with the last `overlap_sentences` of
    the one before, unless such a sentence is a third of a stretch by itself. A title repeated as
    the first line is left out, for the caller adds it.
    """
    body = _without_title(title, text)
    total = word_count(body)
    if total <= target_words * 1.25:
        return [body] if body else []
    spans: list[Span] = []
    closes: set[int] = set()
    for start, end in _paragraphs(body):
        for span in _spans_of(body, start, end, language):
            spans += _cut_long(body, span, target_words)
        closes.add(len(spans) - 1)
    counts = [word_count(body[a:b]) for a, b in spans]
    aim = total / ceil(total / target_words)
    return [
        body[spans[i][0] : spans[j][1]] for i, j in _groups(counts, closes, aim, overlap_sentences)
    ]


def _groups(counts: list[int], closes: set[int], aim: float, overlap: int) -> list[Span]:
    """Group sentences into runs (first, last) of about `aim` new words each."""
    groups: list[Span] = []
    first = 0
    words = 0
    left = sum(counts)
    for index, count in enumerate(counts):
        words += count
        left -= count
        following = counts[index + 1] if index + 1 < len(counts) else 0
        at_goal = words + following / 2 >= aim or (index in closes and words >= aim * 0.75)
        if (at_goal and left >= aim * 0.3) or not following:
            shared = first
            while shared and first - shared < overlap and counts[shared - 1] <= aim / 3:
                shared -= 1
            groups.append((shared, index))
            first, words = index + 1, 0
    return groups

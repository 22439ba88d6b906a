"""The brief as one A4 page in the languages of its people."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from bot.documents import typst
from bot.features.briefs import page_texts
from bot.features.briefs.facts import Brief
from bot.features.briefs.page_texts import Heading
from bot.features.briefs.texts import Texts, local, texts

LEVELS = (
    (10.5, 900), (10.0, 600), (9.5, 450), (9.0, 320), (9.0, 240), (8.5, 200), (8.5, 150),
    (8.0, 110), (7.5, 60),
)  # fmt: skip
"""Sizes of the type in points, with the longest text in characters; the first that fits."""

ADDRESS = re.compile(r"https?://\S{1,2000}")
"""What becomes a link; a PDF takes no longer ones."""

Json = dict[str, Any]


def page(brief: Brief) -> bytes:
    """The brief as a tagged PDF of exactly one page.

    Long texts are shortened as far as the page needs it, and the page says so.
    """
    from pypdf import PdfReader  # here, since few processes draw a page

    drawn = b""
    for size, limit in LEVELS:
        content = _Page(texts(brief), size, limit).content()
        drawn = typst.pdf(_template(), content, brief.made_at)
        if len(PdfReader(BytesIO(drawn)).pages) == 1:
            return drawn
    return drawn


class _Page:
    """The data of one try: a size of type and a longest text."""

    def __init__(self, said: Texts, size: float, limit: int) -> None:
        self._said = said
        self._brief = said.brief
        self._size = size
        self._limit = limit
        self._shortened = False
        self._replaced = False

    def content(self) -> Json:
        """What page.typ reads."""
        first = self._said.languages[0]
        sections = [{"heading": head, "nodes": [node]} for head, node in self._sections()]
        return {
            "title": " · ".join(
                page_texts.heading(say, Heading.TITLE) for say in self._said.languages
            ),
            "lang": first.language,
            "size": self._size,
            "heading": self._each(Heading.TITLE),
            "sections": sections,
            "footer": self._footer(),
        }

    def _sections(self) -> Iterator[tuple[list[Json], Json]]:
        said, brief = self._said, self._brief
        yield self._each(Heading.PEOPLE), _entries(self._people())
        if problems := list(self._problems()):
            yield self._each(Heading.PROBLEMS), _entries(problems)
        if brief.cases:
            yield self._each(Heading.CASES), _entries(self._cases())
        if any(said.differences()):
            lines = self._beside(said.differences(), bullets=True)
            yield self._each(Heading.DIFFERENCES), lines
        yield self._each(Heading.QUESTIONS), self._questions()
        if brief.agreed:
            yield self._each(Heading.AGREED), self._times(said.agreed())
        elif brief.shared is not None:
            rows = said.shared()
            none = [[page_texts.no_shared_hours(say)] for say in said.languages]
            node = self._times(rows) if rows else self._beside(none, bullets=False)
            yield self._each(Heading.SHARED), node
        yield self._each(Heading.HANDLING), self._beside(said.handling(), bullets=True)

    def _people(self) -> Iterator[Json]:
        for mark, person in zip(page_texts.MARKS, self._brief.people, strict=False):
            yield self._entry(person.shown_as, mark=mark)

    def _problems(self) -> Iterator[Json]:
        for mark, person in zip(page_texts.MARKS, self._brief.people, strict=False):
            if person.problem.strip():
                yield self._entry(person.problem, mark=mark)

    def _cases(self) -> Iterator[Json]:
        for case in self._said.cases():
            entry = self._entry(
                case.title,
                more=case.sentence,
                note=case.source,
                bold=True,
            )
            address = case.address if ADDRESS.fullmatch(case.address) else ""
            yield {**entry, "address": address, "shown": self._words(address)["t"]}

    def _questions(self) -> Json:
        return self._beside(self._said.questions(), bullets=True)

    def _times(self, rows: Sequence[Sequence[str]]) -> Json:
        head = [
            self._words(f"{mark} · {person.time_zone.replace('_', ' ')}")
            for mark, person in zip(page_texts.MARKS, self._brief.people, strict=False)
        ]
        codes = [say.language for say in self._said.own]
        drawn = [
            [self._words(cell, code) for cell, code in zip(row, codes, strict=True)] for row in rows
        ]
        return {"kind": "times", "head": head, "rows": drawn}

    def _beside(self, columns: Sequence[Sequence[str]], *, bullets: bool) -> Json:
        codes = [say.language for say in self._said.languages]
        if len(columns) < len(codes):
            codes = [""]
        drawn = [
            [self._line(line, code) for line in column]
            for column, code in zip(columns, codes, strict=True)
        ]
        return {"kind": "beside", "languages": drawn, "bullets": bullets}

    def _footer(self) -> list[Json]:
        """Last, because only now it is known what had to be shortened or replaced."""
        lines = []
        for say in self._said.languages:
            parts = [page_texts.made(say, local(self._brief.made_at, "UTC"))]
            parts += [page_texts.shortened(say)] if self._shortened else []
            parts += [page_texts.placeholders(say)] if self._replaced else []
            lines.append({"t": " ".join(parts), "lang": say.language})
        return lines

    def _each(self, which: Heading) -> list[Json]:
        return [
            {"t": page_texts.heading(say, which), "lang": say.language}
            for say in self._said.languages
        ]

    def _entry(
        self, text: str, *, mark: str = "", more: str = "", note: str = "", bold: bool = False
    ) -> Json:
        return {
            "mark": mark,
            "text": self._words(text),
            "more": self._words(more),
            "note": self._words(note),
            "bold": bold,
            "address": "",
            "shown": "",
        }

    def _line(self, text: str, language: str) -> Json:
        """A sentence of the catalogues is never cut; a rule or question of somebody's is."""
        if text in {self._brief.rule, *self._brief.questions}:
            return self._words(text)
        return {"t": text, "lang": language}

    def _words(self, text: str, language: str = "") -> Json:
        """Somebody's words or ours, cut to the limit, with a sign for what cannot be shown."""
        cut = _shortened(text, self._limit)
        shown = typst.showable(cut)
        self._shortened = self._shortened or cut != text
        self._replaced = self._replaced or shown != cut
        return {"t": typst.breakable(shown), "lang": language}


def _entries(entries: Iterable[Json]) -> Json:
    return {"kind": "entries", "entries": list(entries)}


def _shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there are any."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    words, blank, _ = cut.rpartition(" ")
    return f"{words if blank and len(words) > limit // 2 else cut} …".replace("  ", " ")[:limit]


@cache
def _template() -> str:
    return files("bot.features.briefs").joinpath("page.typ").read_text("utf-8")

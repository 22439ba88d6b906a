"""Files in, drafts out: cases and members with their provenance, and what could not be read."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from knowledge.cases.views import CaseDraft
from knowledge.errors import UnreadableInput
from knowledge.members.views import MemberDraft
from knowledge.readers import case_rows, member_rows
from knowledge.readers.case_rows import CaseDefaults
from knowledge.readers.columns import CASES, MEMBERS, ColumnNames
from knowledge.readers.fields import Noticed
from knowledge.readers.html import html_rows
from knowledge.readers.limits import Limits, Refused, check_size
from knowledge.readers.markdown import markdown_rows
from knowledge.readers.people import check_no_person
from knowledge.readers.problems import Notice, Problem
from knowledge.readers.sandbox import confined_rows
from knowledge.readers.spreadsheets import sheet_rows
from knowledge.readers.tabular import Fault, Remark, Row, csv_rows, jsonl_rows

__all__ = ["CaseDefaults", "Limits", "case_files", "passed_over", "read_cases", "read_members"]

_TABLES = {
    ".csv": csv_rows,
    ".tsv": csv_rows,
    ".jsonl": jsonl_rows,
    ".ndjson": jsonl_rows,
    ".xlsx": sheet_rows,
    ".xlsm": sheet_rows,
}
_HTML = (".html", ".htm", ".xhtml")
_MARKDOWN = (".md", ".markdown")
SUPPORTED = (*_TABLES, *_MARKDOWN, *_HTML, ".pdf", ".docx")
_SMALL_PAGE = 200_000  # bytes; a larger page is read in a process of its own

Draft = TypeVar("Draft", CaseDraft, MemberDraft)
Rows = Iterable[Row | Fault | Remark]
Notices = Callable[[Notice], None]


def _unheard(notice: Notice) -> None:
    """For callers that bring in files of ours, which hold no surprise."""


def case_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files to read, each once: folders opened and sorted, files as they are named.

    In a folder, hidden files, unsupported kinds and links that lead back are passed over; a file
    named by itself always stays, so that reading it says what is wrong with it.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _inside(path) if path.is_dir() else [path]:
            found.setdefault(Path(os.path.realpath(file)), file)
    return list(found.values())


def passed_over(paths: Sequence[Path]) -> list[Path]:
    """Return the files of folders that `case_files` leaves out for their kind, hidden ones not."""
    folders = [path for path in paths if path.is_dir()]
    return [file for folder in folders for file in _inside(folder, read=False)]


def _inside(folder: Path, *, read: bool = True) -> Iterator[Path]:
    seen: set[str] = set()
    for here, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(here)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(here, name)
            known = file.suffix.casefold() in SUPPORTED and not name.startswith("~$")
            if not name.startswith(".") and known is read and file.is_file():
                yield file


def read_cases(
    path: Path,
    *,
    defaults: CaseDefaults | None = None,
    limits: Limits | None = None,
    notices: Notices = _unheard,
) -> Iterator[CaseDraft | Problem]:
    """Yield the cases of one file in its order, and a problem for each row that is none.

    Tables are streamed, one row in memory; documents of other kinds give one case, long Markdown
    one per section. Whatever the bytes, nothing but drafts and problems comes out. `notices` hears
    which columns were guessed or passed over, and which values were left out.
    """
    bounds = limits or Limits()
    table = path.suffix.casefold() in _TABLES

    def draft(row: Row, noticed: Noticed) -> CaseDraft:
        if table:
            check_no_person(row.values)
        return case_rows.case_draft(
            CASES.named(row.values),
            file_name=path.name,
            defaults=defaults,
            limits=bounds,
            noticed=noticed,
        )

    reader = _Reader(path, CASES, notices)
    yield from _guarded(path, lambda: reader.drafts(_case_source(path, bounds), draft))


def read_members(
    path: Path, *, limits: Limits | None = None, notices: Notices = _unheard
) -> Iterator[MemberDraft | Problem]:
    """Yield the people of one table, and a problem for each row that is none.

    What a file claims about consents is passed on; whether it counts is for the caller to decide.
    `notices` hears which columns were guessed or passed over, and which values were left out.
    """
    first: dict[str, MemberDraft] = {}

    def draft(row: Row, noticed: Noticed) -> MemberDraft:
        made = member_rows.member_draft(MEMBERS.named(row.values), noticed)
        other = first.setdefault(made.key, made)
        if other is made or not member_rows.namesake(made, other):
            return made
        noticed(
            "Somebody of this name and office stands above; with another contact, they are two."
        )
        return replace(made, key=member_rows.key_of_namesake(made))

    def source() -> Rows:
        return _table(path, limits or Limits(), MEMBERS, tuple(_TABLES))

    reader = _Reader(path, MEMBERS, notices)
    yield from _guarded(path, lambda: reader.drafts(source(), draft))


def _guarded(
    path: Path, read: Callable[[], Iterator[Draft | Problem]]
) -> Iterator[Draft | Problem]:
    """Turn whatever ends the reading of a file into a problem with its reason."""
    try:
        yield from read()
    except Refused as refusal:
        yield Problem(str(path), refusal.line, str(refusal))
    except UnreadableInput as refusal:
        yield Problem(str(path), None, str(refusal))
    except OSError as error:
        yield Problem(
            str(path), None, f"The file cannot be read ({error.strerror or 'no reason given'})."
        )
    except Exception as error:  # noqa: BLE001
        # A parser of somebody else's format may raise anything for bytes that nobody foresaw.
        yield Problem(
            str(path), None, f"The file is damaged and cannot be read ({type(error).__name__})."
        )


def _case_source(path: Path, limits: Limits) -> Rows:
    suffix = path.suffix.casefold()
    if suffix in (*_MARKDOWN, *_HTML, ".pdf", ".docx"):
        return _document(path, suffix, limits)
    return _table(path, limits, CASES, SUPPORTED)


def _document(path: Path, suffix: str, limits: Limits) -> Rows:
    if suffix in (*_MARKDOWN, *_HTML):
        check_size(path, limits.markup_bytes)
        kind, read = ("html", html_rows) if suffix in _HTML else ("markdown", markdown_rows)
        small = path.stat().st_size <= _SMALL_PAGE
        return read(path, limits) if small else confined_rows(kind, path, limits)
    check_size(path, limits.file_bytes)
    with path.open("rb") as file:
        head = file.read(1_024)
    kind = suffix.removeprefix(".")
    if (kind == "pdf" and b"%PDF-" not in head) or (kind == "docx" and not head.startswith(b"PK")):
        # Told apart here, for a process of its own takes a quarter of a second to start.
        from knowledge.readers.pdf import pdf_rows
        from knowledge.readers.word import docx_rows

        return (pdf_rows if kind == "pdf" else docx_rows)(path, limits)
    return confined_rows(kind, path, limits)


def _table(path: Path, limits: Limits, names: ColumnNames, kinds: tuple[str, ...]) -> Rows:
    suffix = path.suffix.casefold()
    check_size(path, limits.file_bytes)
    if suffix not in _TABLES:
        raise Refused(f"Files of this kind are not read here; these are: {', '.join(kinds)}.")
    return _TABLES[suffix](path, limits, names)


class _Reader:
    """Makes drafts of the rows of one file."""

    def __init__(self, path: Path, names: ColumnNames, notices: Notices) -> None:
        self._file = str(path)
        self._names = names
        self._notices = notices
        self._told: set[str] = set()

    def drafts(
        self, rows: Rows, draft: Callable[[Row, Noticed], Draft]
    ) -> Iterator[Draft | Problem]:
        """Drafts and problems; the second row with a key is a problem that names the first."""
        first_lines: dict[str, int | None] = {}
        for row in rows:
            if isinstance(row, Remark):
                self._notices(Notice(self._file, row.line, row.text))
                continue
            if isinstance(row, Fault):
                yield Problem(self._file, row.line, row.reason)
                continue
            self._tell_columns(row)
            heard: list[str] = []
            try:
                made = draft(row, heard.append)
            except UnreadableInput as wrong:
                yield Problem(self._file, row.line, str(wrong))
                continue
            for sentence in heard:
                self._notices(Notice(self._file, row.line, sentence))
            if made.key in first_lines:
                where = first_lines[made.key]
                yield Problem(
                    self._file, row.line, f"The same case or person stands in line {where} already."
                )
                continue
            first_lines[made.key] = row.line
            yield made

    def _tell_columns(self, row: Row) -> None:
        """Once for each file what is read from which column, and what is not."""
        for sentence in self._names.reading(tuple(row.values)).sentences():
            if sentence not in self._told:
                self._told.add(sentence)
                self._notices(Notice(self._file, None, sentence))

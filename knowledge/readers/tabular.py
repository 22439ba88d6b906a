"""CSV and JSONL: one row after the other, with the line where it stands."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import regex

from knowledge.readers.columns import CASES, ColumnNames, header
from knowledge.readers.decoding import UNREADABLE, lines
from knowledge.readers.limits import Limits, Refused
from knowledge.readers.people import check_no_person

_DELIMITERS = ",;\t|"
_LEADING = 30  # lines of titles and notes that may stand above the names of the columns
_FORMULA = regex.compile(r"'*[=+\-@\t\r]")
_QUOTED = regex.compile(r"'(?='*[=+\-@\t\r])")
_RECOVERIES = 50  # a lost quotation mark is survived this often, then the file is too broken
_UNREADABLE_ROW = "Some characters of this row cannot be read. Please save the file as UTF-8."


@dataclass(frozen=True, slots=True)
class Row:
    """Named values as a file gives them, and the line where they begin."""

    line: int | None
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be read, and why."""

    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What whoever brings a file in should know, though nothing of it is refused."""

    line: int | None
    text: str


def quoted(cell: str) -> str:
    """A cell for an export; what a spreadsheet program would take for a formula gets `'` before it.

    Also a cell that looks as if it had one already, so that `unquoted` gives back every cell.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unquoted(cell: str) -> str:
    """A cell without the apostrophe that an export puts before what is no formula."""
    return _QUOTED.sub("", cell, count=1) if _QUOTED.match(cell) else cell


def _too_long(limits: Limits) -> str:
    return f"The line is longer than {limits.line_chars:,} characters."


def jsonl_rows(path: Path, limits: Limits, names: ColumnNames) -> Iterator[Row | Fault]:
    """Yield a row per JSON object, one object a line; blank lines are passed over.

    `names` is for tables with a line of names; here each row speaks for itself.
    """
    del names
    for number, line in lines(path, limits.line_chars):
        if line is None:
            yield Fault(number, _too_long(limits))
            continue
        text = line.strip("\ufeff \t\r\x00")
        if not text:
            continue
        if UNREADABLE in text:
            yield Fault(number, _UNREADABLE_ROW)
            continue
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            yield Fault(number, "This line is not a JSON object.")
            continue
        if isinstance(values, dict):
            yield Row(number, dict(_flat(values)))
        else:
            yield Fault(number, "This line is JSON, but not an object with named values.")


def _flat(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Open one level: `{"source": {"url": ..}}` is `source_url`, as the library exports it."""
    for name, value in values.items():
        if isinstance(value, dict):
            prefix = "" if header(name) == "circumstances" else f"{name}_"
            yield from ((f"{prefix}{inner}", part) for inner, part in value.items())
        else:
            yield name, value


@dataclass(slots=True)
class _Feed:
    """Hands lines to the csv reader, remembers those of the present record, can take them back."""

    source: Iterator[tuple[int, str | None]]
    limits: Limits
    size: int = 0
    record: list[tuple[int, str]] = field(default_factory=list)
    again: list[tuple[int, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.size > self.limits.line_chars:
            raise csv.Error("the record does not end")
        while True:
            number, line = self.again.pop() if self.again else next(self.source)
            if line is None:
                self.faults.append(Fault(number, _too_long(self.limits)))
                continue
            self.record.append((number, line))
            self.size += len(line)
            return line.replace("\x00", "") + "\n"

    def begin(self) -> None:
        """Forget the lines of the record before."""
        self.record.clear()
        self.size = 0

    def take_back(self) -> bool:
        """Give the record's lines after its first to the next record; false for a single line."""
        rest = self.record[1:]
        self.again += reversed(rest)
        return bool(rest)


def _delimiter(first: str) -> str:
    """The delimiter that separates the names of the first line."""
    counts = {mark: first.count(mark) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: counts[mark])


def _records(feed: _Feed, delimiter: str) -> Iterator[list[str] | None]:
    """Yield each record's cells, None for one that the csv reader refuses."""
    while True:
        reader = csv.reader(feed, delimiter=delimiter, strict=True, skipinitialspace=True)
        feed.begin()
        try:
            for cells in reader:
                yield cells
                feed.begin()
            return
        except csv.Error:
            yield None


def csv_rows(path: Path, limits: Limits, names: ColumnNames) -> Iterator[Row | Fault]:
    """Yield a row per CSV record under the names of its columns, whatever the delimiter.

    Lines of a title may stand above the names, one of which has to be one of `names.needed`, else
    `Refused`. A record with a lost or stray quotation mark is reported and reading goes on at the
    next line.
    """
    # A limit of the whole process in the csv module; it is only ever raised, never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), limits.line_chars))
    source = lines(path, limits.line_chars)
    labels, separator, source = _named(source, names)
    feed = _Feed(source, limits)
    recoveries = 0
    for cells in _records(feed, separator):
        yield from feed.faults
        feed.faults.clear()
        start = feed.record[0][0] if feed.record else None
        whole = cells is not None and _fits(cells, labels, len(feed.record))
        if not whole:
            yield Fault(start, _misfit(cells, labels))
            recoveries += feed.take_back()
            if recoveries > _RECOVERIES:
                yield Fault(start, "Too many rows are broken; the rest of the file is not read.")
                return
        elif cells and any(cell.strip() for cell in cells):
            yield table_row(start, labels, cells)
    yield from feed.faults


def header_at(records: Sequence[Sequence[str]], names: ColumnNames) -> int | None:
    """Which of the first records of a table names its columns; None where none does.

    The first one with a name that is needed; below it, one with more known names than unknown.
    """
    filled = [at for at, cells in enumerate(records) if any(cell.strip() for cell in cells)]
    for at in filled[:1]:
        if any(names.known(cell) in names.needed for cell in records[at]):
            return at
    for at in filled[1:]:
        cells = [cell for cell in records[at] if cell.strip()]
        known = sum(bool(names.known(cell)) for cell in cells)
        if len(cells) > 1 and 2 * known > len(cells) and names.needed_in(records[at]):
            return at
    return next((at for at in filled[:1] if names.needed_in(records[at])), None)


def labelled(cells: Sequence[str]) -> list[str]:
    """The names of columns, each once: a name that comes again gets a number."""
    seen: dict[str, int] = {}
    labels: list[str] = []
    for cell in cells:
        label = " ".join(cell.split())
        seen[header(label)] = seen.get(header(label), 0) + 1
        again = seen[header(label)]
        labels.append(label if again == 1 or not label else f"{label} {again}")
    return labels


def no_columns(cells: Sequence[str], names: ColumnNames) -> Refused:
    """The refusal of a table whose columns say nothing to us; of people, as what it is."""
    if names is CASES:
        check_no_person(cells)
    found = ", ".join(filter(None, map(header, cells)))[:200] or "none"
    wanted = " or ".join(sorted(names.needed))
    return Refused(
        f"The first line must name the columns, one of them {wanted}; found: {found}.", 1
    )


Lines = Iterator[tuple[int, str | None]]


def _named(source: Lines, names: ColumnNames) -> tuple[list[str], str, Lines]:
    """The names of the columns, the delimiter, and the lines below the names.

    A spreadsheet's `sep=;` line and lines of a title may stand above.
    """
    first = list(islice(source, _LEADING))
    stated = ""
    records: list[list[str]] = []
    begins: list[tuple[int, int, str]] = []  # where a record begins, how many lines, its delimiter
    for at, (_, line) in enumerate(first):
        text = (line or "").strip("\ufeff\x00")
        if text.casefold().startswith("sep=") and len(text) == 5:
            stated = text[4]
        elif text.strip():
            mark = stated or _delimiter(text)
            rest = [(each or "").strip("\ufeff\x00") + "\n" for _, each in first[at:]]
            reader = csv.reader(rest, delimiter=mark, skipinitialspace=True)
            records.append(next(reader, []))
            begins.append((at, reader.line_num, mark))
    if not records:
        raise Refused("The first line must name the columns.", 1)
    found = header_at(records, names)
    if found is None:
        raise no_columns(records[0], names)
    at, count, mark = begins[found]
    return labelled(records[found]), mark, chain(first[at + count :], source)


def _fits(cells: list[str], names: list[str], span: int) -> bool:
    if len(cells) > len(names):
        return not any(cell.strip() for cell in cells[len(names) :])
    # A record over several lines with cells missing is most likely an open quotation mark.
    return span == 1 or len(cells) == len(names)


def _misfit(cells: list[str] | None, names: list[str]) -> str:
    if cells is None:
        return (
            "A quotation mark is missing or stands in the wrong place; a mark inside a value is"
            " doubled."
        )
    return (
        f"The row has {len(cells)} values, the first line names {len(names)} columns; a value with"
        " a delimiter in it stands in quotation marks."
    )


def table_row(line: int | None, names: Sequence[str], cells: Sequence[str]) -> Row | Fault:
    """The row of one record of a table; a cell without a name is left out."""
    if any(UNREADABLE in cell for cell in cells):
        return Fault(line, _UNREADABLE_ROW)
    values: dict[str, object] = {}
    for name, cell in zip(names, cells, strict=False):
        if name:
            values[name] = unquoted(cell)
    return Row(line, values)

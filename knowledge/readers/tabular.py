"""CSV and JSONL: one row after the other, with the line where it stands."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.readers.columns import header
from knowledge.readers.decoding import UNREADABLE, lines
from knowledge.readers.limits import Limits, Refused

_DELIMITERS = ",;\t|"
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


def _too_long(limits: Limits) -> str:
    return f"The line is longer than {limits.line_chars:,} characters."


def jsonl_rows(path: Path, limits: Limits, needed: Mapping[str, str]) -> Iterator[Row | Fault]:
    """Yield a row per JSON object, one object a line; blank lines are passed over.

    `needed` is what a table must have a column of; here each row speaks for itself.
    """
    del needed
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
            yield Row(number, {header(name): value for name, value in _flat(values)})
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


def csv_rows(path: Path, limits: Limits, needed: Mapping[str, str]) -> Iterator[Row | Fault]:
    """Yield a row per CSV record under the names of the first line, whatever the delimiter.

    The first line needs one name of `needed`, else `Refused`. A record with a lost or stray
    quotation mark is reported and reading goes on at the next line.
    """
    # A limit of the whole process in the csv module; it is only ever raised, never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), limits.line_chars))
    source = lines(path, limits.line_chars)
    names_line, separator = _names_line(source)
    names = [header(name) for name in next(csv.reader([names_line], delimiter=separator), [])]
    if needed.keys().isdisjoint(names):
        raise Refused(_no_columns(names, needed), 1)
    feed = _Feed(source, limits)
    recoveries = 0
    for cells in _records(feed, separator):
        yield from feed.faults
        feed.faults.clear()
        start = feed.record[0][0] if feed.record else None
        whole = cells is not None and _fits(cells, names, len(feed.record))
        if not whole:
            yield Fault(start, _misfit(cells, names))
            recoveries += feed.take_back()
            if recoveries > _RECOVERIES:
                yield Fault(start, "Too many rows are broken; the rest of the file is not read.")
                return
        elif cells and any(cell.strip() for cell in cells):
            yield _row(start, names, cells)
    yield from feed.faults


def _no_columns(names: list[str], needed: Mapping[str, str]) -> str:
    found = ", ".join(name for name in names if name)[:200] or "none"
    wanted = " or ".join(sorted(set(needed.values())))
    return f"The first line must name the columns, one of them {wanted}; found: {found}."


def _names_line(source: Iterator[tuple[int, str | None]]) -> tuple[str, str]:
    """The line with the column names, and the delimiter; a spreadsheet's `sep=;` line may lead."""
    stated = ""
    for _number, line in source:
        if line is None:
            break
        text = line.strip("\ufeff\x00")
        if text.casefold().startswith("sep=") and len(text) == 5:
            stated = text[4]
        elif text.strip():
            return text, stated or _delimiter(text)
    raise Refused("The first line must name the columns.", 1)


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


def _row(line: int | None, names: list[str], cells: list[str]) -> Row | Fault:
    if any(UNREADABLE in cell for cell in cells):
        return Fault(line, _UNREADABLE_ROW)
    values: dict[str, object] = {}
    for name, cell in zip(names, cells, strict=False):
        if name and cell.strip():
            values.setdefault(name, cell)
    return Row(line, values)

"""Excel workbooks (.xlsx): the rows of each sheet that names columns of ours.

The cells are read in a process of its own; what they mean is found out here.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import regex

from knowledge.errors import UnreadableInput
from knowledge.readers.columns import ColumnNames
from knowledge.readers.limits import Limits, Refused, check_archive, check_size
from knowledge.readers.sandbox import confined_rows
from knowledge.readers.tabular import (
    Fault,
    Remark,
    Row,
    header_at,
    labelled,
    no_columns,
    table_row,
)

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

_LEADING = 30  # rows of titles and notes that may stand above the names of the columns
_MOST_CELLS = 2_000_000
_NO_VALUE = regex.compile(rb"(?:<f\b[^>]*/>|</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")


def workbook_rows(path: Path, limits: Limits) -> list[Row | Remark]:
    """Return a row per filled row of each sheet, its values `sheet` and `cells`.

    Formulas give the value that was stored with them, dates are written `2023-05-17`. Raises
    `Refused` for what is damaged, protected or would unfold beyond the bounds.
    """
    _check(path, limits)
    try:
        return list(_rows(path, limits))
    except UnreadableInput:
        raise
    except Exception as error:
        # openpyxl does not say what it may raise for a damaged file.
        raise Refused("The workbook is damaged and cannot be read.") from error


def _check(path: Path, limits: Limits) -> None:
    """Raise `Refused` for what is no workbook, or would unfold beyond the bounds."""
    check_size(path, limits.file_bytes)
    with path.open("rb") as file:
        head = file.read(4)
    if head == b"\xd0\xcf\x11\xe0":
        raise Refused(
            "The workbook is protected by a password or in Excel's old format. Please save it as"
            " .xlsx without a password."
        )
    if not head.startswith(b"PK"):
        raise Refused("The file is not an Excel workbook, whatever its name says.")
    check_archive(path, limits)


def _rows(path: Path, limits: Limits) -> Iterator[Row | Remark]:
    import warnings

    from openpyxl import load_workbook

    yield from _without_values(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts that are not read: validation, styles
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    cells = 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            yield Remark(None, f"The hidden sheet “{sheet.title}” is passed over.")
            continue
        sheet.reset_dimensions()  # programs state wrong ones
        for number, row in enumerate(sheet.iter_rows(), start=1):
            texts = [_text(cell) for cell in row]
            while texts and not texts[-1]:
                texts.pop()
            cells += len(texts)
            if cells > _MOST_CELLS or any(len(text) > limits.line_chars for text in texts):
                raise Refused("The workbook has more cells than are read. Please split it.")
            if texts:
                yield Row(number, {"sheet": sheet.title, "cells": texts})
    book.close()


def _without_values(path: Path) -> Iterator[Remark]:
    """Formulas that no spreadsheet program has worked out yet hold nothing to read."""
    with ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        count = sum(len(_NO_VALUE.findall(archive.read(name))) for name in parts)
    if count:
        yield Remark(
            None,
            f"{count:,} formulas have no stored value and are read as empty. Please open the file"
            " in a spreadsheet program and save it.",
        )


def _text(cell: "Cell") -> str:
    """What a cell says, in the words that a CSV file would have."""
    value = cell.value
    if value is None or cell.data_type == "e":  # nothing, or an error such as #REF!
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return _date(value, str(cell.number_format or ""))
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02}"
    return str(value).strip()


def _date(value: datetime | date, shown: str) -> str:
    """A date as exactly as the cell shows it: `2023-05` where it shows month and year."""
    form = regex.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", shown.casefold())
    day = date(value.year, value.month, value.day)
    if "y" in form and "d" not in form:
        return f"{day:%Y-%m}" if "m" in form else f"{day:%Y}"
    if "y" not in form and "d" in form and "m" in form:
        return f"{day.day}-{day:%b}"  # most likely `9-17`, taken for a day
    return day.isoformat()


def sheet_rows(path: Path, limits: Limits, names: ColumnNames) -> Iterator[Row | Fault | Remark]:
    """Yield the rows of a workbook under the names of its columns, sheet after sheet.

    Sheets without columns of ours are named in a remark; where no sheet has any, `Refused`.
    """
    _check(path, limits)  # here already, for a process of its own takes long to start
    given = confined_rows("xlsx", path, limits)
    yield from (entry for entry in given if isinstance(entry, Remark))
    rows = [entry for entry in given if isinstance(entry, Row)]
    read, strange = 0, []
    first: list[str] = []
    for sheet, group in groupby(rows, key=lambda row: str(row.values["sheet"])):
        held = [(row.line, _cells(row)) for row in group]
        found = header_at([cells for _, cells in held[:_LEADING]], names)
        if found is None:
            strange.append(sheet)
            first = first or held[0][1]
            continue
        read += 1
        labels = labelled(held[found][1])
        for line, cells in held[found + 1 :]:
            padded = [*cells, *[""] * (len(labels) - len(cells))]
            if len(cells) > len(labels):
                yield Remark(line, "Cells to the right of the named columns are passed over.")
            yield table_row(line, labels, padded)
    if not read:
        raise no_columns(first, names) if rows else Refused("The workbook is empty.")
    if strange:
        sheets = ", ".join(f"“{sheet}”" for sheet in strange[:10])
        yield Remark(None, f"Sheets without columns of ours are passed over: {sheets}.")


def _cells(row: Row) -> list[str]:
    cells = row.values["cells"]
    return [str(cell) for cell in cells] if isinstance(cells, list) else []

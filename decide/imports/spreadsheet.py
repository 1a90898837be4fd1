"""XLSX tables: the sheets of a checked workbook as records of text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetVisibleEnum,
)

from decide.imports.limits import Limits, Unreadable
from decide.imports.spreadsheet_check import SAVE, check

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True)
class Sheet:
    """One visible sheet with values; record n is row n + 1 of the sheet."""

    name: str
    records: list[list[str]]


def sheets(stream: BinaryIO, limits: Limits) -> list[Sheet]:
    """The visible sheets with values, in order; raises Unreadable."""
    extents = check(stream, limits)
    stream.seek(0)
    found = []
    try:
        with CalamineWorkbook.from_filelike(stream) as book:
            for each in book.sheets_metadata:
                if each.visible is not SheetVisibleEnum.Visible or each.name not in extents:
                    continue
                sheet = book.get_sheet_by_name(each.name)
                if sheet.start is not None:
                    # The reader shows a cell in error as a blank one; here blank has a meaning.
                    errors = extents[each.name].errors
                    found.append(Sheet(each.name, marked(records(sheet), errors)))
    except CalamineError as error:
        raise Unreadable("El archivo de Excel está dañado.", SAVE) from error
    if not found:
        raise Unreadable("El archivo de Excel no tiene datos.", "Revise que la lista esté en él.")
    return found


def records(sheet: CalamineSheet) -> Iterator[list[str]]:
    """The rows of a sheet from its first row and column on, as text."""
    left = sheet.start[1] if sheet.start else 0
    for row in sheet.iter_rows():
        yield [""] * left + [shown(cell) for cell in row]


def marked(rows: Iterator[list[str]], errors: dict[tuple[int, int], str]) -> list[list[str]]:
    """The rows with the text of cells in error put back."""
    filled = list(rows)
    for (row, column), value in errors.items():
        if row < len(filled) and column < len(filled[row]) and not filled[row][column]:
            filled[row][column] = value
    return filled


def shown(cell: Cell) -> str:
    """A cell as text: whole numbers without a point, dates as in ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "VERDADERO" if cell else "FALSO"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)

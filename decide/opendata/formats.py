"""The same rows as CSV, JSON and XLSX.

CSV is RFC 4180 in UTF-8: commas, CRLF, quotes where needed, an empty cell for "no value". JSON is a
list of objects, one in each line. Both write instants in UTC and numbers with a point.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from enum import StrEnum

import xlsxwriter

from decide.delivery.spreadsheet import inert
from decide.opendata.definitions import Cell, Column, Row, Table, cells

# An XLSX tells when it was made; ours always tells this, so that the same rows are the same file.
EPOCH = datetime(2021, 1, 1, tzinfo=UTC)


class Format(StrEnum):
    """Endings of file names."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(table: Table, rows: Iterable[Row], form: Format) -> bytes:
    """A table's rows as one file."""
    return WRITERS[form](table, rows)


def as_csv(table: Table, rows: Iterable[Row]) -> bytes:
    """RFC 4180. A text that a spreadsheet would run gets an apostrophe, as `inert` says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows([in_csv(cell) for cell in cells(row)] for row in rows)
    return out.getvalue().encode()


def as_json(table: Table, rows: Iterable[Row]) -> bytes:
    """A list with one object in each line."""
    names = [column.name for column in table.columns]
    lines = [
        json.dumps(dict(zip(names, map(in_json, cells(row)), strict=True)), ensure_ascii=False)
        for row in rows
    ]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def as_xlsx(table: Table, rows: Iterable[Row]) -> bytes:
    """One sheet with the rows and one with the dictionary; every text is a text."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": table.title, "created": EPOCH.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("datos")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [column.name for column in table.columns], bold)
        for place, row in enumerate(rows, start=1):
            for across, cell in enumerate(cells(row)):
                if cell is not None:
                    sheet.write(place, across, in_json(cell))
        sheet.autofilter(0, 0, 0, len(table.columns) - 1)
        dictionary = book.add_worksheet("diccionario")
        dictionary.write_row(0, 0, ("columna", "nombre", "tipo", "qué significa"), bold)
        for place, column in enumerate(table.columns, start=1):
            dictionary.write_row(place, 0, (column.name, column.title, column.kind, told(column)))
    return out.getvalue()


WRITERS: dict[Format, Callable[[Table, Iterable[Row]], bytes]] = {
    Format.CSV: as_csv,
    Format.JSON: as_json,
    Format.XLSX: as_xlsx,
}


def in_csv(cell: Cell) -> str:
    """A value as the text of a CSV cell."""
    if isinstance(cell, str):
        return inert(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(in_json(cell))


def in_json(cell: Cell) -> str | int | float | bool | None:
    """A value as JSON knows it; a choice is its word."""
    if isinstance(cell, str):
        return str(cell)
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(cell, date):
        return cell.isoformat()
    return cell


def told(column: Column) -> str:
    """What a column means, with its possible values."""
    values = "; ".join(f"{value} = {meaning}" for value, meaning in column.choices)
    return f"{column.about} ({values})" if values else column.about

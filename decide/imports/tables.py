"""A file of the authority as a table: header, and rows that know their number in the spreadsheet.

CSV in whatever way Excel saved it, or XLSX; title rows before the header are passed over. A column
called `NA` is a column, a blank cell stays blank, and nothing is turned into a number here.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, dropwhile, islice
from sys import getsizeof
from typing import BinaryIO, NamedTuple

from decide.imports import delimited, spreadsheet
from decide.imports.cells import clean, likeness
from decide.imports.limits import MIB, Limits, Unreadable, too_much
from decide.imports.spreadsheet import Sheet

LOOKED_AT = 30  # rows among which the header is sought
AS_CSV = "Ábralo en Excel y guárdelo como «CSV UTF-8» o como «Libro de Excel (.xlsx)»."
# The first bytes of files that are often taken for tables.
OTHERS = (
    (b"\xd0\xcf\x11\xe0", "El archivo es de un Excel antiguo (.xls) o tiene contraseña."),
    (b"%PDF", "El archivo es un PDF, no una tabla."),
    (b"{\\rtf", "El archivo es un documento de texto, no una tabla."),
    (b"\x1f\x8b", "El archivo está comprimido."),
    (b"Rar!", "El archivo está comprimido."),
    (b"7z\xbc\xaf", "El archivo está comprimido."),
    (b"\x89PNG", "El archivo es una imagen, no una tabla."),
    (b"\xff\xd8\xff", "El archivo es una imagen, no una tabla."),
    (b"GIF8", "El archivo es una imagen, no una tabla."),
)
PAGES = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head")


class Row(NamedTuple):
    """One row; `number` as a spreadsheet program numbers it. `cells` may outnumber the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A header and the rows below it. `asides` are rows that are notes, not data."""

    header: tuple[str, ...]
    header_row: int
    rows: tuple[Row, ...]
    asides: tuple[Row, ...] = ()
    sheet: str | None = None


def read(stream: BinaryIO, *, known: Collection[str] = (), limits: Limits | None = None) -> Table:
    """Read a seekable stream; raises Unreadable with a sentence and a remedy.

    `known` are column names, as `cells.plain` gives them, that help to find the header among title
    rows and the right one among several sheets.
    """
    limits = limits or Limits()
    refuse_others(stream, limits)
    if is_zip(stream):
        with spreadsheet.sheets(stream, limits) as sheets:
            sheet = best_sheet(sheets, known)
            return table(sheet.rows(), known, limits, sheet.name)
    with closing(delimited.records(stream, limits, known)) as records:
        return table(records, known, limits)


def best_sheet(sheets: Iterable[Sheet], known: Collection[str]) -> Sheet:
    """The sheet whose beginning shows most known names; the first with any value otherwise."""
    best: tuple[int, Sheet] | None = None
    for sheet in sheets:
        with closing(sheet.rows()) as rows:
            head = list(islice(filter(any, rows), LOOKED_AT))
        names = max((likeness(map(clean, row), known) for row in head), default=-1)
        if head and (best is None or names > best[0]):
            best = (names, sheet)
    if best is None:
        raise nothing()
    return best[1]


def nothing() -> Unreadable:
    """There is not one value in the file."""
    return Unreadable("El archivo no tiene datos.", "Revise que guardó la lista en él.")


def is_zip(stream: BinaryIO) -> bool:
    """Whether the stream is a ZIP, as XLSX files are."""
    stream.seek(0)
    return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def refuse_others(stream: BinaryIO, limits: Limits) -> None:
    """Unreadable for what is too large, empty, or plainly no table."""
    size = stream.seek(0, 2)
    if size > limits.size:
        raise Unreadable(
            f"El archivo pesa {size / MIB:,.0f} MB y el máximo es {limits.size // MIB}.",
            "Divídalo, o deje sólo las columnas de la lista.",
        )
    stream.seek(0)
    start = stream.read(512)
    if not start.strip(b"\0 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("El archivo está vacío.", "Revise que guardó la lista en él.")
    for mark, sentence in OTHERS:
        if start.startswith(mark):
            raise Unreadable(sentence, AS_CSV)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(PAGES):
        raise Unreadable("El archivo es una página web, aunque se llame .xls.", AS_CSV)


def table(
    records: Iterable[list[str]],
    known: Collection[str],
    limits: Limits,
    sheet: str | None = None,
) -> Table:
    """Cut records into header and rows."""
    numbered = dropwhile(lambda row: not any(row.cells), cleaned(records, limits))
    head = list(islice(numbered, LOOKED_AT))
    place = header_place([row.cells for row in head], known)
    if place is None:
        raise nothing()
    first = head[place]
    header = named(first.cells[: filled_width(first.cells)])
    rows: list[Row] = []
    asides: list[Row] = []
    for row in chain(head[place + 1 :], numbered):
        filled = [cell for cell in row.cells if cell]
        if filled:
            (asides if is_aside(row, filled, header) else rows).append(fitted(row, len(header)))
    return Table(header, first.number, tuple(rows), tuple(asides), sheet)


def cleaned(records: Iterable[list[str]], limits: Limits) -> Iterator[Row]:
    """Numbered rows with clean cells; stops at the limits."""
    total = memory = 0
    for number, record in enumerate(records, start=1):
        total += len(record)
        if total > limits.cells:
            raise Unreadable(
                "El archivo tiene demasiadas celdas.", "Deje sólo las columnas de la lista."
            )
        memory += sum(map(getsizeof, record))
        if memory > limits.memory:
            raise too_much()
        if number > limits.rows + LOOKED_AT:
            raise Unreadable(
                f"El archivo tiene más de {limits.rows:,} filas.", "Divídalo en varios archivos."
            )
        cells = tuple(clean(cell) for cell in record)
        if any(len(cell) > limits.cell for cell in cells):
            raise Unreadable(
                f"La fila {number} tiene un texto de más de {limits.cell:,} letras.",
                "Revise si ahí hay unas comillas sin cerrar.",
            )
        yield Row(number, cells)


def header_place(rows: list[tuple[str, ...]], known: Collection[str]) -> int | None:
    """Where the header is: the row with most known names, or the first that looks like names."""
    scores = [likeness(row, known) for row in rows]
    if scores and max(scores) >= 2:
        return scores.index(max(scores))
    widths = Counter(len([cell for cell in row if cell]) for row in rows if any(row))
    if not widths:
        return None
    usual = max(widths, key=lambda width: (widths[width] * (width > 1), width))
    for place, row in enumerate(rows):
        filled = [cell for cell in row if cell]
        if filled and len(filled) >= 0.6 * usual and not any(is_number(cell) for cell in filled):
            return place
    return next(place for place, row in enumerate(rows) if any(row))


def is_number(text: str) -> bool:
    """Whether a cell holds digits and their punctuation only."""
    return any(each.isdigit() for each in text) and not any(each.isalpha() for each in text)


def is_aside(row: Row, filled: list[str], header: tuple[str, ...]) -> bool:
    """A note ("Fuente: …") has text in one cell only; a pasted page repeats the header."""
    lonely = len(filled) == 1 and len(header) >= 4
    return (lonely and not is_number(filled[0])) or row.cells[: len(header)] == header


def filled_width(cells: tuple[str, ...]) -> int:
    """Cells up to the last one that is not blank."""
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1]), 0)


def fitted(row: Row, width: int) -> Row:
    """At least `width` cells, because Excel leaves out blank ones at the end; more if filled."""
    cells = row.cells[: max(width, filled_width(row.cells))]
    return Row(row.number, cells + ("",) * (width - len(cells)))


def named(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The header with a name for nameless columns: as the spreadsheet letters them."""
    return tuple(cell or f"(columna {letters(place)})" for place, cell in enumerate(cells))


def letters(place: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name

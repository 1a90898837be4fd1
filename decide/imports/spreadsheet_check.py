"""Looking through an XLSX file before a reader takes memory for what the file claims to be.

A spreadsheet is a ZIP of XML: a few kilobytes can unpack to gigabytes, one cell in the last corner
makes a table of billions, a DTD can multiply itself. Everything is unpacked once in small pieces,
counted, and thrown away.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from decide.imports.limits import MIB, Limits, Unreadable

PIECE = 1 << 16
CELLS = 3_000_000  # of the rectangle around all cells with a value
SAVE = "Ábralo en Excel y guárdelo como «Libro de Excel (.xlsx)» o como CSV."


@dataclass
class Extent:
    """How far a sheet's values reach, and its cells in error ("#N/A"), which readers blank out."""

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # (row, column), from 0


def check(stream: BinaryIO, limits: Limits) -> dict[str, Extent]:
    """Refuse a hostile or broken XLSX file (Unreadable); gives the extent of each sheet by name.

    Only sheets named in the answer have been looked at; a reader must leave all others alone.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = known_entries(archive, limits)
            budget = Budget(limits.unpacked)
            book = BookScan()
            extents = {
                entry.filename.lower(): look_through(archive, entry, budget, book, limits)
                for entry in entries
            }
            found = {name: extents.get(part) for name, part in book.sheets().items()}
            return {name: extent for name, extent in found.items() if extent is not None}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable("El archivo de Excel está dañado o tiene contraseña.", SAVE) from error
    except expat.ExpatError as error:
        raise Unreadable("El archivo de Excel está dañado.", SAVE) from error


def known_entries(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    """The parts of a workbook; Unreadable when it is none, or has too many."""
    entries = archive.infolist()
    if len(entries) > limits.parts:
        raise Unreadable("El archivo de Excel tiene demasiadas partes.", SAVE)
    names = {entry.filename.lower() for entry in entries}  # readers do not mind the case
    if len(names) != len(entries):
        raise Unreadable("El archivo de Excel trae dos partes con el mismo nombre.", SAVE)
    if "xl/workbook.xml" not in names:
        raise Unreadable("El archivo no es un libro de Excel (.xlsx).", SAVE)
    return entries


class Budget:
    """Bytes that may still be unpacked, over all parts."""

    def __init__(self, left: int) -> None:
        """`left` in bytes."""
        self.left = left

    def spend(self, amount: int) -> None:
        """Raises Unreadable when nothing is left."""
        self.left -= amount
        if self.left < 0:
            raise Unreadable(
                "El archivo de Excel se hace demasiado grande al abrirlo.",
                "Deje sólo la hoja de la lista y guarde el archivo de nuevo.",
            )


def look_through(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    budget: Budget,
    book: "BookScan",
    limits: Limits,
) -> Extent | None:
    """Unpack one part; XML is parsed. Gives the extent of a sheet, None for other parts."""
    name = entry.filename.lower()
    is_xml = name.endswith((".xml", ".rels"))
    scan = SheetScan() if is_xml and name.startswith("xl/worksheets/") else None
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    if scan:
        parser.StartElementHandler = scan.start
        parser.EndElementHandler = scan.end
        parser.CharacterDataHandler = scan.text
        parser.buffer_text = True
    elif name in (BookScan.BOOK, BookScan.LINKS):
        parser.StartElementHandler = book.start
    fed = 0
    for piece in pieces(archive, entry, limits):
        budget.spend(len(piece))
        if is_xml:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > 4 * MIB:
                raise Unreadable("El archivo de Excel está dañado.", SAVE)
    if is_xml and fed:
        parser.Parse(b"", True)
    return scan.judged(limits) if scan else None


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> Iterator[bytes]:
    """The unpacked bytes of a part, however many it claims to have."""
    entry.file_size = (
        limits.unpacked + PIECE
    )  # the claim may be a lie; the budget counts what comes
    with archive.open(entry) as part:
        while piece := part.read(PIECE):
            yield piece


def refuse_doctype(*_: object) -> None:
    """No spreadsheet program writes a DTD."""
    raise Unreadable("El archivo de Excel trae instrucciones ajenas a una tabla.", SAVE)


class BookScan:
    """Learns which part of the ZIP each sheet is."""

    BOOK = "xl/workbook.xml"
    LINKS = "xl/_rels/workbook.xml.rels"

    def __init__(self) -> None:
        """Knows nothing yet."""
        self.names: dict[str, str] = {}  # name → relation
        self.targets: dict[str, str] = {}  # relation → part

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A sheet or a relation is named."""
        name = name.rpartition(":")[2]
        if name == "sheet":
            relation = next((attributes[key] for key in attributes if key.endswith(":id")), "")
            self.names[attributes.get("name", "")] = relation
        elif name == "Relationship":
            target = attributes.get("Target", "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            self.targets[attributes.get("Id", "")] = part.lower()

    def sheets(self) -> dict[str, str]:
        """The part of each sheet, by name."""
        return {name: self.targets.get(relation, "") for name, relation in self.names.items()}


class SheetScan:
    """Counts the cells of one sheet that hold a value."""

    def __init__(self) -> None:
        """Before the first row."""
        self.extent = Extent()
        self.row = self.column = -1
        self.error = self.in_value = False
        self.value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A row, a cell or its value begins."""
        name = name.rpartition(":")[2]
        if name == "c":
            place = attributes.get("r")
            self.row, self.column = position(place) if place else (self.row, self.column + 1)
            self.error = attributes.get("t") == "e"
            self.value = ""
        elif name in ("v", "is"):
            self.in_value = True
            self.extent.rows = max(self.extent.rows, self.row + 1)
            self.extent.columns = max(self.extent.columns, self.column + 1)
        elif name == "row":
            told = attributes.get("r", "")
            self.row = int(told) - 1 if told.isascii() and told.isdigit() else self.row + 1
            self.column = -1

    def text(self, data: str) -> None:
        """Keep the text of a cell in error."""
        if self.error and self.in_value:
            self.value += data

    def end(self, name: str) -> None:
        """A value, or a cell in error, is complete."""
        name = name.rpartition(":")[2]
        if name in ("v", "is"):
            self.in_value = False
        elif self.error and name == "c":
            self.extent.errors[self.row, self.column] = self.value.strip() or "#ERROR"
            self.error = False

    def judged(self, limits: Limits) -> Extent:
        """The extent; Unreadable when it is too large."""
        extent = self.extent
        if extent.rows > limits.rows:
            raise Unreadable(
                f"La hoja tiene datos hasta la fila {extent.rows:,}.",
                f"El máximo es {limits.rows:,}. Borre las filas que sobran, o divida la lista.",
            )
        if extent.columns > limits.columns:
            raise Unreadable(
                f"La hoja tiene datos hasta la columna {extent.columns:,}.",
                f"El máximo es {limits.columns:,}. Borre las columnas que sobran.",
            )
        if extent.rows * extent.columns > CELLS or len(extent.errors) > limits.rows:
            raise Unreadable("La hoja tiene demasiadas celdas.", "Divida la lista en dos archivos.")
        return extent


def position(place: str) -> tuple[int, int]:
    """ "B3" → (2, 1). Unreadable for anything else."""
    letters = place.rstrip("0123456789")
    digits = place[len(letters) :]
    if not (digits and letters.isascii() and letters.isalpha() and len(place) <= 12):
        raise Unreadable("El archivo de Excel está dañado.", SAVE)
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(digits) - 1, column - 1

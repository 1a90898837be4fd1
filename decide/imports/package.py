"""The ZIP of XML that an XLSX file is, unpacked in small pieces and within a budget.

A few kilobytes can unpack to gigabytes, and a DTD can multiply itself. Whatever a part claims to
be, what counts is what comes out of it.
"""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.parsers import expat

from decide.imports.limits import MIB, Limits, Unreadable
from decide.kernel.zips import BROKEN

PIECE = 1 << 16
TOKEN = 4 * MIB  # no honest tag or attribute is longer
DEEPEST = 100  # no honest element lies deeper
DENSEST = 150  # no honest part unpacks to so many times its size
SAVE = "Ábralo en Excel y guárdelo como «Libro de Excel (.xlsx)» o como CSV."
BOOK = "xl/workbook.xml"
# What spreadsheet programs write; others need a library more, and LZMA as much memory as it says.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCODINGS = ("utf-8", "utf-16", "us-ascii", "iso-8859-1", "windows-1252")

Start = Callable[[str, dict[str, str]], None]


class Damaged(Unreadable):
    """The file is no workbook that a spreadsheet program wrote."""

    def __init__(self, what: str = "El archivo de Excel está dañado.") -> None:
        """`what` is the fault."""
        super().__init__(what, SAVE)


class Package:
    """The parts of a workbook by name, in lower case as readers do not mind it."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        """Raises Damaged when it is no workbook, or has too many parts."""
        entries = archive.infolist()
        self.archive = archive
        self.parts = {entry.filename.lower(): entry for entry in entries}
        self.left = limits.unpacked
        self.elements = limits.elements
        if len(entries) > limits.parts:
            raise Damaged("El archivo de Excel tiene demasiadas partes.")
        if len(self.parts) != len(entries):
            raise Damaged("El archivo de Excel trae dos partes con el mismo nombre.")
        if any(entry.compress_type not in METHODS for entry in entries):
            raise Damaged
        if BOOK not in self.parts:
            raise Damaged("El archivo no es un libro de Excel (.xlsx).")

    def pieces(self, part: str) -> Iterator[bytes]:
        """The unpacked bytes of a part; Unreadable when all parts together become too many."""
        entry = self.parts[part]
        entry.file_size = self.left + PIECE  # the claim may be a lie
        dense = 8 * MIB + DENSEST * entry.compress_size
        with intact(), self.archive.open(entry) as stream:
            while piece := stream.read(PIECE):
                self.left -= len(piece)
                dense -= len(piece)
                if self.left < 0 or dense < 0:
                    raise Unreadable(
                        "El archivo de Excel se hace demasiado grande al abrirlo.",
                        "Deje sólo la hoja de la lista y guarde el archivo de nuevo.",
                    )
                yield piece

    def fed(self, part: str, handler: "Handler") -> Iterator[None]:
        """Feed a part to a handler; gives control back after each piece."""
        depth = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            self.elements -= 1
            if depth > DEEPEST:
                raise Damaged
            if self.elements < 0:
                raise Unreadable(
                    "El archivo de Excel tiene demasiadas celdas.",
                    "Guárdelo como «CSV UTF-8», o divida la lista.",
                )
            handler.start(name.rpartition(":")[2], attributes)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            handler.end(name.rpartition(":")[2])

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.XmlDeclHandler = refuse_encoding
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = handler.text
        total = 0
        for piece in self.pieces(part):
            parser.Parse(piece, False)
            total += len(piece)
            if total - parser.CurrentByteIndex > TOKEN:
                raise Damaged
            yield
        parser.Parse(b"", True)
        yield

    def read(self, part: str, handler: "Handler") -> None:
        """Feed a whole part to a handler; nothing happens when there is no such part."""
        if part in self.parts:
            for _ in self.fed(part, handler):
                pass


class Handler:
    """What is done with the elements of a part; names come without their namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Text between them."""


def refuse_doctype(*_: object) -> None:
    """No spreadsheet program writes a DTD."""
    raise Damaged("El archivo de Excel trae instrucciones ajenas a una tabla.")


def refuse_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    """Damaged for an encoding that Python's parser would stumble over."""
    if encoding is not None and encoding.lower() not in ENCODINGS:
        raise Damaged


@contextmanager
def intact() -> Iterator[None]:
    """What the ZIP's reader stumbles over becomes Damaged."""
    try:
        yield
    except BROKEN as error:
        raise Damaged from error
    except RuntimeError as error:  # what zipfile raises for an encrypted part
        raise Damaged("El archivo de Excel tiene contraseña.") from error


@contextmanager
def opened(stream: BinaryIO, limits: Limits) -> Iterator[Package]:
    """The package of a stream; whatever is broken in it becomes Damaged."""
    stream.seek(0)
    with intact():
        archive = zipfile.ZipFile(stream)
    try:
        with archive:
            yield Package(archive, limits)
    except expat.ExpatError as error:
        raise Damaged from error

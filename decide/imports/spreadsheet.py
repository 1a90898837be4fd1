"""XLSX tables: the rows of each visible sheet as text, in a stream.

Read with the standard library's XML parser instead of a ready-made reader: those build the
rectangle around all cells in memory before anybody can look at it, and show a cell in error as a
blank one (docs/decisions/0020-read-xlsx-in-a-stream.md).
"""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from sys import getsizeof
from typing import BinaryIO

from decide.imports.limits import Limits, Unreadable, too_long, too_much
from decide.imports.package import BOOK, Damaged, Handler, Package, opened

Rows = Generator[list[str], None, None]
LINKS = "xl/_rels/workbook.xml.rels"
DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')  # of a number format: says nothing of dates
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 – a spreadsheet's date has no zone
YEARS_1904 = 1462  # days between the two calendars of spreadsheet programs
LAST_DAY = 2_958_465  # 31 December 9999


@dataclass(frozen=True)
class Sheet:
    """A visible sheet. `rows` reads it from its beginning; blank rows are empty lists."""

    name: str
    rows: Callable[[], Rows]


@contextmanager
def sheets(stream: BinaryIO, limits: Limits) -> Iterator[list[Sheet]]:
    """The visible sheets, in order; what they yield may raise Unreadable."""
    with opened(stream, limits) as package:
        links, book = Links(limits), Book(limits)
        package.read(LINKS, links)
        package.read(BOOK, book)
        strings, styles = Strings(limits), Styles(limits)
        package.read(links.of_kind("sharedStrings"), strings)
        package.read(links.of_kind("styles"), styles)
        shift = YEARS_1904 if book.from_1904 else 0

        def rows_of(part: str) -> Callable[[], Rows]:
            return lambda: rows(package, part, Cells(strings.all, styles.dates, shift, limits))

        parts = {name: links.targets.get(link, ("", ""))[1] for name, link in book.shown}
        yield [Sheet(name, rows_of(part)) for name, part in parts.items() if part in package.parts]


def rows(package: Package, part: str, cells: "Cells") -> Rows:
    """The rows of a sheet part."""
    for _ in package.fed(part, cells):
        yield from cells.ready
        cells.ready.clear()


class Links(Handler):
    """Which part of the package is what."""

    def __init__(self, limits: Limits) -> None:
        """Knows nothing yet."""
        self.most = limits.parts
        self.targets: dict[str, tuple[str, str]] = {}  # id → (kind, part)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """One relation."""
        if name == "Relationship":
            target = attributes.get("Target", "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, part.lower())
            if len(self.targets) > self.most:
                raise Damaged

    def of_kind(self, kind: str) -> str:
        """The part of a kind; "" when there is none."""
        return next((part for told, part in self.targets.values() if told == kind), "")


class Book(Handler):
    """The sheets that a person sees."""

    def __init__(self, limits: Limits) -> None:
        """Knows nothing yet."""
        self.most = limits.parts
        self.shown: list[tuple[str, str]] = []  # (name, relation)
        self.from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """One sheet, or the calendar."""
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.shown.append((attributes.get("name", ""), link))
            if len(self.shown) > self.most:
                raise Damaged
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "") in ("1", "true")


class Styles(Handler):
    """Which cell styles show a number as a date."""

    def __init__(self, limits: Limits) -> None:
        """Knows nothing yet."""
        self.most = limits.styles
        self.own: set[str] = set()
        self.dates: list[bool] = []
        self.inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A number format of the book, or a style that uses one."""
        if name == "numFmt":
            code = LITERAL.sub("", attributes.get("formatCode", "")).lower()
            if re.search("[dmyhs]", code) and "general" not in code:
                self.own.add(attributes.get("numFmtId", ""))
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside:
            number = attributes.get("numFmtId", "0")
            self.dates.append(number in self.own or style_of(number) in DATES)
        if len(self.dates) + len(self.own) > self.most:
            raise Damaged

    def end(self, name: str) -> None:
        """The styles of cells end; those of names follow."""
        if name == "cellXfs":
            self.inside = False


# A text that a cell shares costs four elements at least (si, t, c, v); with more texts than a
# quarter of the elements that a file may have, nobody uses them: that is how a bomb is made.
ELEMENTS_OF_A_TEXT = 4


class Strings(Handler):
    """The texts that cells share."""

    def __init__(self, limits: Limits) -> None:
        """Knows nothing yet."""
        self.limits = limits
        self.most = limits.elements // ELEMENTS_OF_A_TEXT
        self.memory = self.length = 0
        self.all: list[str] = []
        self.parts: list[str] = []
        self.taking = self.reading_aid = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A text, or a piece of it; reading aids for Asian scripts are not part of it."""
        if name == "t":
            self.taking = not self.reading_aid
        elif name == "rPh":
            self.reading_aid = True

    def text(self, data: str) -> None:
        """Keep a piece."""
        if self.taking:
            self.parts.append(data)
            self.length += len(data)
            if self.length > self.limits.cell:
                raise too_long()

    def end(self, name: str) -> None:
        """A text is complete."""
        if name == "t":
            self.taking = False
        elif name == "rPh":
            self.reading_aid = False
        elif name == "si":
            text = unescaped("".join(self.parts))
            self.all.append(text)
            self.parts.clear()
            self.length = 0
            self.memory += getsizeof(text)
            if self.memory > self.limits.memory or len(self.all) > self.most:
                raise too_much()


class Cells(Handler):
    """Collects the cells of a sheet into rows."""

    def __init__(self, strings: list[str], dates: list[bool], shift: int, limits: Limits) -> None:
        """`shift` is added to the number of a day."""
        self.strings, self.dates, self.shift, self.limits = strings, dates, shift, limits
        self.ready: list[list[str]] = []
        self.done = 0  # rows given so far
        self.row = self.column = 0  # from 1
        self.cells: list[str] = []
        self.kind = self.style = ""
        self.parts: list[str] = []
        self.length = 0
        self.taking = self.reading_aid = False
        self.columns: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A row, a cell or its value begins."""
        if name == "c":
            self.column = self.place(attributes.get("r"))
            self.kind = attributes.get("t", "n")
            self.style = attributes.get("s", "")
        elif name in ("v", "t"):
            self.taking = not self.reading_aid
        elif name == "rPh":
            self.reading_aid = True
        elif name == "row":
            told = attributes.get("r")
            self.row = whole(told) if told else self.row + 1
            self.column = 0
            if self.row <= self.done:
                raise Damaged

    def text(self, data: str) -> None:
        """Keep a piece of a value; a formula is not one."""
        if self.taking:
            self.parts.append(data)
            self.length += len(data)
            if self.length > self.limits.cell:
                raise too_long()

    def end(self, name: str) -> None:
        """A value, a cell or a row is complete."""
        if name in ("v", "t"):
            self.taking = False
        elif name == "rPh":
            self.reading_aid = False
        elif name == "c" and self.parts:
            value = self.value("".join(self.parts))
            self.parts.clear()
            self.length = 0
            if value:
                self.put(value)
        elif name == "row" and self.cells:
            self.ready += [[] for _ in range(self.row - self.done - 1)]
            self.ready.append(self.cells)
            self.done, self.cells = self.row, []

    def place(self, told: str | None) -> int:
        """The column of a cell; without an address it follows the one before."""
        if not told:
            return self.column + 1
        letters = told.rstrip("0123456789")
        if letters not in self.columns:
            self.columns[letters] = column_of(letters)
        if whole(told[len(letters) :]) != self.row:
            raise Damaged
        return self.columns[letters]

    def put(self, value: str) -> None:
        """Set the value of the present cell; Unreadable when it lies too far away."""
        if self.row > self.limits.rows:
            raise Unreadable(
                f"La hoja tiene datos en la fila {self.row:,}.",
                f"El máximo es {self.limits.rows:,}. Borre lo que sobra, o divida la lista.",
            )
        if self.column > self.limits.columns:
            raise Unreadable(
                f"La hoja tiene datos en la columna {self.column:,}.",
                f"El máximo es {self.limits.columns:,}. Borre las columnas que sobran.",
            )
        self.cells += [""] * (self.column - len(self.cells))
        self.cells[self.column - 1] = value

    def value(self, told: str) -> str:
        """What a person sees in the cell, or close to it."""
        if self.kind == "s":
            place = whole(told)
            if place >= len(self.strings):
                raise Damaged
            return self.strings[place]
        if self.kind == "b":
            return "VERDADERO" if told == "1" else "FALSO"
        if self.kind == "n":
            return self.number(told)
        return unescaped(told)  # a text of its own, the result of a formula, an error

    def number(self, told: str) -> str:
        """A number without needless digits; a day as in ISO 8601."""
        try:
            number = float(told)
        except ValueError as error:
            raise Damaged from error
        style = style_of(self.style)
        if 0 <= style < len(self.dates) and self.dates[style]:
            day = number + self.shift
            if 0 <= day <= LAST_DAY:
                return shown_day(day)
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        return repr(number)


def shown_day(day: float) -> str:
    """A spreadsheet's day as a date; with the time when it has one."""
    moment = EPOCH + timedelta(seconds=round(day * 86_400))
    if day < 1:
        return moment.time().isoformat()
    return moment.isoformat(" ") if day % 1 else moment.date().isoformat()


def column_of(letters: str) -> int:
    """ "A" → 1, "AA" → 27; Damaged for anything else."""
    if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha()):
        raise Damaged
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def whole(digits: str) -> int:
    """A number of few digits; Damaged for anything else."""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise Damaged
    return int(digits)


def style_of(digits: str) -> int:
    """The number of a style or of a format; -1 for anything else."""
    try:
        return whole(digits)
    except Damaged:
        return -1


def unescaped(text: str) -> str:
    """Text in which spreadsheet programs hid control characters as "_x000D_".

    Half a pair of surrogates, which no file and no database can keep, becomes a visible �.
    """
    if "_x" not in text:
        return text
    shown = ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

"""What a known list looks like: its columns, how to understand a row, where entries are kept."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from decide.imports.cells import NotANumber, plain, whole_number
from decide.imports.plan import Entry, Problem

BROKEN = "\ufffd"  # what a byte becomes that is no letter in the file's encoding


@dataclass(frozen=True)
class Column:
    """One column: our name for it, its header in the known list, other headers seen for it."""

    name: str
    header: str
    aliases: tuple[str, ...] = ()
    required: bool = True

    @property
    def known(self) -> frozenset[str]:
        """Headers that mean this column, as `cells.plain` gives them."""
        return frozenset(plain(each) for each in (self.header, *self.aliases))


class Fields:
    """One row seen through a layout. Faults pile up here, so that one look finds them all."""

    def __init__(
        self, number: int, cells: Sequence[str], places: Mapping[str, int], header: Sequence[str]
    ) -> None:
        """`places` says at which cell each of the layout's columns stands."""
        self.number = number
        self.cells = cells
        self.places = places
        self.header = header
        self.faults: list[Problem] = []

    def fault(self, name: str, what: str, remedy: str) -> None:
        """Something is wrong with a column of this row; both sentences are Spanish."""
        place = self.places.get(name)
        header = None if place is None else self.header[place]
        value = "" if place is None else self.cells[place]
        self.faults.append(Problem(self.number, header, value, what, remedy))

    def fault_at(self, place: int, what: str, remedy: str) -> None:
        """Something is wrong with a cell whose column the layout does not name."""
        self.faults.append(
            Problem(self.number, self.header[place], self.cells[place], what, remedy)
        )

    def has(self, name: str) -> bool:
        """Whether the file has this column at all."""
        return name in self.places

    def text(self, name: str) -> str:
        """The cell; "" when blank or when the file lacks the column."""
        place = self.places.get(name)
        return "" if place is None else self.cells[place]

    def broken(self) -> bool:
        """Whether a cell lost its letters when the file was saved; a fault names each."""
        for name, place in self.places.items():
            if BROKEN in self.cells[place]:
                self.fault(
                    name, "El texto trae letras rotas (�).", "Guarde el archivo como «CSV UTF-8»."
                )
        return bool(self.faults)

    def needed(self, name: str) -> str | None:
        """The cell, or None with a fault when it is blank."""
        value = self.text(name)
        if not value:
            self.fault(name, "La celda está vacía.", "Escriba el dato que falta.")
            return None
        return value

    def integer(self, name: str) -> int | None:
        """The cell as a whole number; None when blank, or with a fault when it is none."""
        try:
            return whole_number(self.text(name))
        except NotANumber as error:
            self.fault(
                name, f"El valor {error}.", "Escriba sólo el número, sin letras ni decimales."
            )
            return None

    def needed_integer(self, name: str) -> int | None:
        """The cell as a whole number; None with a fault when it is blank or none."""
        return None if self.needed(name) is None else self.integer(name)


class Reader(Protocol):
    """Understands the rows of one file, one after the other."""

    def read(self, row: Fields) -> Entry | None:
        """The entry of a row; None when it has faults, or when it belongs to another row."""
        ...

    def finish(self) -> "Finding":
        """What shows only when all rows have been read."""
        ...


@dataclass(frozen=True)
class Finding:
    """Entries (with the row they come from), problems and remarks of a whole file."""

    entries: Sequence[tuple[int, Entry]] = ()
    problems: Sequence[Problem] = ()
    notes: Sequence[str] = ()


class WriteEntries(Protocol):
    """How a room takes entries."""

    def __call__(
        self, session: Session, entries: Sequence[Any], *, at: datetime, by: int | None
    ) -> None:
        """Create or change them by key."""
        ...


@dataclass(frozen=True)
class Shelf:
    """Where entries are kept: how to read all of them, how to write some, how to take some back.

    Without `entry`, the class of the entries, and `remove` an import cannot be undone.
    """

    current: Callable[[Session], Mapping[tuple[str, ...], Entry]]
    write: WriteEntries
    remove: WriteEntries | None = None
    entry: type[Any] | None = None


@dataclass(frozen=True)
class Layout:
    """One known list. `cite` is the column to name when a row repeats another."""

    key: str
    title: str
    about: str
    columns: tuple[Column, ...]
    cite: str
    open: Callable[[Session], Reader]
    shelf: Shelf
    # Two words for the sentence "Es la misma … que la fila 12."
    one: str = "línea"
    # Whether the reader takes columns that are not named here: options on a ballot.
    takes_rest: bool = False

    @property
    def known(self) -> frozenset[str]:
        """All headers this layout understands."""
        return frozenset().union(*(column.known for column in self.columns))

    def guess(self, header: Sequence[str]) -> dict[str, list[int]]:
        """At which places of a header each column may stand; several when a name is repeated.

        The header of the known list counts before those seen elsewhere.
        """
        names = [plain(each) for each in header]
        return {
            column.name: places_of(names, {plain(column.header)}) or places_of(names, column.known)
            for column in self.columns
        }


def places_of(names: Sequence[str], wanted: Collection[str]) -> list[int]:
    """Where any of the wanted names stands."""
    return [place for place, name in enumerate(names) if name in wanted]


class NothingMore:
    """The end of a file that holds no surprise."""

    def finish(self) -> Finding:
        """Nothing to add."""
        return Finding()


def names_known(layouts: Collection[Layout]) -> frozenset[str]:
    """All headers that any of the layouts understands."""
    return frozenset().union(*(layout.known for layout in layouts))

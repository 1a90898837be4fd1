"""How a table of open data is defined: a frozen dataclass whose fields say what they mean."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, get_args, get_type_hints

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Cell = str | int | float | bool | date | datetime | None


class Row(Protocol):
    """A line of a table: any dataclass whose fields were made by `column`."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


class Kind(StrEnum):
    """Types of Table Schema."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"


KINDS: Mapping[type, Kind] = {
    str: Kind.STRING,
    int: Kind.INTEGER,
    float: Kind.NUMBER,
    bool: Kind.BOOLEAN,
    date: Kind.DATE,
    datetime: Kind.DATETIME,
}


@dataclass(frozen=True)
class Column:
    """One column of the dictionary. `choices` = (value, meaning) where few are possible."""

    name: str
    kind: Kind
    required: bool
    title: str
    about: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Link:
    """Columns whose values stand in another table of the same or another set."""

    columns: tuple[str, ...]
    table: str
    there: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One file of a data set. `rows` reads it in the order in which it is published."""

    name: str
    title: str
    about: str
    row: type[Row]
    key: tuple[str, ...]
    rows: "Callable[[Session], Iterable[Row]]"
    links: tuple[Link, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """In the order of the class' fields."""
        return columns_of(self.row)


@dataclass(frozen=True)
class DataSet:
    """Tables that belong together; open while the calendar shows `area` (None = always)."""

    name: str
    title: str
    about: str
    area: str | None
    keywords: tuple[str, ...]
    tables: tuple[Table, ...]


def column(title: str, about: str, choices: Mapping[str, str] | None = None) -> Any:
    """Declare a field of a row class: its heading and what it means, both in Spanish."""
    return field(
        metadata={"title": title, "about": about, "choices": tuple((choices or {}).items())}
    )


def columns_of(row: type[Row]) -> tuple[Column, ...]:
    """What a row class declares. TypeError for a type that no file can carry."""
    hints = get_type_hints(row)
    found = []
    for each in fields(row):
        kinds = set(get_args(hints[each.name]) or (hints[each.name],))
        plain = kinds - {NoneType}
        if len(plain) != 1 or not plain <= KINDS.keys():
            raise TypeError(f"{row.__name__}.{each.name} has no type that a file can carry")
        found.append(
            Column(
                name=each.name,
                kind=KINDS[plain.pop()],
                required=NoneType not in kinds,
                title=each.metadata["title"],
                about=each.metadata["about"],
                choices=each.metadata["choices"],
            )
        )
    return tuple(found)


def cells(row: Row) -> tuple[Cell, ...]:
    """The values of a row, in the order of its columns."""
    return tuple(getattr(row, name) for name in row.__dataclass_fields__)

"""Reading an edition's rows a page at a time: what the API answers is what the JSON file says.

A row is one line of the file, in a fixed form. So a line whose column has the wanted value is found
by its bytes: quotes inside a text are escaped, and `"municipio": 106` can be nothing else.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from decide.opendata.definitions import Kind, Table

Value = str | int | float | bool


class WrongValue(Exception):
    """A key has what its column cannot hold; the message names the column."""


@dataclass(frozen=True)
class Slice:
    """Some rows, and how many fit in all."""

    rows: tuple[dict[str, Any], ...]
    total: int


def read(path: Path, wanted: Mapping[str, Value], *, skip: int, count: int) -> Slice:
    """The rows in which every wanted column has the wanted value, from the one after `skip` on."""
    marks = [mark_of(name, value) for name, value in wanted.items()]
    found: list[dict[str, Any]] = []
    total = 0
    for line in lines(path):
        if not all(has(line, mark) for mark in marks):
            continue
        if skip <= total < skip + count:
            found.append(json.loads(line))
        total += 1
    return Slice(tuple(found), total)


def lines(path: Path) -> Iterator[bytes]:
    """Each row of a file as its object, without the comma behind it."""
    with path.open("rb") as stream:
        for line in stream:
            if line.startswith(b"{"):
                yield line.rstrip(b",\n")


def mark_of(name: str, value: Value) -> bytes:
    """How a column with this value is written in a row."""
    return json.dumps({name: value}, ensure_ascii=False)[1:-1].encode()


def key_of(table: Table, told: Mapping[str, str]) -> dict[str, Value]:
    """A row's key from the words of an address. WrongValue names a column that cannot have it."""
    kinds = {each.name: each.kind for each in table.columns}
    found: dict[str, Value] = {}
    for name in table.key:
        try:
            found[name] = int(told[name]) if kinds[name] is Kind.INTEGER else told[name]
        except ValueError as error:
            raise WrongValue(name) from error
    return found


def has(line: bytes, mark: bytes) -> bool:
    """Whether a row holds a column with a value: the mark ends where the value ends."""
    place = line.find(mark)
    return place >= 0 and line[place + len(mark) : place + len(mark) + 1] in (b",", b"}")

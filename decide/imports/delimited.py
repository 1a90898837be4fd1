"""Text tables: the separator found out, records read in a stream, hostile files stopped early."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Generator, Iterator
from typing import BinaryIO

from decide.imports.cells import likeness
from decide.imports.letters import encoding_of
from decide.imports.limits import Limits, Unreadable

SEPARATORS = (",", ";", "\t", "|")


class Lines:
    """The lines of a stream; stops at a record that is longer than any honest one.

    The reader of a record says `done` after each, so that a quote that is never closed, or a line
    of a million commas, is seen before it fills the memory.
    """

    def __init__(self, stream: io.TextIOWrapper, limits: Limits) -> None:
        """Read `stream` line by line."""
        self.stream = stream
        self.limit = limits.record
        self.pending = 0
        self.record = 1

    def done(self) -> None:
        """A record is complete."""
        self.pending = 0
        self.record += 1

    def __iter__(self) -> Iterator[str]:
        """The lines, with their ends."""
        while line := self.stream.readline(self.limit + 1):
            self.pending += len(line)
            if self.pending > self.limit:
                raise Unreadable(
                    f"La fila {self.record} es demasiado larga.",
                    "Revise si ahí hay unas comillas sin cerrar, o guarde el archivo de nuevo.",
                )
            yield line


def records(
    stream: BinaryIO, limits: Limits, known: Collection[str] = ()
) -> Generator[list[str], None, None]:
    """The records of a text table, blank ones as empty lists; raises Unreadable.

    Close it before the stream. `known` are column names that help to find the separator.

    A first line `sep=;`, as Excel writes it, decides the separator and is not a record.
    """
    encoding = encoding_of(stream)
    separator, told = separator_of(stream, encoding, limits, known)
    stream.seek(0)
    text = text_of(stream, encoding)
    try:
        if told:
            text.readline()
        yield from parsed(Lines(text, limits), separator, limits)
    finally:
        text.detach()  # the stream stays the caller's


def text_of(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """`stream` as text; every kind of line end counts. Odd bytes become a visible �."""
    return io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None)


def parsed(lines: Lines, separator: str, limits: Limits) -> Iterator[list[str]]:
    """The records of `lines`."""
    reader = csv.reader(lines, delimiter=separator)
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                f"La fila {lines.record} no se puede leer.",
                "Revise si ahí hay unas comillas sin cerrar, o guarde el archivo de nuevo.",
            ) from error
        if len(record) > limits.columns:
            raise Unreadable(
                f"La fila {lines.record} tiene más de {limits.columns} columnas.",
                "Deje sólo las columnas de la lista y guarde el archivo de nuevo.",
            )
        lines.done()
        yield record


def separator_of(
    stream: BinaryIO, encoding: str, limits: Limits, known: Collection[str]
) -> tuple[str, bool]:
    """The separator, and whether a first line `sep=` told it.

    The best one shows most known column names; failing that, it splits most records into the same
    number of cells, and into many.
    """
    stream.seek(0)
    text = text_of(stream, encoding)
    head = list(beginning(text, limits))
    text.detach()
    told = head[0].strip().strip('"').lower() if head else ""
    if told.startswith("sep=") and len(told) <= 5:
        return (told[4:] or "\t"), True
    return max(SEPARATORS, key=lambda separator: fit(head, separator, known)), False


def beginning(text: io.TextIOWrapper, limits: Limits) -> Iterator[str]:
    """The first lines, few enough to be read again and again."""
    taken = 0
    while taken < limits.record and (line := text.readline(limits.record)):
        taken += len(line)
        yield line


def fit(head: list[str], separator: str, known: Collection[str]) -> tuple[int, float]:
    """How well a separator explains the beginning of a file."""
    try:
        split = [record for record in csv.reader(head, delimiter=separator) if any(record)]
    except csv.Error:
        return 0, 0.0
    widths = Counter(len(record) for record in split)
    names = max((likeness(record, known) for record in split), default=0)
    width, times = max(widths.items(), key=lambda item: (item[0] > 1) * item[1], default=(0, 0))
    even = 0.0 if width < 2 else (times / widths.total()) ** 2 * min(width, 12)
    return (names if names > 1 else 0), even

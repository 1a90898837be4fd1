"""What a dry run says: what would be created, changed or left alone, and what is wrong where."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class Entry(Protocol):
    """A row of a file, understood: a plain value that compares by its fields."""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same thing."""
        ...


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where, and what to do.

    `row` is the row as a spreadsheet program numbers it, None for the file as a whole; `column` is
    the header as the file writes it.
    """

    row: int | None
    column: str | None
    value: str
    what: str
    remedy: str


@dataclass(frozen=True)
class Change:
    """One entry that would be written; `before` is None for a new one."""

    row: int
    before: Entry | None
    after: Entry


@dataclass(frozen=True)
class Plan:
    """The outcome of a dry run. Nothing is written while there are problems."""

    layout: str  # key; empty when the file was not recognised
    title: str
    file_name: str
    sha256: str
    rows: int
    create: tuple[Change, ...] = ()
    change: tuple[Change, ...] = ()
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    imported_at: datetime | None = None  # this very file was committed then
    header: tuple[str, ...] = ()
    bad_rows: tuple[tuple[int, tuple[str, ...]], ...] = field(default=(), repr=False)

    @property
    def refused(self) -> tuple[int, ...]:
        """Rows with at least one problem, in order."""
        return tuple(sorted({each.row for each in self.problems if each.row is not None}))

    @property
    def good(self) -> bool:
        """Whether it may be committed."""
        return bool(self.layout) and not self.problems

    @property
    def repeated(self) -> bool:
        """Whether this very file was imported before and would change nothing."""
        return self.imported_at is not None and not (self.create or self.change or self.problems)


@dataclass(frozen=True)
class Run:
    """A committed import, as lists and pages show it."""

    id: int
    layout: str
    title: str
    file_name: str
    sha256: str
    rows: int
    created: int
    changed: int
    unchanged: int
    committed_at: datetime
    by: int | None
    undone_at: datetime | None = None


@dataclass(frozen=True)
class Difference:
    """One field that an import changed: in which row of the file, from what, to what."""

    row: int
    key: tuple[str, ...]
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Report:
    """What became of one file, for the command line; `run` is None when nothing was written."""

    plan: Plan
    run: Run | None

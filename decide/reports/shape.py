"""What a report is made of: tables, and the days that it is about."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_

Cell = str | int
UNTOLD = "menos de 10"


@dataclass(frozen=True)
class Sheet:
    """One table of the report; `note` says how to read it."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Period:
    """Days from first to last, both inside, in the authority's zone."""

    since: date
    until: date
    zone: ZoneInfo

    def holds(self, instant: ColumnElement[datetime] | Any) -> ColumnElement[bool]:
        """Whether an instant lies in these days."""
        begins = datetime.combine(self.since, time(), self.zone)
        ends = datetime.combine(self.until + timedelta(days=1), time(), self.zone)
        return and_(instant >= begins, instant < ends)

    def day_of(self, instant: datetime) -> str:
        """The day of an instant."""
        return instant.astimezone(self.zone).date().isoformat()


def cell(count: int | None) -> Cell:
    """A figure as it may be told."""
    return UNTOLD if count is None else count

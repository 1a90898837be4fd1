"""Asking for the process and its phases."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.calendar.models import CalendarNotice, ElectoralProcess, Phase
from decide.calendar.rules import Standing, Window, standing
from decide.errors import NotFound


@dataclass(frozen=True)
class ProcessFacts:
    """The process in four words."""

    key: str
    name: str
    election_day: date


@dataclass(frozen=True)
class Announced:
    """A change of dates as the public reads it. `opened_at` and `closed_at` held before."""

    number: int
    phase_key: str
    title: str
    announced_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    opens_at: datetime
    closes_at: datetime | None
    reason: str

    @property
    def opening_moved(self) -> bool:
        """Whether the opening is another."""
        return self.opened_at != self.opens_at

    @property
    def closing_moved(self) -> bool:
        """Whether the closing is another."""
        return self.closed_at != self.closes_at


NEWEST = 30


def process(session: Session) -> ProcessFacts:
    """The one process; NotFound before it has been set up."""
    row = session.get(ElectoralProcess, 1)
    if row is None:
        raise NotFound("Todavía no hay un proceso electoral. Ejecute «flask decide import».")
    return ProcessFacts(row.key, row.name, row.election_day)


def windows(session: Session) -> tuple[Window, ...]:
    """All phases in the order in which they open."""
    return tuple(
        Window(
            key=row.key,
            title=row.title,
            text=row.text,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            visible=frozenset(row.visible),
            takes_part=frozenset(row.takes_part),
            editable=frozenset(row.editable),
        )
        for row in session.scalars(select(Phase).order_by(Phase.opens_at, Phase.id))
    )


def standing_at(session: Session, at: datetime) -> Standing:
    """What the calendar says at an instant."""
    return standing(windows(session), at)


def announced(session: Session) -> tuple[Announced, ...]:
    """The changes of dates that were announced, newest first."""
    rows = session.scalars(select(CalendarNotice).order_by(CalendarNotice.id.desc()).limit(NEWEST))
    return tuple(
        Announced(
            row.id, row.phase_key, row.title, row.announced_at, row.opened_at, row.closed_at,
            row.opens_at, row.closes_at, row.reason,
        )
        for row in rows
    )  # fmt: skip

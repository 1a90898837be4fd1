"""Asking for the process and its phases."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.calendar.models import ElectoralProcess, Phase
from decide.calendar.rules import Standing, Window, standing
from decide.errors import NotFound


@dataclass(frozen=True)
class ProcessFacts:
    """The process in four words."""

    key: str
    name: str
    election_day: date


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

"""How many answers and ideas came in by the hour, over everybody.

Each look writes the sums that had been copied by then on the line of its hour, so a look more or
less changes nothing. What an hour brought is its line less the one before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from decide.participation.models import HourMark
from decide.participation.queries import cursors_of

IDEAS = ":idea"  # how names of streams of ideas end


@dataclass(frozen=True)
class Hour:
    """What one hour brought. `presses` are deeds: a changed mind counts again."""

    begins: datetime
    presses: int
    ideas: int


def mark(session: Session, *, at: datetime) -> None:
    """Write what has been copied until now on the line of this hour."""
    presses = ideas = 0
    for name, (_, copied) in cursors_of(session).items():
        if name.endswith(IDEAS):
            ideas += copied
        else:
            presses += copied
    line = insert(HourMark).values(hour=hour_of(at), presses=presses, ideas=ideas)
    session.execute(
        line.on_conflict_do_update(
            index_elements=[HourMark.hour],
            set_={"presses": line.excluded.presses, "ideas": line.excluded.ideas},
        )
    )


def hours(session: Session, *, since: datetime) -> tuple[Hour, ...]:
    """What each hour from `since` on brought, hours without a look left out; one statement."""
    before = (
        select(HourMark).where(HourMark.hour < since).order_by(HourMark.hour.desc()).limit(1)
    ).subquery()
    rows = session.execute(
        select(before.c.hour, before.c.presses, before.c.ideas).union_all(
            select(HourMark.hour, HourMark.presses, HourMark.ideas).where(HourMark.hour >= since)
        )
    )
    return brought((hour, presses, ideas) for hour, presses, ideas in rows)


def brought(marks: Iterable[tuple[datetime, int, int]]) -> tuple[Hour, ...]:
    """Differences between neighbouring lines; the first only says where counting begins.

    A log that was set up anew counts from zero again.
    """
    found = []
    for (_, *before), (hour, *now) in pairwise(sorted(marks)):
        anew = any(late < early for late, early in zip(now, before, strict=True))
        start = (0, 0) if anew else before
        found.append(Hour(hour, now[0] - start[0], now[1] - start[1]))
    return tuple(found)


def hour_of(at: datetime) -> datetime:
    """The beginning of an instant's hour."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)

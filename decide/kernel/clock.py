"""The time of the service is the database's time; no deadline is read from a host's own clock."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session


class Clock:
    """Reads the database's clock."""

    def now(self, session: Session) -> datetime:
        """The instant at the database, aware, UTC; within one transaction it does advance."""
        instant: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
        return instant.astimezone(UTC)


class FrozenClock(Clock):
    """A clock for tests that stands still until moved."""

    def __init__(self, instant: datetime) -> None:
        """Stand at `instant` (aware)."""
        self.instant = instant

    def now(self, session: Session) -> datetime:
        """The frozen instant."""
        return self.instant

    def move(self, **by: float) -> None:
        """Advance by timedelta arguments, e.g. `move(hours=1)`."""
        self.instant += timedelta(**by)


@dataclass(frozen=True)
class Reading:
    """What the database's clock said, and when by this process' monotonic one.

    Lets the press walk know the database's time without asking it: between readings only the
    monotonic clock runs, which no administrator can set.
    """

    instant: datetime
    taken: float
    still: bool = False

    @classmethod
    def take(cls, clock: Clock, session: Session) -> "Reading":
        """Ask `clock` once; half the round trip is credited to the way back."""
        before = time.monotonic()
        instant = clock.now(session)
        return cls(instant, (before + time.monotonic()) / 2, isinstance(clock, FrozenClock))

    def now(self) -> datetime:
        """The database's time now, as extrapolated from this reading."""
        if self.still:
            return self.instant
        return self.instant + timedelta(seconds=time.monotonic() - self.taken)

"""What the calendar means for a citizen: what opens when, and which stage we are in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from decide.calendar.queries import Announced
from decide.calendar.rules import Window
from decide.web.shared.context import opening_day, snapshot, standing

COUNT = "count"  # the phase in which the votes are counted


@dataclass(frozen=True)
class Stage:
    """One phase on the calendar page; `state` is past, current or future."""

    window: Window
    state: str

    @property
    def last_moment(self) -> datetime | None:
        """The last minute inside: people say “until 2 June”, not “before 3 June”."""
        closes = self.window.closes_at
        return closes - timedelta(minutes=1) if closes else None


def opens_at(area: str) -> datetime | None:
    """The next instant at which an area becomes visible; None when it is, or never will."""
    return None if area in standing().visible else opening_day(area)


def shown(area: str) -> bool:
    """Whether citizens may see an area now."""
    return area in standing().visible


def answered(kind: str) -> bool:
    """Whether citizens may answer this kind of subject now."""
    return kind in standing().takes_part


def done(kind: str) -> bool:
    """Whether this kind was answered once and will not be any more."""
    picture = snapshot().picture()
    now = picture.now()
    windows = [each for each in picture.windows if kind in each.takes_part]
    ends = [each.closes_at for each in windows]
    return bool(windows) and all(end is not None and end <= now for end in ends)


def voted() -> bool:
    """Whether the polls have closed: who stood for election does so no longer."""
    return shown("result") or any(each.key == COUNT for each in standing().windows)


def closes_at(kind: str) -> datetime | None:
    """The last minute of the window in which this kind is answered now; None if closed."""
    ends = [w.closes_at for w in standing().windows if kind in w.takes_part and w.closes_at]
    return max(ends) - timedelta(minutes=1) if ends else None


def stages() -> tuple[Stage, ...]:
    """All phases in the order in which they open, each with where we stand."""
    picture = snapshot().picture()
    now = picture.now()
    return tuple(
        Stage(
            window,
            "current" if window.holds(now) else "past" if window.opens_at <= now else "future",
        )
        for window in picture.windows
    )


def announced() -> tuple[Announced, ...]:
    """The dates that were moved, newest first."""
    return snapshot().picture().announced

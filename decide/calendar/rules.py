"""The three answers about an instant: what is visible, what takes part, what is editable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Area(StrEnum):
    """What a phase can open. The subject kinds of the catalog are members by value."""

    GUIDE = "guide"  # Quitadudas, organs, electoral geography
    PLATFORM = "platform"
    SECTION = "section"
    BLOCK = "block"
    CANDIDACY = "candidacy"
    PROPOSAL = "proposal"  # with the trajectory
    RESULT = "result"
    STATISTIC = "statistic"
    DELIVERY = "delivery"


@dataclass(frozen=True)
class Window:
    """One phase as the rules see it; `closes_at` is the first instant outside, None = open end."""

    key: str
    title: str
    text: str
    opens_at: datetime
    closes_at: datetime | None
    visible: frozenset[str]
    takes_part: frozenset[str]
    editable: frozenset[str]

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies inside."""
        return self.opens_at <= at and (self.closes_at is None or at < self.closes_at)


@dataclass(frozen=True)
class Standing:
    """What holds at an instant: the windows open then, and the union of what they open.

    `changes_at` is the next instant at which any of this may change, None = never.
    """

    at: datetime
    windows: tuple[Window, ...]
    visible: frozenset[str]
    takes_part: frozenset[str]
    editable: frozenset[str]
    changes_at: datetime | None

    @property
    def current(self) -> Window | None:
        """The window to show as “the phase we are in”: the one opened last."""
        return max(self.windows, key=lambda window: window.opens_at, default=None)


def standing(windows: Sequence[Window], at: datetime) -> Standing:
    """The only place where the calendar is evaluated.

    Takes part ⊆ visible is enforced here and not left to the data: nobody answers what is hidden.
    """
    held = tuple(window for window in windows if window.holds(at))
    visible = frozenset().union(*(window.visible for window in held))
    edges = [
        edge
        for window in windows
        for edge in (window.opens_at, window.closes_at)
        if edge and edge > at
    ]
    return Standing(
        at=at,
        windows=held,
        visible=visible,
        takes_part=visible & frozenset().union(*(window.takes_part for window in held)),
        editable=frozenset().union(*(window.editable for window in held)),
        changes_at=min(edges, default=None),
    )


def closing(windows: Sequence[Window], at: datetime) -> datetime | None:
    """The last instant at which anything took part, if that lies behind; else None.

    None also while something takes part, will again, or has no end: then nothing is final.
    """
    ends = [window.closes_at for window in windows if window.takes_part]
    known = [end for end in ends if end is not None and end <= at]
    return max(known) if known and len(known) == len(ends) else None

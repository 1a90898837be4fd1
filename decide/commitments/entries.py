"""An activity as a list tells it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Progress(StrEnum):
    """Where an activity stands, by its real dates alone: the page is the same on every day."""

    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"


@dataclass(frozen=True)
class ActivityEntry:
    """One activity by its code."""

    code: str
    line: str
    title: str
    objective: str
    verification: str
    area: str
    planned_start: date
    planned_end: date
    actual_start: date | None = None
    actual_end: date | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same activity."""
        return (self.code,)


def progress_of(actual_start: date | None, actual_end: date | None) -> Progress:
    """By the real dates."""
    if actual_end is not None:
        return Progress.DONE
    return Progress.STARTED if actual_start is not None else Progress.PLANNED


def place_of(code: str) -> int:
    """Where a code stands: “2.10” after “2.9”. Codes have at most two numbers."""
    whole, _, part = code.partition(".")
    return int(whole) * 1000 + int(part or 0)

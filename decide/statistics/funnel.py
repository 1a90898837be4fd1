"""From a visit to an opinion to an idea: three sums beside one another, nobody's way.

A visit is a visitor of a day (the estimate of the day's sketch), so who comes on three days counts
three times. All three are figures as they may be told; the shares are made of those alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from decide.statistics.disclosure import disclosed


@dataclass(frozen=True)
class Funnel:
    """`reactions` and `ideas` are None while they may not be told."""

    visits: int | None
    reactions: int | None
    ideas: int | None

    @property
    def reactions_in_hundred(self) -> int | None:
        """Opinions for every hundred visits."""
        return in_hundred(self.reactions, self.visits)

    @property
    def ideas_in_hundred(self) -> int | None:
        """Ideas for every hundred visits."""
        return in_hundred(self.ideas, self.visits)

    @property
    def steps(self) -> Sequence[tuple[str, int | None, int | None]]:
        """(what, how many, for every hundred visits), from the first to the last."""
        return (
            ("visit", self.visits, 100 if self.visits else None),
            ("reaction", self.reactions, self.reactions_in_hundred),
            ("idea", self.ideas, self.ideas_in_hundred),
        )


def funnel(visitors: Iterable[int], *, reactions: int, ideas: int, hidden: bool) -> Funnel:
    """Of the days that are over; `hidden` while too few actors take part."""
    return Funnel(
        disclosed(sum(visitors)),
        None if hidden else disclosed(reactions),
        None if hidden else disclosed(ideas),
    )


def in_hundred(part: int | None, whole: int | None) -> int | None:
    """To the nearest whole, halves up; None where a figure is not told."""
    if part is None or not whole:
        return None
    return (200 * part + whole) // (2 * whole)

"""Two processes side by side: only what can be compared, and only where both have it."""

from collections.abc import Iterable
from dataclasses import dataclass

from decide.results.queries import ContestResult, Totals, totals
from decide.results.queries_earlier import EarlierResultLine


@dataclass(frozen=True)
class Beside:
    """One municipality, then and now; either may lack figures."""

    municipality: int
    now: ContestResult | None
    then: EarlierResultLine | None

    @property
    def whole(self) -> bool:
        """Whether both processes have votes here."""
        return bool(self.now and self.then and self.now.total and self.then.total)


@dataclass(frozen=True)
class Comparison:
    """All municipalities that either process has, and sums over those that both have."""

    places: tuple[Beside, ...]
    now: Totals
    then: Totals

    @property
    def both(self) -> int:
        """In how many municipalities both have votes."""
        return self.now.contests


def compared(now: Iterable[ContestResult], then: Iterable[EarlierResultLine]) -> Comparison:
    """Join two processes by municipality, by its number."""
    here = {each.municipality: each for each in now if each.municipality is not None}
    there = {each.municipality: each for each in then}
    places = tuple(
        Beside(number, here.get(number), there.get(number))
        for number in sorted(here.keys() | there.keys())
    )
    whole = [each for each in places if each.whole]
    return Comparison(
        places,
        totals(each.now for each in whole if each.now),
        totals(each.then for each in whole if each.then),
    )


def points(now: float | None, then: float | None) -> float | None:
    """How many points of a hundred a share moved; None where one is missing."""
    return None if now is None or then is None else now - then

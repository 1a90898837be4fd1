"""What follows from results by counting: who won how often, and what a new version changed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from decide.results.count import Count, VoteLine
from decide.results.queries import ContestResult, totals


@dataclass(frozen=True)
class OptionTotal:
    """An option over many contests: its votes, in how many it ran, and how many it won."""

    line: VoteLine
    ran: int
    won: int


@dataclass(frozen=True)
class OptionAt:
    """An option in one contest; `place` is 1 for most votes, and the same for equal ones."""

    result: ContestResult
    line: VoteLine
    place: int

    @property
    def won(self) -> bool:
        """Whether it has more votes than every other option there."""
        return self.result.winner == self.line


@dataclass(frozen=True)
class Change:
    """One figure that a version changed; None = the version has none.

    `figure` is "votes" of an `option`, or one of FIGURES, and then `option` is empty.
    """

    figure: str
    option: str
    before: int | None
    after: int | None


FIGURES = ("valid", "unregistered", "null_votes", "total", "nominal_list")


def options(results: Iterable[Count]) -> tuple[OptionTotal, ...]:
    """All options in registration order."""
    listed = tuple(results)
    ran = Counter(line.option for result in listed for line in result.votes)
    won = Counter(result.winner.option for result in listed if result.winner)
    return tuple(
        OptionTotal(line, ran[line.option], won[line.option]) for line in totals(listed).votes
    )


def of_actor(results: Iterable[ContestResult], slug: str) -> tuple[OptionAt, ...]:
    """The contests in which an actor was an option by itself, in the order given."""
    return tuple(
        OptionAt(result, line, 1 + sum(other.votes > line.votes for other in result.votes))
        for result in results
        for line in result.votes
        if line.who is not None and line.who.slug == slug
    )


def changes(newer: ContestResult, older: ContestResult) -> tuple[Change, ...]:
    """Figures that differ, options first, in the order of the ballot."""
    before = {(line.position, line.label): line.votes for line in older.votes}
    after = {(line.position, line.label): line.votes for line in newer.votes}
    found = [
        Change("votes", label, before.get((position, label)), after.get((position, label)))
        for position, label in sorted(before.keys() | after.keys())
    ]
    found += [
        Change(figure, "", getattr(older, figure), getattr(newer, figure)) for figure in FIGURES
    ]
    return tuple(change for change in found if change.before != change.after)

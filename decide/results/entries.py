"""A result as a file or a form gives it, before it is written."""

from dataclasses import dataclass

from decide.results.models import ResultStatus


@dataclass(frozen=True)
class VoteEntry:
    """Votes of one option. An option that did not run has no entry; 0 is "ran, no votes".

    `actor` is empty for an independent who is not in the catalog.
    """

    position: int
    actor: str | None
    label: str
    votes: int


@dataclass(frozen=True)
class ResultEntry:
    """One contest's result as a file or a form gives it. Figures are empty when annulled."""

    contest: str
    status: ResultStatus
    source: str
    valid: int | None
    unregistered: int | None
    null_votes: int | None
    total: int | None
    nominal_list: int | None
    note: str = ""
    votes: tuple[VoteEntry, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries results of the same contest."""
        return (self.contest,)

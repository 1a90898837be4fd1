"""A result as a file or a form gives it, before it is written."""

from dataclasses import dataclass

from decide.catalog.models import Post
from decide.results.models import Principle, ResultStatus


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


@dataclass(frozen=True)
class ElectedEntry:
    """Who holds one seat. `party` is a key, empty for somebody without a party."""

    contest: str
    post: Post
    principle: Principle
    rank: int
    person: str
    party: str | None
    source: str

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same seat."""
        return (self.contest, self.post.value, self.principle.value, str(self.rank))

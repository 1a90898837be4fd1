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
class StationEntry:
    """One polling station. `votes` are those of the result's options, in their order."""

    section: int
    booth: str
    votes: tuple[int, ...]
    unregistered: int
    null_votes: int
    total: int


@dataclass(frozen=True)
class ResultEntry:
    """One contest's result as a file or a form gives it. Figures are empty when annulled.

    `stations` are those from which it was added up, by section and name; empty when it was not.
    """

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
    stations: tuple[StationEntry, ...] = ()

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


@dataclass(frozen=True)
class EarlierVoteEntry:
    """Votes of one option of the past, by the name that its source uses."""

    position: int
    label: str
    votes: int


@dataclass(frozen=True)
class EarlierEntry:
    """What an earlier process, named by its key, gave in one municipality.

    `stations` says from how many polling stations it was added up; None when it was not.
    """

    process: str
    municipality: int
    valid: int | None
    unregistered: int | None
    null_votes: int | None
    total: int | None
    nominal_list: int | None
    stations: int | None
    note: str = ""
    votes: tuple[EarlierVoteEntry, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same election."""
        return (self.process, str(self.municipality))

"""What one election says in figures, whoever ran: turnout, order, winner, margin."""

from dataclasses import dataclass

from decide.catalog.queries import ActorRef


@dataclass(frozen=True)
class VoteLine:
    """Votes of one option, in the order of the ballot. An option that did not run has no line."""

    position: int
    label: str
    votes: int
    actor: str | None  # key
    order: int | None  # of registration
    who: ActorRef | None

    @property
    def option(self) -> str:
        """What is the same for this option in every contest."""
        return self.actor or self.label


@dataclass(frozen=True, kw_only=True)
class Count:
    """Figures of one election; all are empty where it was annulled."""

    valid: int | None
    unregistered: int | None
    null_votes: int | None
    total: int | None
    nominal_list: int | None
    note: str
    votes: tuple[VoteLine, ...]

    @property
    def turnout(self) -> float | None:
        """Votes of a hundred people on the nominal list."""
        if self.total is None or not self.nominal_list:
            return None
        return 100 * self.total / self.nominal_list

    @property
    def ranked(self) -> tuple[VoteLine, ...]:
        """Options by votes, the most first; equal ones in the order of the ballot."""
        return tuple(sorted(self.votes, key=lambda line: -line.votes))

    @property
    def winner(self) -> VoteLine | None:
        """The option with most votes; None without figures and when two have the same."""
        first, second = (*self.ranked, None, None)[:2]
        if first is None or first.votes == 0 or (second and second.votes == first.votes):
            return None
        return first

    @property
    def margin(self) -> int | None:
        """Votes between the first and the second; None without a second."""
        if len(self.votes) < 2:
            return None
        first, second, *_ = self.ranked
        return first.votes - second.votes

    @property
    def margin_share(self) -> float | None:
        """The margin in points of a hundred of all votes."""
        margin = self.margin
        return None if margin is None else self.share(margin)

    def share(self, votes: int | None) -> float | None:
        """`votes` of a hundred of all votes cast, null and unregistered ones included."""
        return None if votes is None or not self.total else 100 * votes / self.total

"""Who was elected in the demonstration: whoever the invented votes made win."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from decide.catalog import registry
from decide.catalog.entries import CandidacyEntry, contest_of_list
from decide.demonstration import lots
from decide.results import queries
from decide.results.actions_elected import record_elected
from decide.results.entries import ElectedEntry
from decide.results.models import Principle
from decide.results.queries import ContestResult

SOURCE = "Integración inventada de la demostración"
LISTED = 30  # seats of the Legislature that come from lists


def record_winners(session: Session, *, at: datetime) -> int:
    """Give each seat of a deputation or presidency to who won it; gives how many."""
    members = {entry.code: entry.members for entry in registry.actors(session).values()}
    candidacies = registry.candidacies(session).values()
    districts = queries.of_districts(session)
    results = (*districts, *queries.of_ayuntamientos(session))
    heads = {(each.contest, each.actor): each for each in candidacies if each.is_head}
    entries = [
        seat(heads[won], Principle.MAJORITY, 1, members)
        for result in results
        if result.winner is not None
        and (won := (result.contest, result.winner.actor or "")) in heads
    ]
    entries += from_lists(candidacies, districts, members)
    record_elected(session, entries, at=at, by=None)
    return len(entries)


def from_lists(
    candidacies: Iterable[CandidacyEntry],
    districts: Iterable[ContestResult],
    members: Mapping[str, tuple[str, ...]],
) -> list[ElectedEntry]:
    """The seats of the lists, shared out by the votes in the districts, largest remainders last."""
    lists: dict[str, list[CandidacyEntry]] = {}
    for each in candidacies:
        if each.contest == contest_of_list():
            lists.setdefault(each.actor, []).append(each)
    votes: Counter[str] = Counter()
    for result in districts:
        for line in result.votes:
            # An alliance's votes are its members' in equal parts.
            parties = members.get(line.actor or "") or (line.actor or "",)
            votes.update({party: line.votes // len(parties) for party in parties if party in lists})
    given = shared_out(votes, LISTED)
    holders = [
        one
        for actor in sorted(lists)
        for one in sorted(lists[actor], key=lambda each: each.rank)[: given[actor]]
    ]
    return [
        seat(holder, Principle.PROPORTIONAL, rank, members)
        for rank, holder in enumerate(holders, start=1)
    ]


def shared_out(votes: Mapping[str, int], seats: int) -> Counter[str]:
    """`seats` in proportion to `votes`: whole quotas, then the largest remainders."""
    total = sum(votes.values())
    if total == 0:
        return Counter()
    given = Counter({party: count * seats // total for party, count in votes.items()})
    rest = sorted(votes, key=lambda party: (-(votes[party] * seats % total), party))
    given.update(rest[: seats - given.total()])
    return given


def seat(
    holder: CandidacyEntry, principle: Principle, rank: int, members: Mapping[str, tuple[str, ...]]
) -> ElectedEntry:
    """A seat for a candidacy; within an alliance the party is drawn."""
    parties = members[holder.actor] or (holder.actor,)
    return ElectedEntry(
        contest=holder.contest,
        post=holder.post,
        principle=principle,
        rank=rank,
        person=holder.owner_name,
        party=parties[lots.number(len(parties), holder.contest, "party")],
        source=SOURCE,
    )

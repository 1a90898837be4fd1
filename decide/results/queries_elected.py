"""Asking for the people who were elected, in the order of the ballot."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from decide.catalog.models import Candidacy, Contest, ContestKind, PoliticalActor, Post
from decide.catalog.queries import (
    ACTOR,
    BY_BALLOT,
    CONTEST,
    ActorRef,
    ContestRef,
    actor_ref,
    contest_ref,
)
from decide.catalog.queries_candidacies import PUBLISHED
from decide.geography.models import District, Municipality
from decide.results.entries import ElectedEntry
from decide.results.models import Elected, Principle


@dataclass(frozen=True)
class ElectedLine:
    """Who holds a seat. `candidacy_id` is empty when nobody of that name stood there.

    `promised` says whether that candidacy published a trajectory or a proposal.
    """

    post: str
    principle: str
    rank: int
    person: str
    party: ActorRef | None
    contest: ContestRef
    candidacy_id: int | None
    promised: bool
    source: str


@dataclass(frozen=True)
class Bench:
    """The seats of one party in an assembly. `party` is empty for people without one."""

    party: ActorRef | None
    lines: tuple[ElectedLine, ...]

    @property
    def majority(self) -> int:
        """Seats won in a district or with a slate."""
        return sum(line.principle == Principle.MAJORITY for line in self.lines)

    @property
    def proportional(self) -> int:
        """Seats won from a list."""
        return len(self.lines) - self.majority


SEAT = (Elected.post, Elected.principle, Elected.rank, Elected.person, Elected.source)
PARTY_AT = len(SEAT) + 2  # after the candidacy and whether it promised something
POST_ORDER = case({post: place for place, post in enumerate(Post)}, value=Elected.post)
LEGISLATURE: ColumnElement[bool] = Contest.kind.in_(
    (ContestKind.DISTRICT, ContestKind.PROPORTIONAL)
)
PRESIDENCIES: ColumnElement[bool] = Elected.post == Post.PRESIDENCY


def everybody(session: Session) -> tuple[ElectedLine, ...]:
    """All seats: districts, then ayuntamientos, then the list; one statement."""
    return _elected(session)


def of_contest(session: Session, contest: str) -> tuple[ElectedLine, ...]:
    """Who was elected in one contest; one statement."""
    return _elected(session, Contest.key == contest)


def of_party(session: Session, slug: str) -> tuple[ElectedLine, ...]:
    """Everybody for whom the source names this party; one statement."""
    return _elected(session, PoliticalActor.slug == slug)


def legislature(session: Session) -> tuple[ElectedLine, ...]:
    """The deputies: districts by number, then the list; one statement."""
    return _elected(session, LEGISLATURE)


def presidencies(session: Session) -> tuple[ElectedLine, ...]:
    """The presidents of ayuntamientos by the municipality's number; one statement."""
    return _elected(session, PRESIDENCIES)


def benches(session: Session, lines: tuple[ElectedLine, ...]) -> tuple[Bench, ...]:
    """`lines` by party in registration order, people without a party last; one statement."""
    order = dict(
        session.execute(select(PoliticalActor.id, PoliticalActor.registration_order)).all()
    )
    groups: dict[ActorRef | None, list[ElectedLine]] = {}
    for line in lines:
        groups.setdefault(line.party, []).append(line)
    last = max(order.values(), default=0) + 1
    parties = sorted(groups, key=lambda party: (order[party.id], party.id) if party else (last, 0))
    return tuple(Bench(party, tuple(groups[party])) for party in parties)


def entries(session: Session) -> dict[tuple[str, ...], ElectedEntry]:
    """All seats as entries by key, for comparing with a file; one statement."""
    rows = session.execute(
        select(
            Contest.key,
            Elected.post,
            Elected.principle,
            Elected.rank,
            Elected.person,
            PoliticalActor.key,
            Elected.source,
        )
        .join(Contest, Contest.id == Elected.contest_id)
        .outerjoin(PoliticalActor, PoliticalActor.id == Elected.party_id)
        .order_by(Elected.id)
    )
    found = (ElectedEntry(*row) for row in rows)
    return {entry.key: entry for entry in found}


def _elected(session: Session, *where: ColumnElement[bool]) -> tuple[ElectedLine, ...]:
    # The register and the list of the elected are two papers; only the folded name joins them.
    stood = aliased(Candidacy)
    same_name = (
        select(func.min(stood.id))
        .where(
            stood.contest_id == Elected.contest_id,
            stood.post == Elected.post,
            stood.folded_owner == func.folded(Elected.person),
        )
        .correlate(Elected)
        .scalar_subquery()
    )
    rows = session.execute(
        select(*SEAT, Candidacy.id, PUBLISHED, *ACTOR, *CONTEST)
        .select_from(Elected)
        .join(Contest, Contest.id == Elected.contest_id)
        .outerjoin(District, District.number == Contest.district_number)
        .outerjoin(Municipality, Municipality.number == Contest.municipality_number)
        .outerjoin(PoliticalActor, PoliticalActor.id == Elected.party_id)
        .outerjoin(Candidacy, Candidacy.id == same_name)
        .where(*where)
        .order_by(*BY_BALLOT, Contest.id, POST_ORDER, Elected.principle, Elected.rank)
    )
    return tuple(map(_line, rows))


def _line(row: Any) -> ElectedLine:
    post, principle, rank, person, source, candidacy, promised = row[:PARTY_AT]
    return ElectedLine(
        post=post.value,
        principle=principle.value,
        rank=rank,
        person=person,
        party=None if row[PARTY_AT] is None else actor_ref(row, start=PARTY_AT),
        contest=contest_ref(row, start=PARTY_AT + len(ACTOR)),
        candidacy_id=candidacy,
        promised=candidacy is not None and promised,
        source=source,
    )

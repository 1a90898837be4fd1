"""Asking for actors and contests, in registration order and a fixed number of statements.

Platforms and proposals are asked in `queries_platforms`, candidacies in `queries_candidacies`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import case, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from decide.catalog.models import (
    ActorKind,
    AllianceMember,
    Candidacy,
    ContentRevision,
    ContentTouch,
    Contest,
    ContestKind,
    PoliticalActor,
)
from decide.errors import NotFound
from decide.geography.models import District, Municipality
from decide.kernel.notes import ANY, Touches

TOUCHES_KEPT = 1000  # as the trigger of migration 0043 keeps them


@dataclass(frozen=True)
class ActorRef:
    """An actor as another page names it."""

    id: int
    key: str
    kind: str
    acronym: str
    name: str
    slug: str
    colour: str | None


@dataclass(frozen=True)
class ActorLine:
    """An actor in a list; `members` only for alliances."""

    actor: ActorRef
    members: tuple[ActorRef, ...]


@dataclass(frozen=True)
class ActorPage:
    """An actor with its alliances: `members` of an alliance, `alliances` of a party."""

    actor: ActorRef
    is_test: bool
    members: tuple[ActorRef, ...]
    alliances: tuple[ActorRef, ...]


@dataclass(frozen=True)
class ContestRef:
    """One election. `number` and `place` are those of its district or municipality, or empty."""

    id: int
    key: str
    kind: str
    number: int | None
    place: str


@dataclass(frozen=True)
class HeadLine:
    """Who heads an actor's ticket or slate in one contest."""

    candidacy_id: int
    name: str
    post: str
    contest: ContestRef


# In the order of the classes' fields.
ACTOR = (
    PoliticalActor.id,
    PoliticalActor.key,
    PoliticalActor.kind,
    PoliticalActor.acronym,
    PoliticalActor.name,
    PoliticalActor.slug,
    PoliticalActor.colour,
)
BY_REGISTRATION = (PoliticalActor.registration_order, PoliticalActor.id)
CONTEST = (
    Contest.id,
    Contest.key,
    Contest.kind,
    func.coalesce(Contest.district_number, Contest.municipality_number),
    func.coalesce(District.seat, Municipality.name, ""),
)
# Districts, then ayuntamientos, then the list; within each by number.
BY_BALLOT = (
    case({kind: place for place, kind in enumerate(ContestKind)}, value=Contest.kind),
    func.coalesce(Contest.district_number, Contest.municipality_number, 0),
)


# A database that was restored, or a server that took over, begins another history of numbers.
ERA = text(
    "SELECT oid::text || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8)"
    " FROM pg_database WHERE datname = current_database()"
)


def content_revision(session: Session) -> int:
    """The number under which public pages may be kept."""
    return session.scalars(select(ContentRevision.number)).one()


def touches(session: Session, revision: int, last: Touches | None) -> Touches:
    """What has been touched up to `revision`; two statements."""
    era = str(session.scalar(ERA))
    if last is not None and last.number > revision:  # somebody set it back by hand
        era, last = f"{era}+{token_hex(4)}", None
    if last is None or last.era.partition("+")[0] != era.partition("+")[0]:
        beginning = max(0, revision - TOUCHES_KEPT)
        last = Touches(era, beginning, {ANY: beginning})
    rows = session.execute(
        select(ContentTouch.number, ContentTouch.tag).where(ContentTouch.number > last.number)
    )
    return last.with_these(revision, ((row[0], row[1]) for row in rows))


def actors(session: Session) -> tuple[ActorLine, ...]:
    """All actors in registration order, without the test actor; two statements."""
    members = members_by_alliance(session)
    rows = session.execute(select(*ACTOR).where(~PoliticalActor.is_test).order_by(*BY_REGISTRATION))
    return tuple(ActorLine(ref, members.get(ref.id, ())) for ref in map(actor_ref, rows))


def actor_names(session: Session) -> dict[int, str]:
    """Name of each actor by its id, the test actor too; one statement."""
    rows = session.execute(select(PoliticalActor.id, PoliticalActor.name))
    return {row.id: row.name for row in rows}


def contest_names(session: Session) -> dict[str, str]:
    """Name of each election by its key; one statement."""
    rows = session.execute(select(Contest.key, Contest.name))
    return {row.key: row.name for row in rows}


def slug_of_actor(session: Session, actor_id: int) -> str:
    """The word of an actor's address; NotFound for none, and for the test actor."""
    asked = select(PoliticalActor.slug).where(
        PoliticalActor.id == actor_id, ~PoliticalActor.is_test
    )
    slug = session.scalar(asked)
    if slug is None:
        raise NotFound("Ese partido, alianza o candidatura independiente no existe.")
    return slug


def members_by_alliance(session: Session) -> dict[int, tuple[ActorRef, ...]]:
    """Members of each alliance in registration order, by the alliance's id."""
    grouped: dict[int, tuple[ActorRef, ...]] = {}
    rows = session.execute(
        select(AllianceMember.alliance_id, *ACTOR)
        .join(PoliticalActor, PoliticalActor.id == AllianceMember.member_id)
        .order_by(AllianceMember.alliance_id, *BY_REGISTRATION)
    )
    for row in rows:
        grouped[row[0]] = (*grouped.get(row[0], ()), actor_ref(row, start=1))
    return grouped


def actor_page(session: Session, slug: str) -> ActorPage:
    """One actor by the word in its address; NotFound otherwise. Two statements."""
    row = session.execute(
        select(*ACTOR, PoliticalActor.is_test).where(PoliticalActor.slug == slug)
    ).one_or_none()
    if row is None:
        raise NotFound("Ese partido, alianza o candidatura independiente no existe.")
    ref = actor_ref(row)
    member, alliance = aliased(PoliticalActor), aliased(PoliticalActor)
    pairs = session.execute(
        select(
            AllianceMember.alliance_id,
            *(getattr(member, column.key) for column in ACTOR),
            *(getattr(alliance, column.key) for column in ACTOR),
        )
        .join(member, member.id == AllianceMember.member_id)
        .join(alliance, alliance.id == AllianceMember.alliance_id)
        .where((AllianceMember.alliance_id == ref.id) | (AllianceMember.member_id == ref.id))
        .order_by(alliance.registration_order, alliance.id, member.registration_order, member.id)
    ).all()
    return ActorPage(
        actor=ref,
        is_test=row.is_test,
        members=tuple(actor_ref(pair, start=1) for pair in pairs if pair[0] == ref.id),
        alliances=tuple(
            actor_ref(pair, start=1 + len(ACTOR)) for pair in pairs if pair[0] != ref.id
        ),
    )


def heads_of(session: Session, actor_id: int) -> tuple[HeadLine, ...]:
    """Whom an actor presents: districts, then ayuntamientos, then the list; one statement."""
    rows = session.execute(
        select(Candidacy.id, Candidacy.owner_name, Candidacy.post, *CONTEST)
        .join(Contest, Contest.id == Candidacy.contest_id)
        .outerjoin(District, District.number == Contest.district_number)
        .outerjoin(Municipality, Municipality.number == Contest.municipality_number)
        .where(Candidacy.actor_id == actor_id, Candidacy.is_head)
        .order_by(*BY_BALLOT)
    )
    return tuple(HeadLine(row[0], row[1], row[2].value, contest_ref(row, start=3)) for row in rows)


def contests_at(
    session: Session, *, districts: Sequence[int] = (), municipality: int | None = None
) -> tuple[ContestRef, ...]:
    """The elections of these districts and this municipality, as far as set up; one statement."""
    rows = session.execute(
        select(*CONTEST)
        .outerjoin(District, District.number == Contest.district_number)
        .outerjoin(Municipality, Municipality.number == Contest.municipality_number)
        .where(
            or_(
                Contest.district_number.in_(districts),
                # Not `== municipality`: without one, SQL would be asked for IS NULL.
                Contest.municipality_number.in_([] if municipality is None else [municipality]),
            )
        )
        .order_by(*BY_BALLOT)
    )
    return tuple(map(contest_ref, rows))


def actor_ref(row: Sequence[Any], *, start: int = 0) -> ActorRef:
    """The actor in a row that selected `ACTOR` from position `start` on."""
    identity, key, kind, acronym, name, slug, colour = row[start : start + len(ACTOR)]
    return ActorRef(identity, key, ActorKind(kind).value, acronym, name, slug, colour)


def contest_ref(row: Sequence[Any], *, start: int = 0) -> ContestRef:
    """The contest in a row that selected `CONTEST` from position `start` on."""
    key, name, kind, number, place = row[start : start + len(CONTEST)]
    return ContestRef(key, name, ContestKind(kind).value, number, place)

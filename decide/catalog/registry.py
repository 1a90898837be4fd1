"""What the authority registers: actors, alliances, contests, candidacies.

For each kind of `catalog.entries` one function reads all entries as they stand, and one writes some
of them, creating or changing by key. Imports and the assistant compare entries and pass on what
differs; nothing here deletes.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, aliased

from decide.audit import actions as audit
from decide.catalog.entries import (
    ActorEntry,
    AllianceEntry,
    CandidacyEntry,
    contest_of_district,
    contest_of_list,
    contest_of_municipality,
    slug_of,
)
from decide.catalog.models import (
    Alliance,
    AllianceMember,
    Candidacy,
    Contest,
    ContestKind,
    PoliticalActor,
)
from decide.errors import Refused
from decide.geography import queries as geography

DISTRICT_NAME = "Diputación por el distrito {number}, {place}"
AYUNTAMIENTO_NAME = "Ayuntamiento de {place}"
PROPORTIONAL_NAME = "Diputaciones de representación proporcional"


class UnknownKey(Refused):
    """An entry names an actor or a contest that is not registered."""


def create_contests(session: Session, *, state: str = "em", at: datetime, by: int | None) -> int:
    """One contest for each district and municipality of the territory, and the proportional list.

    Repeating creates only those that are missing; gives how many were created.
    """
    wanted: list[dict[str, object]] = [
        {
            "key": contest_of_district(each.number, state),
            "kind": ContestKind.DISTRICT,
            "name": DISTRICT_NAME.format(number=each.number, place=each.seat),
            "district_number": each.number,
            "municipality_number": None,
        }
        for each in geography.districts(session)
    ]
    wanted += [
        {
            "key": contest_of_municipality(each.number, state),
            "kind": ContestKind.AYUNTAMIENTO,
            "name": AYUNTAMIENTO_NAME.format(place=each.name),
            "district_number": None,
            "municipality_number": each.number,
        }
        for each in geography.municipalities(session)
    ]
    wanted.append(
        {
            "key": contest_of_list(state),
            "kind": ContestKind.PROPORTIONAL,
            "name": PROPORTIONAL_NAME,
            "district_number": None,
            "municipality_number": None,
        }
    )
    made = session.scalars(
        upsert(Contest)
        .values(wanted)
        .on_conflict_do_nothing(index_elements=[Contest.key])
        .returning(Contest.id)
    ).all()
    if made:
        audit.record(
            session,
            "contests.created",
            at=at,
            by=by,
            subject=("contest", None),
            after={"created": len(made)},
        )
    return len(made)


def actors(session: Session) -> dict[tuple[str, ...], ActorEntry]:
    """All registered actors by key, in registration order; two statements."""
    member = aliased(PoliticalActor)
    pairs = session.execute(
        select(AllianceMember.alliance_id, member.key)
        .join(member, member.id == AllianceMember.member_id)
        .order_by(AllianceMember.alliance_id, member.registration_order, member.id)
    ).all()
    members: dict[int, tuple[str, ...]] = {}
    for alliance, key in pairs:
        members[alliance] = (*members.get(alliance, ()), key)
    rows = select(PoliticalActor).order_by(PoliticalActor.registration_order, PoliticalActor.id)
    entries = (
        ActorEntry(
            code=row.key,
            kind=row.kind,
            acronym=row.acronym,
            name=row.name,
            colour=row.colour,
            order=row.registration_order,
            members=members.get(row.id, ()),
            is_test=row.is_test,
        )
        for row in session.scalars(rows)
    )
    return {entry.key: entry for entry in entries}


def register_actors(
    session: Session, entries: Sequence[ActorEntry], *, at: datetime, by: int | None
) -> None:
    """Create or change actors; members must be registered or among `entries`."""
    known = {row.key: row for row in session.scalars(select(PoliticalActor))}
    for entry in entries:
        row = known.get(entry.code)
        before = None if row is None else {"name": row.name, "kind": row.kind.value}
        if row is None:
            # The address of an actor stays when its name is corrected.
            row = known[entry.code] = PoliticalActor(key=entry.code, slug=slug_of(entry.code))
            session.add(row)
        row.kind, row.acronym, row.name = entry.kind, entry.acronym, entry.name
        row.colour, row.registration_order = entry.colour, entry.order
        row.is_test = entry.is_test
        session.flush()
        audit.record(
            session,
            "actor.registered" if before is None else "actor.changed",
            at=at,
            by=by,
            subject=("actor", row.id),
            before=before,
            after={"key": entry.code, "name": entry.name, "kind": entry.kind.value},
        )
    for entry in entries:
        set_members(session, known[entry.code], [found(known, key).id for key in entry.members])


def set_members(session: Session, alliance: PoliticalActor, members: Sequence[int]) -> None:
    """Make `members` the parties of an alliance."""
    session.execute(delete(AllianceMember).where(AllianceMember.alliance_id == alliance.id))
    if members:
        rows = [{"alliance_id": alliance.id, "member_id": member} for member in members]
        session.execute(insert(AllianceMember), rows)


def found(known: dict[str, PoliticalActor], key: str) -> PoliticalActor:
    """The actor with this key; UnknownKey otherwise."""
    if key not in known:
        raise UnknownKey(f"El actor político «{key}» no está registrado. Regístrelo primero.")
    return known[key]


def contests(session: Session) -> dict[str, int]:
    """Id of each contest by key."""
    return dict(session.execute(select(Contest.key, Contest.id).order_by(Contest.id)).all())


def alliances(session: Session) -> dict[tuple[str, ...], AllianceEntry]:
    """All alliances by contest, in one statement."""
    rows = (
        select(Contest.key, PoliticalActor.key, Alliance.extraordinary)
        .select_from(Alliance)
        .join(Contest, Contest.id == Alliance.contest_id)
        .join(PoliticalActor, PoliticalActor.id == Alliance.alliance_id)
        .order_by(Contest.id, PoliticalActor.registration_order, PoliticalActor.id)
    )
    entries = (AllianceEntry(*row) for row in session.execute(rows))
    return {entry.key: entry for entry in entries}


def register_alliances(
    session: Session, entries: Sequence[AllianceEntry], *, at: datetime, by: int | None
) -> None:
    """Say in which contests alliances stand; repeating changes `extraordinary` only."""
    ids = Ids(session)
    rows = [
        {
            "contest_id": ids.contest(entry.contest),
            "alliance_id": ids.actor(entry.actor),
            "extraordinary": entry.extraordinary,
        }
        for entry in entries
    ]
    if not rows:
        return
    statement = upsert(Alliance)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Alliance.contest_id, Alliance.alliance_id],
            set_={"extraordinary": statement.excluded.extraordinary},
        ),
        rows,
    )
    audit.record(
        session,
        "alliances.registered",
        at=at,
        by=by,
        subject=("alliance", None),
        after={"rows": len(rows)},
    )


def candidacies(session: Session) -> dict[tuple[str, ...], CandidacyEntry]:
    """All candidacies by key, in one statement."""
    rows = (
        select(
            Contest.key,
            PoliticalActor.key,
            Candidacy.post,
            Candidacy.rank,
            Candidacy.is_head,
            Candidacy.owner_name,
            Candidacy.owner_gender,
            Candidacy.owner_age,
            Candidacy.substitute_name,
        )
        .join(Contest, Contest.id == Candidacy.contest_id)
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .order_by(Candidacy.id)
    )
    entries = (CandidacyEntry(*row) for row in session.execute(rows))
    return {entry.key: entry for entry in entries}


def register_candidacies(
    session: Session, entries: Sequence[CandidacyEntry], *, at: datetime, by: int | None
) -> None:
    """Create or change candidacies by post; a change keeps the row, its page and its proposals."""
    ids = Ids(session)
    known = {
        (contest, actor, post, rank): candidacy
        for candidacy, contest, actor, post, rank in session.execute(
            select(
                Candidacy.id,
                Candidacy.contest_id,
                Candidacy.actor_id,
                Candidacy.post,
                Candidacy.rank,
            )
        )
    }
    fresh: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    for entry in entries:
        place = (ids.contest(entry.contest), ids.actor(entry.actor), entry.post, entry.rank)
        row: dict[str, object] = {
            "is_head": entry.is_head,
            "owner_name": entry.owner_name,
            "owner_gender": entry.owner_gender,
            "owner_age": entry.owner_age,
            "substitute_name": entry.substitute_name,
            "slug": slug_of(entry.owner_name),
        }
        if place in known:
            changed.append(row | {"id": known[place]})
        else:
            names = ("contest_id", "actor_id", "post", "rank")
            fresh.append(row | dict(zip(names, place, strict=True)))
    if fresh:
        session.execute(insert(Candidacy), fresh)
    if changed:
        session.execute(update(Candidacy), changed)
    if entries:
        audit.record(
            session,
            "candidacies.registered",
            at=at,
            by=by,
            subject=("candidacy", None),
            after={"created": len(fresh), "changed": len(changed)},
        )


class Ids:
    """Ids of contests and actors by their keys, read once for a batch."""

    def __init__(self, session: Session) -> None:
        """Read both tables."""
        self.contests = contests(session)
        self.actors = dict(session.execute(select(PoliticalActor.key, PoliticalActor.id)).all())

    def contest(self, key: str) -> int:
        """A contest's id; UnknownKey otherwise."""
        if key not in self.contests:
            raise UnknownKey(
                f"La elección «{key}» no está registrada. Cree primero las elecciones."
            )
        return self.contests[key]

    def actor(self, key: str) -> int:
        """An actor's id; UnknownKey otherwise."""
        if key not in self.actors:
            raise UnknownKey(f"El actor político «{key}» no está registrado. Regístrelo primero.")
        return self.actors[key]


def counted(session: Session) -> dict[str, int]:
    """How many contests, actors, alliances and candidacies there are."""
    tables = {
        "contests": Contest,
        "actors": PoliticalActor,
        "alliances": Alliance,
        "candidacies": Candidacy,
    }
    return {
        name: session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in tables.items()
    }

"""Asking for seals: what is public, and what a delivery opens of it."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from decide.catalog.models import PoliticalActor
from decide.errors import NotFound
from decide.participation.folio import Folio, hash_of
from decide.seals.actions import Commitment, listed
from decide.seals.merkle import Tree
from decide.seals.models import Countersignature, Seal, SealCommitment, SealedIdea
from decide.seals.notes import Checkpoint

BATCH = 10_000


@dataclass(frozen=True)
class SealLine:
    """A seal in a list. `added` leaves were appended by it; `witnesses` actors confirmed it."""

    number: int
    through: datetime
    sealed_at: datetime
    size: int
    added: int
    root: str
    note: str
    witnesses: int

    @property
    def head(self) -> str:
        """The first digits of the root, to be compared aloud."""
        return self.root[:16]


@dataclass(frozen=True)
class LeafOfFolio:
    """Where an idea stands in the log; `content` and the folio make its hash."""

    leaf: int
    seal_number: int
    through: datetime
    leaf_hash: str
    content: str


def seals(session: Session) -> list[SealLine]:
    """All seals, newest first."""
    witnesses = (
        select(Countersignature.seal_number, func.count().label("count"))
        .group_by(Countersignature.seal_number)
        .subquery()
    )
    rows = session.execute(
        select(Seal, func.coalesce(witnesses.c.count, 0))
        .outerjoin(witnesses, witnesses.c.seal_number == Seal.number)
        .order_by(Seal.number)
    )
    lines = []
    before = 0
    for row, seen in rows:
        lines.append(
            SealLine(
                number=row.number,
                through=row.through,
                sealed_at=row.sealed_at,
                size=row.size,
                added=row.size - before,
                root=row.root.hex(),
                note=row.note,
                witnesses=int(seen),
            )
        )
        before = row.size
    return lines[::-1]


def seal(session: Session, number: int) -> SealLine:
    """One seal; NotFound."""
    for line in seals(session):
        if line.number == number:
            return line
    raise NotFound("Ese sello no existe.")


def newest_at(session: Session) -> datetime | None:
    """The instant through which everything is sealed; None before the first seal."""
    return session.scalar(select(func.max(Seal.through)))


def seal_at(session: Session, through: datetime) -> int | None:
    """The number of the seal of exactly this instant; None when there is none."""
    return session.scalar(select(Seal.number).where(Seal.through == through))


def leaves_of(session: Session, number: int) -> Iterator[bytes]:
    """The leaf hashes that a seal appended, in their order."""
    rows = session.scalars(
        select(SealedIdea.leaf_hash)
        .where(SealedIdea.seal_number == number)
        .order_by(SealedIdea.leaf),
        execution_options={"yield_per": BATCH},
    )
    for leaf in rows:
        yield bytes(leaf)


def leaves_up_to(session: Session, number: int) -> Iterator[bytes]:
    """The leaf hashes of the whole log as it stood at a seal, in their order."""
    rows = session.scalars(
        select(SealedIdea.leaf_hash)
        .where(SealedIdea.seal_number <= number)
        .order_by(SealedIdea.leaf),
        execution_options={"yield_per": BATCH},
    )
    for leaf in rows:
        yield bytes(leaf)


def tree(session: Session, number: int) -> Tree:
    """The whole tree as it stood at a seal. Takes 64 bytes a leaf."""
    # A seal's leaves come in one piece: a row for each leaf would cost more than its hash.
    pieces = session.scalars(
        select(
            func.string_agg(SealedIdea.leaf_hash, aggregate_order_by(literal(b""), SealedIdea.leaf))
        )
        .where(SealedIdea.seal_number <= number)
        .group_by(SealedIdea.seal_number)
        .order_by(SealedIdea.seal_number)
    )
    return Tree(b"".join(pieces))


def commitments(session: Session, number: int) -> list[Commitment]:
    """Everybody's commitments of a seal with their openings: never for a public page."""
    rows = session.execute(
        select(SealCommitment, PoliticalActor.key)
        .join(PoliticalActor, PoliticalActor.id == SealCommitment.actor_id)
        .where(SealCommitment.seal_number == number)
        .order_by(PoliticalActor.registration_order, PoliticalActor.id)
    )
    return [
        Commitment(
            row.actor_id, key, bytes(row.salt), bytes(row.commitment), zlib.decompress(row.opening)
        )
        for row, key in rows
    ]


def commitment_list(session: Session, number: int) -> bytes:
    """The public list of a seal's commitments, as its head commits to it."""
    return listed(commitments(session, number))


def checkpoint(line: SealLine) -> Checkpoint:
    """The head as it was signed."""
    return Checkpoint.parse(line.note.rpartition("\n\n")[0] + "\n")


def leaf_of_folio(session: Session, folio: Folio) -> LeafOfFolio | None:
    """The newest leaf of an idea; None while it is not sealed."""
    row = session.execute(
        text(
            "SELECT l.leaf, l.seal_number, z.through, l.leaf_hash, l.content"
            " FROM sealed_idea l JOIN idea i ON i.id = l.idea_id"
            " JOIN seal z ON z.number = l.seal_number"
            " WHERE i.folio_hash = :hash ORDER BY l.leaf DESC LIMIT 1"
        ),
        {"hash": hash_of(folio)},
    ).first()
    if row is None:
        return None
    return LeafOfFolio(row[0], row[1], row[2], bytes(row[3]).hex(), bytes(row[4]).hex())


def unseen(session: Session, actor_id: int) -> list[SealLine]:
    """Seals that an actor has not confirmed, newest first."""
    seen = set(
        session.scalars(
            select(Countersignature.seal_number).where(Countersignature.actor_id == actor_id)
        )
    )
    return [line for line in seals(session) if line.number not in seen]


def instants(session: Session) -> list[datetime]:
    """Up to when each seal reaches, oldest first."""
    return list(session.scalars(select(Seal.through).order_by(Seal.through)))

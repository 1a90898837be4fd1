"""Sealing: one head for every midnight and for the closing, each exactly once."""

import os
import zlib
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import Conflict, NotFound, Refused
from decide.kernel.log import logger
from decide.seals import contents, keys, trail
from decide.seals.contents import Leaf
from decide.seals.leaf import commitment_of, stated
from decide.seals.merkle import Frontier
from decide.seals.models import Countersignature, Seal, SealCommitment, SealedIdea
from decide.seals.notes import Checkpoint, signed
from decide.settings import Settings

LOCK = 0xDEC15EA1  # one seal at a time
SALT = 32
BATCH = 2_000

log = logger("seals")


class OutOfOrder(Refused):
    """A later instant was sealed before: the log only grows."""


@dataclass(frozen=True)
class Commitment:
    """An actor's commitment with its opening."""

    actor_id: int
    actor: str
    salt: bytes
    commitment: bytes
    statement: bytes

    def row(self, number: int) -> SealCommitment:
        """As it is kept."""
        return SealCommitment(
            seal_number=number,
            actor_id=self.actor_id,
            salt=self.salt,
            commitment=self.commitment,
            opening=zlib.compress(self.statement),
        )


def seal(
    session: Session, settings: Settings, *, through: datetime, at: datetime, by: int | None
) -> int:
    """Seal all that was received before `through`; the seal's number. The same instant: the same.

    The caller has made sure that the drain has passed `through`. Raises OutOfOrder behind a later
    seal, NoKey without a key.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    done = session.scalar(select(Seal.number).where(Seal.through == through))
    if done is not None:
        return done
    last = session.scalars(select(Seal).order_by(Seal.number.desc()).limit(1)).one_or_none()
    if last is not None and last.through > through:
        raise OutOfOrder("Ya existe un sello posterior a esa fecha. El registro solo crece.")
    signers = keys.signers(session, settings.process_key)
    number = last.number + 1 if last else 1
    frontier = Frontier(last.size, last.peaks) if last else Frontier()
    leaves = contents.unsealed(session, day_before(through, ZoneInfo(settings.time_zone)))
    entry, head = trail.extend(
        session, last.audit_entry if last else 0, last.audit_head if last else trail.START, at=at
    )
    row = Seal(number=number, through=through, sealed_at=at, audit_entry=entry, audit_head=head)
    _append(session, row, frontier, leaves)
    commitments = _commitments(session, through)
    session.add_all(each.row(number) for each in commitments)
    row.note = signed(_checkpoint(row, signers[0].name, listed(commitments)).text(), signers)
    session.flush()
    audit.record(
        session,
        "seal.made",
        at=at,
        by=by,
        subject=("seal", number),
        after={"through": through.isoformat(), "size": row.size},
    )
    log.info("seal.made", number=number, size=row.size)
    return number


def countersign(session: Session, number: int, actor_id: int, *, at: datetime, by: int) -> None:
    """Keep an actor's word that it saw this head. Conflict when it has said so before."""
    known = session.get(Seal, number)
    if known is None:
        raise NotFound("Ese sello no existe.")
    said = session.scalar(
        select(Countersignature.id).where(
            Countersignature.seal_number == number, Countersignature.actor_id == actor_id
        )
    )
    if said is not None:
        raise Conflict("Su actor político ya confirmó este sello.")
    session.add(Countersignature(seal_number=number, actor_id=actor_id, account_id=by, at=at))
    audit.record(session, "seal.countersigned", at=at, by=by, subject=("seal", number))


def countersign_new(session: Session, actor_id: int, *, root: str, at: datetime, by: int) -> int:
    """Confirm every seal up to the one whose head the page showed; returns how many were new.

    Conflict when no seal has that head: what the person saw is not what stands here.
    """
    seen = session.scalar(
        select(Seal.number)
        .where(Seal.root == _bytes_of(root))
        .order_by(Seal.number.desc())
        .limit(1)
    )
    if seen is None:
        raise Conflict("La cabeza que usted vio no está en el registro. Avise a la autoridad.")
    said = select(Countersignature.seal_number).where(Countersignature.actor_id == actor_id)
    waiting = session.scalars(
        select(Seal.number)
        .where(Seal.number <= seen, Seal.number.not_in(said))
        .order_by(Seal.number)
    ).all()
    for number in waiting:
        countersign(session, number, actor_id, at=at, by=by)
    return len(waiting)


def due(
    seals: Sequence[datetime],
    first: datetime,
    closing: datetime | None,
    now: datetime,
    zone: ZoneInfo,
) -> list[datetime]:
    """The instants still to be sealed: every midnight since `first`, up to the closing and with it.

    `seals` are the instants sealed already. A missed day is one more instant here.
    """
    end = min(now, closing) if closing else now
    wanted = []
    day = first.astimezone(zone).date() + timedelta(days=1)
    while (midnight := datetime.combine(day, datetime.min.time(), zone)) <= end:
        wanted.append(midnight.astimezone(UTC))
        day += timedelta(days=1)
    if closing and closing <= now:
        wanted.append(closing.astimezone(UTC))
    last = max(seals, default=None)
    return sorted({each for each in wanted if last is None or each > last})


def day_before(through: datetime, zone: ZoneInfo) -> date:
    """The day of the last instant before `through`."""
    return (through - timedelta(microseconds=1)).astimezone(zone).date()


def listed(commitments: Iterable[Commitment]) -> bytes:
    """The public list of commitments: a line for every actor, in registration order."""
    return "".join(f"{each.actor} {each.commitment.hex()}\n" for each in commitments).encode()


def _append(session: Session, row: Seal, frontier: Frontier, leaves: Sequence[Leaf]) -> None:
    """Put the leaves at the end of the log, and the new head into the seal's row."""
    rows = []
    for leaf in leaves:
        rows.append(
            {
                "leaf": frontier.size,
                "seal_number": row.number,
                "idea_id": leaf.idea_id,
                "leaf_hash": leaf.leaf_hash,
                "content": leaf.content,
                "salt_hash": leaf.salt_hash,
            }
        )
        frontier.append(leaf.leaf_hash)
    row.size, row.root, row.peaks, row.note = frontier.size, frontier.root(), frontier.stored(), ""
    session.add(row)
    session.flush()
    for start in range(0, len(rows), BATCH):
        session.execute(insert(SealedIdea), rows[start : start + BATCH])


def _checkpoint(row: Seal, origin: str, commitments: bytes) -> Checkpoint:
    """The head that is signed."""
    return Checkpoint(
        origin=origin,
        size=row.size,
        root=row.root,
        lines=(
            ("sello", str(row.number)),
            ("hasta", row.through.astimezone(UTC).isoformat()),
            ("conteos", _base64(sha256(commitments).digest())),
            ("bitacora", f"{row.audit_entry} {_base64(row.audit_head)}"),
        ),
    )


def _commitments(session: Session, through: datetime) -> list[Commitment]:
    """Everybody's, also of those without any answer: an absence would tell."""
    rows: defaultdict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    for actor, subject, version, likes, dislikes in contents.counts(session, through):
        rows[actor].append((subject, version, likes, dislikes))
    leaves = contents.held(session)
    made = []
    for actor, key in contents.actors(session):
        salt, told = os.urandom(SALT), stated(leaves.get(actor), rows[actor])
        made.append(Commitment(actor, key, salt, commitment_of(key, salt, told), told))
    return made


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


def _bytes_of(root: str) -> bytes:
    try:
        return bytes.fromhex(root)
    except ValueError:
        return b""

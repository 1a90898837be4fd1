"""The trail as a chain: each entry's hash takes in the one before, in a table that only grows.

Entries are linked some minutes after they were written, in the order of their numbers: one with a
smaller number may still be on its way to its commit, and a lock on every deed would make all
staff wait for the longest import. The daily seal takes the chain's head in and signs it, so that
nobody who owns the database can give a changed trail the old head again.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from decide.audit.models import AuditEntry, AuditLink

START = sha256(b"decide/bitacora/1\n").digest()
BATCH = 2_000
SETTLED = timedelta(minutes=15)  # longer than any transaction lives
OVERDUE = timedelta(hours=1)  # without a link for so long: the worker stands still, or a gap
MOST = 20_000  # entries linked in one transaction
LOCK = 0xDEC1DE0A


class Wrong(StrEnum):
    """What can be wrong with an entry."""

    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    UNLINKED = "unlinked"


@dataclass(frozen=True)
class Fault:
    """One entry that does not fit the chain."""

    entry_id: int
    wrong: Wrong


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole trail found. `waiting` entries are younger than their linking."""

    entries: int
    linked: int
    waiting: int
    last: int
    head: bytes
    faults: tuple[Fault, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def settled(session: Session, at: datetime) -> int:
    """The number of the newest entry that may be linked; 0 for none."""
    newest = session.scalar(select(func.max(AuditEntry.id)).where(AuditEntry.at <= at - SETTLED))
    return newest or 0


def entries(session: Session, after: int, last: int) -> Iterator[tuple[int, bytes]]:
    """Number and canonical bytes of the entries after one up to another, in their order."""
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.id > after, AuditEntry.id <= last)
        .order_by(AuditEntry.id),
        execution_options={"yield_per": BATCH},
    )
    for row in rows:
        yield row.id, told(row)


def told(row: AuditEntry) -> bytes:
    """What is hashed of an entry. Entries from before sessions were noted have none to tell."""
    facts = [
        row.id,
        row.at.isoformat(),
        row.account_id,
        row.deed,
        row.subject_kind,
        row.subject_id,
        row.before,
        row.after,
        row.reason,
    ]
    if row.session_id is not None:
        facts.append(row.session_id)
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()


def newest(session: Session) -> tuple[int, bytes]:
    """The last link: the entry's number and the head there; (0, START) for an empty chain."""
    row = session.execute(
        select(AuditLink.entry_id, AuditLink.head).order_by(AuditLink.entry_id.desc()).limit(1)
    ).one_or_none()
    return (int(row[0]), bytes(row[1])) if row else (0, START)


def link(session: Session, *, at: datetime, most: int = MOST) -> int:
    """Link what has settled, at most so many; gives how many. One at a time, others do nothing."""
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}):
        return 0
    last, head = newest(session)
    made: list[dict[str, object]] = []
    for number, facts in entries(session, last, settled(session, at)):
        head = sha256(head + facts).digest()
        made.append({"entry_id": number, "head": head})
        if len(made) == most:
            break
    if made:
        session.execute(insert(AuditLink), made)
    return len(made)


def verify(session: Session, *, at: datetime) -> Verdict:
    """Walk the whole trail beside its chain; needs one pass and little memory.

    Each link is held against the link before it as it stands, so that a changed entry is named
    alone and does not cast doubt on all that follow.
    """
    session.execute(text("SET LOCAL statement_timeout = 0"))
    last, _ = newest(session)
    counted = linked = waiting = 0
    head = START
    faults: list[Fault] = []
    rows: Iterable[tuple[AuditEntry | None, int | None, bytes | None]] = session.execute(
        select(AuditEntry, AuditLink.entry_id, AuditLink.head)
        .outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id, full=True)
        .order_by(func.coalesce(AuditEntry.id, AuditLink.entry_id)),
        execution_options={"yield_per": BATCH},
    )
    for row, number, kept in rows:
        if row is None:
            faults.append(Fault(number or 0, Wrong.MISSING))
            linked, head = linked + 1, bytes(kept or b"")
            continue
        counted += 1
        if kept is None:
            if row.id < last:
                faults.append(Fault(row.id, Wrong.INSERTED))
            elif row.at < at - OVERDUE:
                faults.append(Fault(row.id, Wrong.UNLINKED))
            else:
                waiting += 1
            continue
        linked += 1
        if sha256(head + told(row)).digest() != bytes(kept):
            faults.append(Fault(row.id, Wrong.ALTERED))
        head = bytes(kept)
    return Verdict(counted, linked, waiting, last, head, tuple(faults))

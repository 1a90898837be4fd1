"""The audit trail as one number: each entry's hash takes in the one before.

A head seals every entry up to it. Whoever changes or drops an old entry cannot give the head again.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.audit.models import AuditEntry

START = sha256(b"decide/bitacora/1\n").digest()
BATCH = 2_000
SETTLED = timedelta(minutes=15)  # longer than any transaction lives


def extend(session: Session, last: int, head: bytes, *, at: datetime) -> tuple[int, bytes]:
    """Go on from entry `last` with its `head`; the new pair.

    Entries of the last minutes wait for the next seal: one with a smaller number may still be on
    its way to its commit.
    """
    newest = session.scalar(select(func.max(AuditEntry.id)).where(AuditEntry.at <= at - SETTLED))
    for told in _entries(session, last, newest or 0):
        head = sha256(head + told).digest()
    return max(last, newest or 0), head


def head_at(session: Session, last: int) -> bytes:
    """The head over all entries up to `last`, computed anew."""
    head = START
    for told in _entries(session, 0, last):
        head = sha256(head + told).digest()
    return head


def _entries(session: Session, after: int, last: int) -> Iterator[bytes]:
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.id > after, AuditEntry.id <= last)
        .order_by(AuditEntry.id),
        execution_options={"yield_per": BATCH},
    )
    for row in rows:
        told = [
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
        yield json.dumps(told, ensure_ascii=False, sort_keys=True).encode()

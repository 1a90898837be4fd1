"""The audit trail as one number, taken in by each seal (`audit.chain` makes it).

A head seals every entry up to it. Whoever changes or drops an old entry cannot give the head again.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.audit import chain
from decide.audit.chain import START
from decide.audit.models import AuditLink
from decide.seals.models import Seal

__all__ = ["START", "broken_seals", "extend", "head_at"]


def extend(session: Session, last: int, head: bytes, *, at: datetime) -> tuple[int, bytes]:
    """Go on from entry `last` with its `head`; the new pair.

    Entries of the last minutes wait for the next seal: one with a smaller number may still be on
    its way to its commit.
    """
    newest = chain.settled(session, at)
    for _, told in chain.entries(session, last, newest):
        head = sha256(head + told).digest()
    return max(last, newest), head


def head_at(session: Session, last: int) -> bytes:
    """The head over all entries up to `last`, computed anew."""
    head = START
    for _, told in chain.entries(session, 0, last):
        head = sha256(head + told).digest()
    return head


def broken_seals(session: Session) -> tuple[int, ...]:
    """Seals whose signed head the chain does not give any more, oldest first.

    A seal whose entry has not been linked yet is left out: the chain is on its way there.
    """
    newest, _ = chain.newest(session)
    rows: Iterable[tuple[int, int, bytes, bytes | None]] = session.execute(
        select(Seal.number, Seal.audit_entry, Seal.audit_head, AuditLink.head)
        .outerjoin(AuditLink, AuditLink.entry_id == Seal.audit_entry)
        .where(Seal.audit_entry > 0)
        .order_by(Seal.number)
    )
    return tuple(
        number
        for number, entry, sealed, linked in rows
        if (linked is None and entry <= newest)
        or (linked is not None and bytes(linked) != bytes(sealed))
    )

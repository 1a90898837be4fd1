"""Reading the trail, newest first, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from decide.audit.models import AuditEntry

PAGE = 50


@dataclass(frozen=True)
class Deed:
    """One entry of the trail. `account_id` is None for the program itself."""

    id: int
    at: datetime
    account_id: int | None
    deed: str
    subject_kind: str
    subject_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str | None


@dataclass(frozen=True)
class Leaf:
    """A page of the trail; `older` is the id to ask on with, None at the end."""

    deeds: tuple[Deed, ...]
    older: int | None


def deeds(
    session: Session, *, before: int | None = None, subject_kind: str = "", size: int = PAGE
) -> Leaf:
    """Entries with an id below `before`, of one kind of subject or of all."""
    wanted = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(size + 1)
    if before is not None:
        wanted = wanted.where(AuditEntry.id < before)
    if subject_kind:
        wanted = wanted.where(AuditEntry.subject_kind == subject_kind)
    return _leaf(session, wanted, size)


def deeds_of(
    session: Session, people: frozenset[int], *, before: int | None = None, size: int = PAGE
) -> Leaf:
    """What these accounts did, and what was done to them."""
    done_to = and_(AuditEntry.subject_kind == "account", AuditEntry.subject_id.in_(people))
    wanted = (
        select(AuditEntry)
        .where(or_(AuditEntry.account_id.in_(people), done_to))
        .order_by(AuditEntry.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        wanted = wanted.where(AuditEntry.id < before)
    return _leaf(session, wanted, size)


def _leaf(session: Session, wanted: Select[AuditEntry], size: int) -> Leaf:
    rows = session.scalars(wanted).all()
    shown = rows[:size]
    return Leaf(tuple(_deed(row) for row in shown), shown[-1].id if len(rows) > size else None)


def _deed(row: AuditEntry) -> Deed:
    return Deed(
        id=row.id,
        at=row.at,
        account_id=row.account_id,
        deed=row.deed,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        before=row.before or {},
        after=row.after or {},
        reason=row.reason,
    )

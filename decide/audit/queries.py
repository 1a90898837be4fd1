"""Reading the trail, newest first, a page at a time, or as a whole for a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, and_, cast, or_, select
from sqlalchemy.orm import Session

from decide.audit.models import AuditEntry, AuditLink

PAGE = 50
BATCH = 2_000


@dataclass(frozen=True)
class Deed:
    """One entry of the trail. `account_id` is None for the program itself.

    `head` is the chain's hash at it, "" while it is too young to be linked.
    """

    id: int
    at: datetime
    account_id: int | None
    deed: str
    subject_kind: str
    subject_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str | None
    session_id: int | None
    head: str


@dataclass(frozen=True)
class Leaf:
    """A page of the trail; `older` is the id to ask on with, None at the end."""

    deeds: tuple[Deed, ...]
    older: int | None


@dataclass(frozen=True)
class Wanted:
    """What of the trail; an empty part asks for nothing. `text` is looked for in reasons and data.

    `account_id` 0 is the program itself. `since` is within, `until` is not.
    """

    subject_kind: str = ""
    subject_id: int | None = None
    account_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


EVERYTHING = Wanted()


def deeds(
    session: Session, wanted: Wanted = EVERYTHING, *, before: int | None = None, size: int = PAGE
) -> Leaf:
    """Entries with an id below `before`; one statement."""
    asked = narrowed(wanted).order_by(AuditEntry.id.desc()).limit(size + 1)
    if before is not None:
        asked = asked.where(AuditEntry.id < before)
    return _leaf(session, asked, size)


def every_deed(session: Session, wanted: Wanted) -> Iterator[Deed]:
    """All entries that fit, the oldest first, as a stream from the server."""
    asked = narrowed(wanted).order_by(AuditEntry.id)
    for row, head in session.execute(asked, execution_options={"yield_per": BATCH}):
        yield _deed(row, head)


def narrowed(wanted: Wanted) -> Select[AuditEntry, bytes]:
    """The statement for what is wanted."""
    asked = linked()
    if wanted.subject_kind:
        asked = asked.where(AuditEntry.subject_kind == wanted.subject_kind)
    if wanted.subject_id is not None:
        asked = asked.where(AuditEntry.subject_id == wanted.subject_id)
    if wanted.account_id is not None:
        who = AuditEntry.account_id
        asked = asked.where(who == wanted.account_id if wanted.account_id else who.is_(None))
    if wanted.since is not None:
        asked = asked.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(AuditEntry.at < wanted.until)
    if wanted.text:
        spoken = (AuditEntry.reason, cast(AuditEntry.before, Text), cast(AuditEntry.after, Text))
        asked = asked.where(or_(*(each.icontains(wanted.text, autoescape=True) for each in spoken)))
    return asked


def linked() -> Select[AuditEntry, bytes]:
    """Entries with their links."""
    return select(AuditEntry, AuditLink.head).outerjoin(
        AuditLink, AuditLink.entry_id == AuditEntry.id
    )


def deeds_of(
    session: Session, people: frozenset[int], *, before: int | None = None, size: int = PAGE
) -> Leaf:
    """What these accounts did, and what was done to them. Without links: an actor sees none."""
    done_to = and_(AuditEntry.subject_kind == "account", AuditEntry.subject_id.in_(people))
    wanted = (
        select(AuditEntry)
        .where(or_(AuditEntry.account_id.in_(people), done_to))
        .order_by(AuditEntry.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        wanted = wanted.where(AuditEntry.id < before)
    rows = session.scalars(wanted).all()
    return _cut([_deed(row, None) for row in rows], size)


def _leaf(session: Session, wanted: Select[AuditEntry, bytes], size: int) -> Leaf:
    return _cut([_deed(row, head) for row, head in session.execute(wanted)], size)


def _cut(found: list[Deed], size: int) -> Leaf:
    shown = found[:size]
    return Leaf(tuple(shown), shown[-1].id if len(found) > size else None)


def _deed(row: AuditEntry, head: bytes | None) -> Deed:
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
        session_id=row.session_id,
        head=bytes(head).hex() if head else "",
    )

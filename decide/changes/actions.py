"""Proposing, confirming and putting aside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.changes.models import Change
from decide.changes.states import ChangeState, Kind
from decide.changes.table import DEEDS, Proposed
from decide.errors import Conflict, NotFound, Refused
from decide.kernel.db import constraint_of


class AlreadyProposed(Conflict):
    """Somebody's proposal about the same thing waits."""


class AlreadyDecided(Conflict):
    """Somebody confirmed or discarded it first."""


class SamePerson(Refused):
    """Who proposed it wants to confirm it."""


def propose(
    session: Session,
    kind: Kind,
    *,
    about: str,
    title: str,
    told: Mapping[str, Any],
    reason: str,
    at: datetime,
    by: int,
) -> int:
    """Write a change down for somebody else to confirm; its number.

    Refused without a reason; AlreadyProposed while another proposal about the same thing waits.
    """
    if not reason.strip():
        raise Refused("Escriba el motivo. Lo leerá quien lo confirme.")
    row = Change(
        kind=kind, about=about, title=title, told=dict(told), reason=reason.strip(),
        state=ChangeState.PROPOSED, proposed_by=by, proposed_at=at,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if constraint_of(error) != "uq_change_open":
            raise
        raise AlreadyProposed(
            "Ya hay un cambio por confirmar sobre lo mismo. Confírmelo o descártelo primero."
        ) from error
    note(session, "change.proposed", row, at=at, by=by)
    return row.id


def confirm(session: Session, change_id: int, *, at: datetime, by: int) -> None:
    """Do what was proposed. SamePerson for who proposed it; what the deed itself refuses, too."""
    row = locked(session, change_id)
    if row.proposed_by == by:
        raise SamePerson("Lo debe confirmar otra persona, no quien lo propuso.")
    wanted = Proposed(row.about, row.told, row.reason, row.proposed_by, by)
    DEEDS[row.kind].perform(session, wanted, at)
    row.state, row.decided_by, row.decided_at = ChangeState.CONFIRMED, by, at
    note(session, "change.confirmed", row, at=at, by=by)


def discard(session: Session, change_id: int, *, at: datetime, by: int) -> None:
    """Put it aside; it stays on record. Who proposed it may do so too."""
    row = locked(session, change_id)
    row.state, row.decided_by, row.decided_at = ChangeState.DISCARDED, by, at
    note(session, "change.discarded", row, at=at, by=by)


def locked(session: Session, change_id: int) -> Change:
    """The row, held until the commit. NotFound; AlreadyDecided once it has been."""
    row = session.scalars(
        select(Change).where(Change.id == change_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("Ese cambio no existe.")
    if row.state is not ChangeState.PROPOSED:
        raise AlreadyDecided("Alguien ya decidió este cambio. Vea cómo quedó.")
    return row


def note(session: Session, deed: str, row: Change, *, at: datetime, by: int) -> None:
    """Into the trail."""
    audit.record(
        session,
        deed,
        at=at,
        by=by,
        subject=("change", row.id),
        after={"kind": row.kind.value, "about": row.about, "state": row.state.value},
        reason=row.reason,
    )

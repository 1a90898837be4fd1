"""Markings that two people make: proposed, approved by another, applied by a job, taken back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.abuse.models import Marking
from decide.abuse.queries import held
from decide.abuse.states import MarkingState, step
from decide.audit import actions as audit
from decide.catalog.models import Subject
from decide.errors import NotFound, Refused
from decide.kernel.jobs import Jobs

APPLY = "decide.abuse.jobs.apply"


def propose(
    session: Session,
    *,
    since: datetime,
    until: datetime,
    subject_id: int | None = None,
    choice: int | None = None,
    new_only: bool = False,
    crowded_only: bool = False,
    reason: str,
    at: datetime,
    by: int,
) -> int:
    """Write down which answers to mark and count them; the number of the proposal.

    Nothing is marked yet. Refused without a reason, for a time that is not over, or turned round.
    """
    if not reason.strip():
        raise Refused("Escriba el motivo. Lo leerán quienes reciban la base.")
    if since >= until:
        raise Refused("El final debe ser posterior al principio.")
    if until > at:
        raise Refused("El final debe haber pasado ya.")
    if subject_id is not None and session.get(Subject, subject_id) is None:
        raise Refused("No hay ningún asunto con ese número.")
    row = Marking(
        state=MarkingState.PROPOSED, subject_id=subject_id, since=since, until=until, choice=choice,
        new_only=new_only, crowded_only=crowded_only, reason=reason.strip(), proposed_by=by,
        proposed_at=at, counted=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    row.counted = held(session, row.id)
    _note(session, "marking.proposed", row, at=at, by=by)
    return row.id


def approve(session: Session, jobs: Jobs, marking_id: int, *, at: datetime, by: int) -> None:
    """Let it take effect: after the commit a job does it. Refused for who proposed it."""
    row = _locked(session, marking_id)
    if row.proposed_by == by:
        raise Refused("La debe aprobar otra persona, no quien la propuso.")
    row.state = step(row.state, MarkingState.APPROVED)
    row.approved_by, row.approved_at = by, at
    _note(session, "marking.approved", row, at=at, by=by)
    jobs.send_after(session, APPLY, row.id)


def discard(session: Session, marking_id: int, *, at: datetime, by: int) -> None:
    """Put a proposal aside; it stays on record."""
    row = _locked(session, marking_id)
    row.state = step(row.state, MarkingState.DISCARDED)
    _note(session, "marking.discarded", row, at=at, by=by)


def apply(session: Session, marking_id: int, *, at: datetime) -> None:
    """From now on deliveries count these answers as marked. Twice is once."""
    row = _locked(session, marking_id)
    if row.state is MarkingState.APPLIED:
        return
    row.state = step(row.state, MarkingState.APPLIED)
    row.applied_at, row.counted = at, held(session, row.id)
    _note(session, "marking.applied", row, at=at, by=None)


def revert(session: Session, marking_id: int, *, reason: str, at: datetime, by: int) -> None:
    """Take it back: deliveries ordered from now on no longer count it. Refused without a reason."""
    if not reason.strip():
        raise Refused("Escriba por qué la revierte. Queda en la bitácora.")
    row = _locked(session, marking_id)
    row.state = step(row.state, MarkingState.REVERTED)
    row.reverted_by, row.reverted_at = by, at
    _note(session, "marking.reverted", row, at=at, by=by, reason=reason.strip())


def waiting(session: Session) -> list[int]:
    """Approved, and no job has done it: the row is the outbox."""
    return list(
        session.scalars(
            select(Marking.id).where(Marking.state == MarkingState.APPROVED).order_by(Marking.id)
        )
    )


def _locked(session: Session, marking_id: int) -> Marking:
    row = session.scalars(
        select(Marking).where(Marking.id == marking_id, Marking.day.is_(None)).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("Esa anulación no existe.")
    return row


def _note(
    session: Session, deed: str, row: Marking, *, at: datetime, by: int | None, reason: str = ""
) -> None:
    # No count here: of one subject's answers it would be a figure of one actor.
    audit.record(
        session, deed, at=at, by=by, subject=("marking", row.id),
        after={"state": row.state.value, "since": row.since.isoformat(),
               "until": row.until.isoformat()},
        reason=reason or row.reason,
    )  # fmt: skip

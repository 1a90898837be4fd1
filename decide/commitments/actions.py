"""Writing the commitment: whole lists by code, the dates of one activity, its evidence."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.commitments.entries import ActivityEntry, place_of
from decide.commitments.evidence import KeptFile
from decide.commitments.models import CommitmentActivity, CommitmentEvidence
from decide.errors import Conflict, NotFound, Refused

LONGEST_TITLE = 200


class WrongDates(Refused):
    """Real dates that cannot be; `field` is "actual_start" or "actual_end"."""

    def __init__(self, field: str, sentence: str) -> None:
        """Keep which date and why."""
        super().__init__(sentence)
        self.field = field


def register(
    session: Session, entries: Sequence[ActivityEntry], *, at: datetime, by: int | None
) -> None:
    """Create or change activities by their code; evidence stays with them."""
    if not entries:
        return
    rows = [{name: getattr(each, name) for name in FIELDS} for each in entries]
    for row in rows:
        row["position"] = place_of(row["code"])
    statement = upsert(CommitmentActivity)
    changed = {name: statement.excluded[name] for name in (*FIELDS, "position") if name != "code"}
    session.execute(
        statement.on_conflict_do_update(index_elements=[CommitmentActivity.code], set_=changed),
        rows,
    )
    audit.record(
        session, "commitment.registered", at=at, by=by, subject=("commitment", None),
        after={"rows": len(rows)},
    )  # fmt: skip


def remove(
    session: Session, entries: Sequence[ActivityEntry], *, at: datetime, by: int | None
) -> None:
    """Take activities back; Conflict for one that has evidence."""
    codes = [each.code for each in entries]
    proven = session.scalar(
        select(CommitmentActivity.code)
        .join(CommitmentEvidence, CommitmentEvidence.activity_id == CommitmentActivity.id)
        .where(CommitmentActivity.code.in_(codes))
        .limit(1)
    )
    if proven is not None:
        raise Conflict(f"La actividad {proven} ya tiene evidencias. No se puede quitar.")
    session.execute(delete(CommitmentActivity).where(CommitmentActivity.code.in_(codes)))
    audit.record(
        session, "commitment.removed", at=at, by=by, subject=("commitment", None),
        before={"rows": len(codes)},
    )  # fmt: skip


def set_dates(
    session: Session,
    activity_id: int,
    *,
    actual_start: date | None,
    actual_end: date | None,
    today: date,
    at: datetime,
    by: int,
) -> None:
    """Say when an activity really began and ended. WrongDates for what is to come, or reversed."""
    row = held(session, activity_id)
    if actual_start is not None and actual_start > today:
        raise WrongDates("actual_start", "El inicio real no puede estar en el futuro.")
    if actual_end is not None and actual_end > today:
        raise WrongDates("actual_end", "El término real no puede estar en el futuro.")
    if actual_end is not None and (actual_start is None or actual_end < actual_start):
        raise WrongDates("actual_end", "Escriba primero el inicio. El término va después.")
    before = dates_of(row)
    row.actual_start, row.actual_end = actual_start, actual_end
    note(session, "commitment.dated", row, before=before, after=dates_of(row), at=at, by=by)


def add_evidence(
    session: Session, activity_id: int, *, title: str, file: KeptFile, at: datetime, by: int
) -> None:
    """Put a file beside an activity. Refused without a title that says what it is."""
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise Refused(f"Escriba qué es el archivo, en no más de {LONGEST_TITLE} letras.")
    row = held(session, activity_id)
    session.add(
        CommitmentEvidence(
            activity_id=row.id, title=title, ending=file.ending, sha256=file.sha256,
            size=file.size, added_at=at,
        )
    )  # fmt: skip
    after = {"title": title, "sha256": file.sha256}
    note(session, "commitment.proven", row, before={}, after=after, at=at, by=by)


def held(session: Session, activity_id: int) -> CommitmentActivity:
    """The activity, held until the commit; NotFound."""
    row = session.scalars(
        select(CommitmentActivity).where(CommitmentActivity.id == activity_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("Esa actividad no existe.")
    return row


def dates_of(row: CommitmentActivity) -> dict[str, str]:
    """Its real dates, for the trail."""
    return {
        "actual_start": row.actual_start.isoformat() if row.actual_start else "",
        "actual_end": row.actual_end.isoformat() if row.actual_end else "",
    }


def note(
    session: Session,
    deed: str,
    row: CommitmentActivity,
    *,
    before: dict[str, str],
    after: dict[str, str],
    at: datetime,
    by: int,
) -> None:
    """Into the trail."""
    audit.record(
        session, deed, at=at, by=by, subject=("commitment", row.id), before=before, after=after
    )


FIELDS = tuple(ActivityEntry.__dataclass_fields__)

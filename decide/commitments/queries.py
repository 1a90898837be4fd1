"""Reading the commitment in its order, with what proves it; two statements, whatever its size."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.commitments.actions import FIELDS
from decide.commitments.entries import ActivityEntry, Progress, progress_of
from decide.commitments.models import CommitmentActivity, CommitmentEvidence
from decide.errors import NotFound


@dataclass(frozen=True)
class EvidenceLine:
    """A file that proves an activity."""

    id: int
    title: str
    ending: str
    sha256: str
    size: int
    added_at: datetime


@dataclass(frozen=True)
class ActivityLine:
    """An activity with its evidence."""

    id: int
    told: ActivityEntry
    evidence: tuple[EvidenceLine, ...]

    @property
    def progress(self) -> Progress:
        """Planned, started or done."""
        return progress_of(self.told.actual_start, self.told.actual_end)

    def is_late(self, today: date) -> bool:
        """Whether a planned date has passed without its real one."""
        if self.progress is Progress.DONE:
            return False
        begins = self.progress is Progress.PLANNED
        return today > (self.told.planned_start if begins else self.told.planned_end)


@dataclass(frozen=True)
class ActionLine:
    """A line of action and its activities."""

    title: str
    activities: tuple[ActivityLine, ...]


def entries(session: Session) -> dict[tuple[str, ...], ActivityEntry]:
    """All activities by code, as a list tells them."""
    rows = session.scalars(select(CommitmentActivity).order_by(CommitmentActivity.position))
    return {entry.key: entry for entry in (entry_of(row) for row in rows)}


def lines(session: Session) -> tuple[ActionLine, ...]:
    """The whole commitment in its order."""
    proofs: dict[int, list[EvidenceLine]] = {}
    for row in session.scalars(select(CommitmentEvidence).order_by(CommitmentEvidence.id)):
        proofs.setdefault(row.activity_id, []).append(evidence_of(row))
    groups: dict[str, list[ActivityLine]] = {}
    rows = session.scalars(select(CommitmentActivity).order_by(CommitmentActivity.position))
    for each in rows:
        line = ActivityLine(each.id, entry_of(each), tuple(proofs.get(each.id, ())))
        groups.setdefault(each.line, []).append(line)
    return tuple(ActionLine(title, tuple(found)) for title, found in groups.items())


def activity(session: Session, activity_id: int) -> ActivityLine:
    """One of them; NotFound."""
    for line in lines(session):
        for each in line.activities:
            if each.id == activity_id:
                return each
    raise NotFound("Esa actividad no existe.")


def evidence(session: Session, evidence_id: int) -> EvidenceLine:
    """One file; NotFound."""
    row = session.get(CommitmentEvidence, evidence_id)
    if row is None:
        raise NotFound("Esa evidencia no existe.")
    return evidence_of(row)


def entry_of(row: CommitmentActivity) -> ActivityEntry:
    """A row as a list tells it."""
    return ActivityEntry(**{name: getattr(row, name) for name in FIELDS})


def evidence_of(row: CommitmentEvidence) -> EvidenceLine:
    """A row as a value."""
    return EvidenceLine(row.id, row.title, row.ending, row.sha256, row.size, row.added_at)

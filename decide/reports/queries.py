"""Reading the archive of reports, newest first."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.errors import NotFound
from decide.reports.models import Report
from decide.reports.states import ReportState

SHOWN = 100


@dataclass(frozen=True)
class ReportLine:
    """A report in the list."""

    id: int
    since: date
    until: date
    state: ReportState
    ordered_by: int | None
    ordered_at: datetime
    pdf_sha256: str | None
    xlsx_sha256: str | None


def reports(session: Session, *, start: int = 0, size: int = SHOWN) -> tuple[ReportLine, ...]:
    """Some, the newest first."""
    rows = select(Report).order_by(Report.id.desc()).offset(start).limit(size)
    return tuple(line(row) for row in session.scalars(rows))


def count(session: Session) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(Report)) or 0


def report(session: Session, number: int) -> ReportLine:
    """One that is ready; NotFound."""
    row = session.get(Report, number)
    if row is None or row.state is not ReportState.READY:
        raise NotFound("Ese informe no existe o todavía no está listo.")
    return line(row)


def line(row: Report) -> ReportLine:
    """A row as a value."""
    return ReportLine(
        row.id, row.since, row.until, row.state, row.ordered_by, row.ordered_at,
        row.pdf_sha256, row.xlsx_sha256,
    )  # fmt: skip

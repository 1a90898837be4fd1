"""Ordering reports: by a person for any days that are over, by the program for each month."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import Refused
from decide.kernel.jobs import Jobs
from decide.reports.models import Report
from decide.reports.states import ReportState

BUILD = "decide.reports.jobs.build"
LONGEST = timedelta(days=400)


class WrongPeriod(Refused):
    """Days that no report can be about; `field` is "since" or "until"."""

    def __init__(self, field: str, sentence: str) -> None:
        """Keep which day and why."""
        super().__init__(sentence)
        self.field = field


def order(
    session: Session, jobs: Jobs, *, since: date, until: date, today: date, at: datetime, by: int
) -> int:
    """Ask for a report; after the commit a job makes it. WrongPeriod for days still to end."""
    if until < since:
        raise WrongPeriod("until", "El último día va después del primero.")
    if until >= today:
        raise WrongPeriod("until", "El informe llega hasta ayer: el día debe haber terminado.")
    if until - since > LONGEST:
        raise WrongPeriod("since", "Pida como máximo un año.")
    row = Report(since=since, until=until, state=ReportState.ORDERED, ordered_by=by, ordered_at=at)
    session.add(row)
    session.flush()
    audit.record(
        session, "report.ordered", at=at, by=by, subject=("report", row.id),
        after={"since": since.isoformat(), "until": until.isoformat()},
    )  # fmt: skip
    jobs.send_after(session, BUILD, row.id)
    return row.id


def order_last_month(session: Session, *, today: date, at: datetime) -> None:
    """Write down the report on the month before, unless it has been. The sweep sends it."""
    until = today.replace(day=1) - timedelta(days=1)
    session.execute(
        upsert(Report)
        .values(since=until.replace(day=1), until=until, state=ReportState.ORDERED, ordered_at=at)
        .on_conflict_do_nothing()
    )


def waiting(session: Session) -> list[int]:
    """Ordered, and no job has made them: the row is the outbox."""
    return list(
        session.scalars(
            select(Report.id).where(Report.state == ReportState.ORDERED).order_by(Report.id)
        )
    )

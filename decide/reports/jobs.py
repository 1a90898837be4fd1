"""What the worker runs: making one report, and the sweep that orders each month's."""

import hashlib
from zoneinfo import ZoneInfo

from sqlalchemy import select

from decide.calendar import queries as calendar
from decide.errors import NotFound
from decide.kernel.jobs import job
from decide.kernel.log import logger
from decide.kernel.resources import Resources
from decide.reports import actions, gather
from decide.reports.folder import Archive
from decide.reports.models import Report
from decide.reports.papers import as_pdf, as_workbook
from decide.reports.shape import Period
from decide.reports.states import ReportState

log = logger("reports")


@job
def build(resources: Resources, report_id: int) -> None:
    """Freeze the facts, make both papers, and say READY. Twice is once: READY is left alone."""
    settings = resources.settings
    with resources.database.transaction() as session:
        row = session.scalars(
            select(Report).where(Report.id == report_id).with_for_update()
        ).one_or_none()
        if row is None or row.state is ReportState.READY:
            return
        period = Period(row.since, row.until, ZoneInfo(settings.time_zone))
        told = gather.facts(session, period, authority=settings.authority, at=row.ordered_at)
        papers = {"pdf": as_pdf(told), "xlsx": as_workbook(told)}
        archive = Archive(settings.files_folder)
        for form, body in papers.items():
            archive.keep(row.id, form, body)
        row.facts = told
        row.pdf_sha256 = hashlib.sha256(papers["pdf"]).hexdigest()
        row.xlsx_sha256 = hashlib.sha256(papers["xlsx"]).hexdigest()
        row.state = ReportState.READY
    log.info("report.ready", report_id=report_id)


@job
def sweep(resources: Resources, turn: int) -> None:
    """Order last month's report once there is a process, and send what no job has made."""
    with resources.database.transaction() as session:
        now = resources.clock.now(session)
        today = now.astimezone(ZoneInfo(resources.settings.time_zone)).date()
        try:
            calendar.process(session)
        except NotFound:
            return
        if any(window.opens_at <= now for window in calendar.windows(session)):
            actions.order_last_month(session, today=today, at=now)
        numbers = actions.waiting(session)
    for number in numbers:
        # The turn is in the name: a failed job must not block its own next try.
        resources.jobs.send(actions.BUILD, number, attempt=turn)

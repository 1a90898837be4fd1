"""Periodic reports: ask for one on any days that are over, and download those of the archive."""

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.imports.layouts.commitment import day_of_text
from decide.reports import actions, queries
from decide.reports.folder import Archive
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.shared.wording import gettext
from decide.web.staff.paging import leaf_of

BOXES = ("since", "until")


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/informes", view_func=reports)
    door.add_url_rule("/informes", view_func=order_report, methods=["POST"])
    door.add_url_rule("/informes/<int:report_id>/<string:form>", view_func=report_file)


def reports() -> ResponseReturnValue:
    """The archive, and the form for a new one."""
    return listed(dict.fromkeys(BOXES, ""), {})


def listed(typed: dict[str, str], errors: dict[str, str]) -> str:
    """The archive, with what was typed."""
    with reading() as session:
        leaf = leaf_of(queries.count(session), "staff.reports")
        lines = queries.reports(session, start=leaf.start, size=leaf.size)
    waits = any(line.state == "ordered" for line in lines)
    return render_template(
        "staff/reports.html", lines=lines, leaf=leaf, typed=typed, errors=errors, waits=waits
    )


def order_report() -> ResponseReturnValue:
    """Ask for one; a job makes it."""
    typed = {name: request.form.get(name, "").strip() for name in BOXES}
    since, until = (day_of_text(typed[name]) for name in BOXES)
    if since is None or until is None:
        wrong = {"since": since, "until": until}
        sentence = _("Escriba la fecha así: 2021-06-06.")
        return listed(typed, {name: sentence for name in BOXES if wrong[name] is None}), 422
    own = resources()
    try:
        with transaction() as (session, now):
            today = now.astimezone(ZoneInfo(own.settings.time_zone)).date()
            actions.order(
                session, own.jobs, since=since, until=until, today=today, at=now, by=visitor().id
            )
    except actions.WrongPeriod as refusal:
        return listed(typed, {refusal.field: gettext(str(refusal))}), 422
    flash(_("Pedimos el informe. En unos segundos estará en la lista."), "success")
    return redirect(url_for("staff.reports"), 303)


def report_file(report_id: int, form: str) -> ResponseReturnValue:
    """One paper of the archive."""
    with reading() as session:
        line = queries.report(session, report_id)
    return send_file(
        Archive(resources().settings.files_folder).find(line.id, form),
        as_attachment=True,
        download_name=f"informe-{line.since}-{line.until}.{form}",
        max_age=0,
    )

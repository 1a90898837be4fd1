"""The commitment as staff keep it: the list, real dates, evidence, the shipped example."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.commitments import actions, queries
from decide.commitments.entries import Progress
from decide.commitments.evidence import EvidenceShelf
from decide.commitments.shipped import EXAMPLE
from decide.errors import Refused
from decide.imports import command
from decide.imports.layouts.commitment import day_of_text
from decide.kernel.db import Session
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.shared.wording import gettext

DATES = ("actual_start", "actual_end")


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/seguimiento/<int:pledge_id>"
    door.add_url_rule("/seguimiento", view_func=commitment)
    door.add_url_rule("/seguimiento/ejemplo.csv", view_func=commitment_example)
    door.add_url_rule("/seguimiento/cargar", view_func=load_commitment, methods=["POST"])
    door.add_url_rule(one, view_func=pledge)
    door.add_url_rule(one, view_func=date_pledge, methods=["POST"])
    door.add_url_rule(f"{one}/evidencias", view_func=prove_pledge, methods=["POST"])


def commitment() -> ResponseReturnValue:
    """All activities: who answers, when, how far, what is late."""
    with reading() as session:
        now_on = today(session)
        lines = queries.lines(session)
    return render_template(
        "staff/commitment.html", lines=lines, today=now_on, progress=progress_words()
    )


def commitment_example() -> ResponseReturnValue:
    """The shipped commitment as a list to fill in: the form for other institutions."""
    answer = Response(EXAMPLE.read_bytes(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{EXAMPLE.name}"'
    return answer


def load_commitment() -> ResponseReturnValue:
    """Load the shipped example like any list. Repeating is harmless."""
    command.import_file(resources(), "compromiso", EXAMPLE, dry_run=False, by=visitor().id)
    flash(_("Cargamos el compromiso de ejemplo. Corrija áreas y fechas con su propia lista."))
    return redirect(url_for("staff.commitment"), 303)


def pledge(pledge_id: int) -> ResponseReturnValue:
    """One of them, with its evidence."""
    return shown(pledge_id, {}, {})


def shown(pledge_id: int, typed: dict[str, str], errors: dict[str, str]) -> str:
    """Its page, with what was typed."""
    with reading() as session:
        now_on = today(session)
        line = queries.activity(session, pledge_id)
    kept = {name: getattr(line.told, name) for name in DATES}
    dates = {name: value.isoformat() if value else "" for name, value in kept.items()}
    return render_template(
        "staff/pledge.html",
        line=line,
        today=now_on,
        typed=dates | {"title": ""} | typed,
        errors=errors,
        progress=progress_words(),
        limit=actions.LONGEST_TITLE,
    )


def date_pledge(pledge_id: int) -> ResponseReturnValue:
    """Write down when it really began and ended."""
    typed = {name: request.form.get(name, "").strip() for name in DATES}
    read = {name: day_of_text(text) for name, text in typed.items()}
    errors = {
        name: _("Escriba la fecha así: 2021-06-06.")
        for name in DATES
        if typed[name] and read[name] is None
    }
    if errors:
        return shown(pledge_id, typed, errors), 422
    try:
        with transaction() as (session, now):
            actions.set_dates(
                session,
                pledge_id,
                actual_start=read["actual_start"],
                actual_end=read["actual_end"],
                today=today(session),
                at=now,
                by=visitor().id,
            )
    except actions.WrongDates as refusal:
        return shown(pledge_id, typed, {refusal.field: gettext(str(refusal))}), 422
    flash(_("Guardamos las fechas. Ya se ven en el sitio."), "success")
    return redirect(url_for("staff.pledge", pledge_id=pledge_id), 303)


def prove_pledge(pledge_id: int) -> ResponseReturnValue:
    """Keep a file that proves it; the public may download it."""
    typed = {"title": request.form.get("title", "").strip()}
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return shown(pledge_id, typed, {"file": _("Elija un archivo.")}), 422
    if not typed["title"]:
        return shown(pledge_id, typed, {"title": _("Escriba qué es el archivo.")}), 422
    try:
        with transaction() as (session, now), sent.stream as stream:
            file = EvidenceShelf(resources().settings.files_folder).keep(stream)
            actions.add_evidence(
                session, pledge_id, title=typed["title"], file=file, at=now, by=visitor().id
            )
    except Refused as refusal:
        return shown(pledge_id, typed, {"file": gettext(str(refusal))}), 422
    flash(_("Guardamos la evidencia. Ya se puede descargar en el sitio."), "success")
    return redirect(url_for("staff.pledge", pledge_id=pledge_id), 303)


def today(session: Session) -> date:
    """The day it is for the authority."""
    own = resources()
    return own.clock.now(session).astimezone(ZoneInfo(own.settings.time_zone)).date()


def progress_words() -> dict[str, str]:
    """How far, in a word."""
    return {
        Progress.PLANNED: _("Por iniciar"),
        Progress.STARTED: _("En marcha"),
        Progress.DONE: _("Cumplida"),
    }

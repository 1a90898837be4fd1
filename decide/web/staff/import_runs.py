"""One import that was written: what it changed, and taking it back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.errors import Conflict, Refused
from decide.imports import history, queries
from decide.web.shared.context import reading, transaction
from decide.web.shared.login import visitor

SHOWN = 200
LONGEST_REASON = 500


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/importaciones/hechas/<int:number>"
    door.add_url_rule(one, view_func=import_run)
    door.add_url_rule(f"{one}/deshacer", view_func=import_undo, methods=["POST"])


def import_run(number: int) -> ResponseReturnValue:
    """What a run changed in entries that stood before, field by field."""
    return run_page(number)


def run_page(number: int, *, reason: str = "", error: str = "") -> str:
    """The page with what was typed."""
    with reading() as session:
        run = queries.run(session, number)
        changes = history.differences(session, number, limit=SHOWN)
    return render_template(
        "staff/import_run.html",
        run=run,
        changes=changes,
        shown=SHOWN,
        reason=reason,
        error=error,
        limit=LONGEST_REASON,
    )


def import_undo(number: int) -> ResponseReturnValue:
    """Take the last import back, with a reason; refused while anything rests on it."""
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        error = _("Escriba el motivo, en no más de %(n)s caracteres.", n=LONGEST_REASON)
        return run_page(number, reason=reason, error=error), 422
    try:
        with transaction() as (session, now):
            run = history.undo(session, number, at=now, by=visitor().id, reason=reason)
    except (Refused, Conflict) as refusal:
        return run_page(number, reason=reason, error=str(refusal)), 422
    flash(_("Deshicimos la importación de «%(file)s».", file=run.file_name), "success")
    return redirect(url_for("staff.imports"), 303)

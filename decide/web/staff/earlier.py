"""Processes of the past, to compare today's results with: name, day, source; then their files."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.errors import Conflict, Refused
from decide.imports.layouts import OF_THE_PAST, by_key
from decide.imports.layouts.earlier import MARK
from decide.results import queries_earlier
from decide.results.actions_earlier import (
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_SOURCE,
    EarlierForm,
    EarlierRefused,
    remove_process,
    save_process,
)
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor

FIELDS = ("name", "election_day", "source", "note")
LIMITS = {"name": LONGEST_NAME, "source": LONGEST_SOURCE, "note": LONGEST_NOTE}


@dataclass(frozen=True)
class Typed:
    """What stands in the boxes, and what is to be said about it."""

    fields: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    conflict: str = ""
    status: int = 200


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    here = "/procesos-anteriores"
    door.add_url_rule(here, view_func=earlier_processes)
    door.add_url_rule(f"{here}/nuevo", view_func=new_earlier, methods=["GET", "POST"])
    door.add_url_rule(f"{here}/<string:process_key>", view_func=earlier_process)
    door.add_url_rule(f"{here}/<string:process_key>", view_func=save_earlier, methods=["POST"])
    door.add_url_rule(
        f"{here}/<string:process_key>/quitar", view_func=remove_earlier, methods=["POST"]
    )


def earlier_processes() -> ResponseReturnValue:
    """All of them, with how much of each is loaded."""
    with reading() as session:
        found = queries_earlier.processes(session)
    return render_template("staff/earlier_processes.html", processes=found)


def new_earlier() -> ResponseReturnValue:
    """An empty form; saving adds a process."""
    return form_page(None, Typed()) if request.method == "GET" else saved(None)


def earlier_process(process_key: str) -> ResponseReturnValue:
    """One process: form, and where its files go in."""
    return form_page(process_key, Typed())


def save_earlier(process_key: str) -> ResponseReturnValue:
    """Change one."""
    return saved(process_key)


def remove_earlier(process_key: str) -> ResponseReturnValue:
    """Take one away that has no results."""
    try:
        with transaction() as (session, now):
            remove_process(session, process_key, at=now, by=visitor().id)
    except Refused as refusal:
        flash(str(refusal), "error")
        return redirect(url_for("staff.earlier_process", process_key=process_key), 303)
    flash(_("Quitamos el proceso anterior."), "success")
    return redirect(url_for("staff.earlier_processes"), 303)


def saved(key: str | None) -> ResponseReturnValue:
    """Keep what was typed; whatever goes wrong, it comes back."""
    fields = {name: request.form.get(name, "") for name in FIELDS}
    day = day_of(fields["election_day"])
    if day is None:
        errors = {"election_day": _("Escriba el día así: 2015-06-07.")}
        return form_page(key, Typed(fields, errors, status=422))
    form = EarlierForm(fields["name"], day, fields["source"], fields["note"])
    revision = request.form.get("revision", "")
    try:
        with transaction() as (session, now):
            kept = save_process(
                session, key, form,
                today=now.astimezone(ZoneInfo(resources().settings.time_zone)).date(),
                revision=int(revision) if revision.isdecimal() and len(revision) < 9 else -1,
                at=now, by=visitor().id,
            )  # fmt: skip
    except EarlierRefused as refusal:
        return form_page(key, Typed(fields, {refusal.field: str(refusal)}, status=422))
    except Conflict as conflict:
        return form_page(key, Typed(fields, conflict=str(conflict), status=409))
    flash(_("Guardamos el proceso anterior."), "success")
    return redirect(url_for("staff.earlier_process", process_key=kept), 303)


def form_page(key: str | None, typed: Typed) -> ResponseReturnValue:
    """The form with what was typed."""
    line = None
    if key is not None:
        with reading() as session:
            line = queries_earlier.process(session, key)
    kept = {name: str(getattr(line, name) or "") for name in FIELDS} if line else {}
    page = render_template(
        "staff/earlier_process.html",
        line=line,
        fields=kept | typed.fields,
        errors=typed.errors,
        conflict=typed.conflict,
        limits=LIMITS,
        lists=[by_key(f"{base}{MARK}{line.key}") for base in OF_THE_PAST] if line else (),
    )
    return make_response(page, typed.status)


def day_of(text: str) -> date | None:
    """A day as the date box sends it; None when it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None

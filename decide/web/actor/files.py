"""Many texts and photographs at once: a spreadsheet with what stands, a dry run, drafts."""

from pathlib import PurePath

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.catalog import own
from decide.catalog.actions_profiles import StaleProfile
from decide.catalog.photos import Album
from decide.errors import Conflict, NotFound, Refused
from decide.imports import own_photos
from decide.imports.limits import Unreadable
from decide.imports.own_photos import Trouble
from decide.imports.own_texts import Kind, keep, read, sheet
from decide.imports.uploads import Upload, Uploads
from decide.web.actor.desk import owner_of
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_PROBLEMS = 200


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/archivos/revisar/<string:token>"
    door.add_url_rule("/archivos", view_func=files, methods=["GET", "POST"])
    door.add_url_rule("/archivos/fotografias", view_func=bring_photos, methods=["POST"])
    door.add_url_rule("/archivos/<string:kind>.xlsx", view_func=template_file)
    door.add_url_rule(one, view_func=check_file)
    door.add_url_rule(f"{one}/guardar", view_func=save_file, methods=["POST"])


def files() -> ResponseReturnValue:
    """Take the templates home, bring them back filled in."""
    if request.method == "GET":
        return files_page()
    sent, kind = request.files.get("file"), request.form.get("kind", "")
    if kind not in set(Kind):
        return files_page(_("Elija qué trae el archivo.")), 422
    if sent is None or not sent.filename:
        return files_page(_("Elija un archivo de su computadora."), kind), 422
    with sent.stream as stream:
        token = uploads().keep(stream, PurePath(sent.filename).name, mark(kind))
    return redirect(url_for("actor.check_file", token=token), 303)


def bring_photos() -> ResponseReturnValue:
    """Photographs in a ZIP become drafts at once; what was not taken is named."""
    sent = request.files.get("photos")
    if sent is None or not sent.filename:
        return files_page(photos_error=_("Elija un archivo ZIP.")), 422
    with reading() as session:
        heads = own.own_heads(session, owner_of())
    try:
        with sent.stream as stream:
            brought = own_photos.read(heads, Album(resources().settings.files_folder), stream)
        with transaction() as (session, now):
            changed = own_photos.keep(session, owner_of(), brought, at=now, by=visitor().id)
    except StaleProfile:
        busy = _("Alguien guardó cambios en este momento. Suba el archivo otra vez.")
        return files_page(photos_error=busy), 409
    except Refused as refusal:
        return files_page(photos_error=str(refusal)), 422
    flash(_("Guardamos %(n)s fotografías como borrador. Revíselas y publíquelas.", n=changed))
    if brought.troubles:
        return files_page(troubles=brought.troubles), 422
    return redirect(url_for("actor.waiting"), 303)


def files_page(
    error: str = "",
    kind: str = "",
    *,
    photos_error: str = "",
    troubles: tuple[Trouble, ...] = (),
) -> str:
    """Templates and the forms."""
    with reading() as session:
        editing = own.editing(session, resources().clock.now(session))
    return render_template(
        "actor/files.html",
        error=error,
        kind=kind,
        editing=editing,
        photos_error=photos_error,
        troubles=troubles,
        most=own_photos.MOST,
    )


def template_file(kind: str) -> ResponseReturnValue:
    """The spreadsheet with what stands now."""
    if kind not in set(Kind):
        abort(404)
    with reading() as session:
        body = sheet(session, owner_of(), Kind(kind))
    answer = Response(body, mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return answer


def check_file(token: str) -> ResponseReturnValue:
    """The dry run: what would change, and every problem with row, column and remedy."""
    kept, kind = found(token)
    try:
        with reading() as session, kept.opened() as stream:
            outcome = read(session, owner_of(), kind, stream)
    except Unreadable as refusal:
        uploads().drop(token)
        return files_page(str(refusal), kind), 422
    return render_template(
        "actor/file_check.html",
        token=token,
        file_name=kept.file_name,
        outcome=outcome,
        problems=outcome.problems[:SHOWN_PROBLEMS],
        more=max(0, len(outcome.problems) - SHOWN_PROBLEMS),
    )


def save_file(token: str) -> ResponseReturnValue:
    """Read once more and keep all good rows as drafts, in one transaction."""
    kept, kind = found(token)
    try:
        with transaction() as (session, now), kept.opened() as stream:
            outcome = read(session, owner_of(), kind, stream)
            written = keep(session, owner_of(), outcome, at=now, by=visitor().id)
    except (Refused, Conflict) as refusal:
        flash(str(refusal), "error")
        return redirect(url_for("actor.check_file", token=token), 303)
    if outcome.problems:
        left = len({each.row for each in outcome.problems})
        flash(
            _("Faltan %(n)s filas: corríjalas y suba el mismo archivo otra vez.", n=left), "warning"
        )
    else:
        uploads().drop(token)
    flash(_("Guardamos %(n)s borradores. Revíselos y publíquelos.", n=written), "success")
    return redirect(url_for("actor.dashboard"), 303)


def found(token: str) -> tuple[Upload, Kind]:
    """A file that this same account brought; NotFound for any other."""
    kept = uploads().find(token)
    for kind in Kind:
        if kept.layout == mark(kind):
            return kept, kind
    raise NotFound(_("Ese archivo ya no está. Súbalo otra vez."))


def mark(kind: str) -> str:
    """Whose file this is and what it holds."""
    return f"own-{visitor().id}-{kind}"


def uploads() -> Uploads:
    """Where files wait."""
    return Uploads(resources().settings.files_folder)

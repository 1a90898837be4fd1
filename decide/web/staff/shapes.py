"""Official cartography: which map is in use, the form for another, and back to equal tiles."""

from io import BytesIO
from pathlib import PurePath

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.errors import Refused
from decide.geography.actions_shapes import ShapeReport, check_shapes, put_shapes, remove_shapes
from decide.geography.queries_shapes import DISTRICT, MUNICIPALITY, sources
from decide.web.shared.context import reading, transaction
from decide.web.shared.login import visitor

SHOWN = 30  # names of missing or extra places


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/cartografia", view_func=shapes)
    door.add_url_rule("/cartografia", view_func=put_map, methods=["POST"])
    door.add_url_rule("/cartografia/quitar", view_func=remove_map, methods=["POST"])


def shapes() -> ResponseReturnValue:
    """The maps in use and the form."""
    return shapes_page()


def shapes_page(
    error: str = "", kind: str = MUNICIPALITY, report: ShapeReport | None = None
) -> str:
    """The page, with what was wrong with the file that came."""
    with reading() as session:
        used = sources(session)
    return render_template(
        "staff/shapes.html",
        kinds=[(MUNICIPALITY, _("Municipios")), (DISTRICT, _("Distritos"))],
        used=used,
        kind=kind,
        error=error,
        report=report,
        shown=SHOWN,
    )


def put_map() -> ResponseReturnValue:
    """Check a file; use it when it has exactly the places of the catalogue."""
    sent = request.files.get("file")
    kind = request.form.get("kind", "")
    if sent is None or not sent.filename:
        return shapes_page(_("Elija un archivo de su computadora."), kind), 422
    report = None
    try:
        with transaction() as (session, now):
            report = check_shapes(
                session, kind, BytesIO(sent.stream.read()), PurePath(sent.filename).name
            )
            count = put_shapes(session, report, at=now, by=visitor().id)
    except Refused as refusal:
        return shapes_page(str(refusal), kind, report), 422
    flash(_("El mapa ya se usa en las páginas: %(n)s lugares.", n=count), "success")
    return redirect(url_for("staff.shapes"), 303)


def remove_map() -> ResponseReturnValue:
    """Back to the map of equal tiles."""
    kind = request.form.get("kind", "")
    if kind in (MUNICIPALITY, DISTRICT):
        with transaction() as (session, now):
            remove_shapes(session, kind, at=now, by=visitor().id)
        flash(_("Quitamos el mapa. Las páginas usan otra vez los hexágonos."), "success")
    return redirect(url_for("staff.shapes"), 303)

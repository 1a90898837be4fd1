"""Which column of a file is which of ours: guessed, corrected here, remembered for its source."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.errors import Refused
from decide.imports import layouts, mapping
from decide.imports.layout import Layout
from decide.imports.layouts import choices, find
from decide.imports.limits import Unreadable
from decide.imports.mapping import Head, MappingRefused
from decide.imports.uploads import Upload, Uploads
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/importaciones/<string:token>/columnas"
    door.add_url_rule(one, view_func=import_columns)
    door.add_url_rule(one, view_func=save_columns, methods=["POST"])


def import_columns(token: str) -> ResponseReturnValue:
    """The columns of a file beside ours; first, if it is not known, which list it is."""
    kept = uploads().find(token)
    try:
        layout, head = looked_at(kept)
    except Unreadable as refusal:
        flash(str(refusal), "error")
        return redirect(url_for("staff.import_check", token=token), 303)
    if layout is None:
        return columns_page(kept, None, head, {}, {})
    with reading() as session:
        told = mapping.kept(session, layout.key, head.header)
    places = mapping.guessed(layout, head.header) if told is None else dict(told)
    return columns_page(kept, layout, head, places, {})


def save_columns(token: str) -> ResponseReturnValue:
    """Keep the choice and go back to the dry run; refused with the column that is wrong."""
    kept = uploads().find(token)
    chosen = find(request.form.get("layout", ""))
    if chosen is None:
        raise Refused(_("Diga qué lista es."))
    uploads().relabel(token, chosen.key)
    head = looked_at(uploads().find(token))[1]
    if "places" not in request.form:  # only the list was chosen: now its columns
        return redirect(url_for("staff.import_columns", token=token), 303)
    places = {column.name: number(column.name) for column in chosen.columns}
    try:
        with transaction() as (session, now):
            mapping.keep(session, chosen, head.header, places, at=now, by=visitor().id)
    except MappingRefused as refusal:
        page = columns_page(kept, chosen, head, places, {refusal.column: str(refusal)})
        return page, 422
    flash(_("Guardamos las columnas. La próxima vez no hará falta."), "success")
    return redirect(url_for("staff.import_check", token=token), 303)


def looked_at(kept: Upload) -> tuple[Layout | None, Head]:
    """Which list a file is, as far as anybody knows, and its beginning."""
    wanted = find(kept.layout or "")
    with kept.opened() as stream:
        head = mapping.head(stream, wanted)
    return wanted or layouts.recognised(head.header) or layouts.nearest(head.header), head


def columns_page(
    kept: Upload,
    layout: Layout | None,
    head: Head,
    places: dict[str, int],
    errors: dict[str, str],
) -> str:
    """The page with what was chosen."""
    options = [
        (str(place), f"{name} · {', '.join(values)[:60]}" if values else name)
        for place, (name, values) in enumerate(zip(head.header, head.samples, strict=True), start=1)
    ]
    with reading() as session:
        lists = choices(session)
    return render_template(
        "staff/import_columns.html",
        token=kept.token,
        file_name=kept.file_name,
        layout=layout,
        layouts=lists,
        options=options,
        places={name: str(place) if place else "" for name, place in places.items()},
        errors=errors,
    )


def number(name: str) -> int:
    """The chosen column; 0 for none."""
    told = request.form.get(f"column-{name}", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 5 else 0


def uploads() -> Uploads:
    """Where files wait."""
    return Uploads(resources().settings.files_folder)

"""Posters in batches: order all of a kind, watch how far they are, download the ZIP."""

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.accounts import queries as accounts
from decide.errors import Refused
from decide.outreach import batches
from decide.outreach.batches import BatchLine
from decide.outreach.pictures import Sender
from decide.outreach.sheets import About
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.paging import leaf_of


def mount(door: Blueprint) -> None:
    """Addresses of this module, and its words."""
    one = "/difusion/carteles/<int:batch_id>"
    door.add_url_rule("/difusion/carteles", view_func=posters)
    door.add_url_rule("/difusion/carteles", view_func=order_posters, methods=["POST"])
    door.add_url_rule(one, view_func=poster_batch)
    door.add_url_rule(f"{one}/reintentar", view_func=retry_posters, methods=["POST"])
    door.add_url_rule(f"{one}/archivo.zip", view_func=posters_file)
    for words in (about_words, form_words, batch_words):
        door.add_app_template_filter(words)


def posters() -> ResponseReturnValue:
    """What was ordered, and the form for more."""
    return listed({}, "")


def listed(typed: dict[str, str], error: str) -> str:
    """The list, with what was chosen."""
    with reading() as session:
        leaf = leaf_of(batches.count(session), "staff.posters")
        lines = batches.batches(session, start=leaf.start, size=leaf.size)
        people = {each.id: each.person for each in accounts.accounts(session)}
    return render_template(
        "staff/posters.html",
        lines=lines,
        leaf=leaf,
        people=people,
        typed=typed,
        error=error,
        abouts=[each.value for each in About],
        forms=batches.FORMS,
    )


def order_posters() -> ResponseReturnValue:
    """Have all posters of a kind made by the worker."""
    typed = {name: request.form.get(name, "") for name in ("about", "form")}
    own = resources()
    sender = Sender(own.settings.site_name, own.settings.authority)
    try:
        with transaction() as (session, now):
            number = batches.order(
                session, own.jobs, typed["about"], typed["form"], sender,
                own.settings.public_url, at=now, by=visitor().id,
            )  # fmt: skip
    except Refused as refusal:
        return listed(typed, str(refusal)), 422
    return redirect(url_for("staff.poster_batch", batch_id=number), 303)


def poster_batch(batch_id: int) -> ResponseReturnValue:
    """How far the worker is."""
    with reading() as session:
        found = batches.batch(session, batch_id)
    return render_template("staff/poster_batch.html", batch=found)


def retry_posters(batch_id: int) -> ResponseReturnValue:
    """Begin a stopped batch anew."""
    try:
        with transaction() as (session, now):
            batches.retry(session, resources().jobs, batch_id, at=now)
    except Refused as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("staff.poster_batch", batch_id=batch_id), 303)


def posters_file(batch_id: int) -> ResponseReturnValue:
    """The ZIP of a batch that is ready."""
    with reading() as session:
        found = batches.batch(session, batch_id)
    return send_file(
        batches.file_of(resources().settings.files_folder, found),
        as_attachment=True,
        download_name=found.file_name,
        max_age=0,
    )


def about_words(about: str) -> str:
    """Whom posters are about."""
    words: dict[str, str] = {
        About.MUNICIPALITIES: _("Municipios"),
        About.DISTRICTS: _("Distritos"),
        About.OFFICES: _("Cargos"),
        About.ACTORS: _("Actores políticos"),
    }
    return words[about]


def form_words(form: str) -> str:
    """A size for people."""
    words: dict[str, str] = {
        "carta": _("Carta (PDF)"),
        "a4": _("A4 (PDF)"),
        "a3": _("A3 (PDF)"),
        batches.SQUARE: _("Cuadro para redes (PNG)"),
    }
    return words[form]


def batch_words(batch: BatchLine) -> str:
    """Where a batch stands, in honest words."""
    if batch.state == "running":
        return str(_("En proceso: %(made)s de %(total)s", made=batch.made, total=batch.total))
    words: dict[str, str] = {
        "queued": _("En cola"),
        "ready": _("Listo: %(total)s carteles", total=batch.total),
        "failed": _("Detenido"),
    }
    return words[batch.state]

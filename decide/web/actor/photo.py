"""A candidate's photograph: upload, choose the cut, describe it. No script needed."""

import base64
from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.catalog import own
from decide.catalog.actions_profiles import StaleProfile, save_profile
from decide.catalog.photos import BY_KEY, CUTS, TYPES, Album
from decide.catalog.texts import PROFILE_PARTS
from decide.errors import NotFound, Refused
from decide.web.actor.desk import owner_of
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor


def mount(door: Blueprint) -> None:
    """Addresses of this module, and the filter that writes one."""
    door.add_app_template_filter(own_photo_url)
    head = "/candidaturas/<int:candidacy_id>/fotografia"
    door.add_url_rule(head, view_func=photo, methods=["GET", "POST"])
    door.add_url_rule(f"{head}/recorte", view_func=choose_cut, methods=["POST"])
    door.add_url_rule(f"{head}/quitar", view_func=remove_photo, methods=["POST"])
    door.add_url_rule(
        f"{head}/<string:name>.<string:ending>", endpoint="photo_file", view_func=photo_file
    )


def own_photo_url(name: str, candidacy_id: int) -> str:
    """The address of an own photograph without its ending, published or not; empty for none."""
    return f"{url_for('actor.photo', candidacy_id=candidacy_id)}/{name}" if name else ""


def photo(candidacy_id: int) -> ResponseReturnValue:
    """The form for a file; a file that is fit leads on to the cuts."""
    if request.method == "GET":
        return photo_page(candidacy_id)
    with reading() as session:
        own.own_head(session, owner_of(), candidacy_id)
    sent = request.files.get("photo")
    if sent is None or not sent.filename:
        return photo_page(candidacy_id, _("Elija un archivo.")), 422
    try:
        with sent.stream as stream:
            token = album().receive(stream)
    except Refused as refusal:
        return photo_page(candidacy_id, str(refusal)), 422
    return cut_page(candidacy_id, token, CUTS[1].key, "", "")


def photo_page(candidacy_id: int, error: str = "") -> str:
    """What there is now, and the form."""
    with reading() as session:
        head = own.own_head(session, owner_of(), candidacy_id)
        profile = own.own_profile(session, owner_of(), candidacy_id)
        editing = own.editing(session, resources().clock.now(session))
    return render_template(
        "actor/photo.html", head=head, profile=profile, editing=editing, error=error
    )


def cut_page(candidacy_id: int, token: str, chosen: str, alt: str, error: str) -> str:
    """All cuts to choose from, and the description."""
    with reading() as session:
        head = own.own_head(session, owner_of(), candidacy_id)
    shown = [
        (key, f"data:image/webp;base64,{base64.b64encode(body).decode()}")
        for key, body in album().previews(token).items()
    ]
    return render_template(
        "actor/photo_cut.html",
        head=head,
        token=token,
        shown=shown,
        chosen=chosen,
        alt=alt,
        error=error,
        limit=PROFILE_PARTS["photo_alt"].limit,
    )


def choose_cut(candidacy_id: int) -> ResponseReturnValue:
    """Cut, encode, and put the photograph into the working copy of the trajectory."""
    token, alt = request.form.get("token", ""), request.form.get("photo_alt", "")
    cut = BY_KEY.get(request.form.get("cut", ""), CUTS[1])
    if not alt.strip():
        error = _("Describa la fotografía para quien no puede verla.")
        return cut_page(candidacy_id, token, cut.key, alt, error), 422
    with reading() as session:
        profile = own.own_profile(session, owner_of(), candidacy_id)
    name = album().finish(token, cut)
    try:
        keep(candidacy_id, profile, name, alt)
    except Refused as refusal:
        return cut_page(candidacy_id, token, cut.key, alt, str(refusal)), 422
    except StaleProfile:
        error = _("Otra persona guardó cambios. Presione otra vez para poner la fotografía.")
        return cut_page(candidacy_id, token, cut.key, alt, error), 409
    flash(_("Guardamos la fotografía como borrador."), "success")
    return redirect(url_for("actor.candidate", candidacy_id=candidacy_id), 303)


def remove_photo(candidacy_id: int) -> ResponseReturnValue:
    """Take the photograph out of the working copy."""
    with reading() as session:
        profile = own.own_profile(session, owner_of(), candidacy_id)
    keep(candidacy_id, profile, "", "")
    flash(_("Quitamos la fotografía del borrador."), "success")
    return redirect(url_for("actor.candidate", candidacy_id=candidacy_id), 303)


def keep(candidacy_id: int, profile: own.OwnProfile, name: str, alt: str) -> None:
    """Save the working copy with this photograph."""
    with transaction() as (session, now):
        save_profile(
            session, owner_of(), candidacy_id, replace(profile.text, photo=name, photo_alt=alt),
            revision=profile.revision, at=now, by=visitor().id,
        )  # fmt: skip


def photo_file(candidacy_id: int, name: str, ending: str) -> ResponseReturnValue:
    """An own photograph, published or not; another candidacy's does not exist here."""
    with reading() as session:
        profile = own.own_profile(session, owner_of(), candidacy_id)
    shown = profile.shown.photo if profile.shown else ""
    if name not in (profile.text.photo, shown):
        raise NotFound("Esa fotografía no existe.")
    answer: Response = send_file(
        album().find(name, ending), mimetype=TYPES[ending], etag=False, last_modified=None
    )
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def album() -> Album:
    """Where photographs lie."""
    return Album(resources().settings.files_folder)

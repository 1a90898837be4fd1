"""Bulletins at the staff's desk: writing, pictures, the hour they appear, corrections."""

from dataclasses import dataclass, field

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.catalog.photos import PhotoRefused
from decide.desk.fields import LONGEST_ALT, FieldRefused
from decide.desk.pictures import TYPES, Drawer
from decide.errors import Conflict, Refused
from decide.newsroom import actions, queries
from decide.newsroom.actions import Writing
from decide.newsroom.kinds import (
    LONGEST_NOTE,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_IMAGES,
    BulletinState,
)
from decide.newsroom.queries import Desk
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.calendar import instant, local
from decide.web.staff.paging import leaf_of

FIELDS = ("title", "summary", "text", "note")
LIMITS = {
    "title": LONGEST_TITLE, "summary": LONGEST_SUMMARY, "text": LONGEST_TEXT,
    "note": LONGEST_NOTE, "alt": LONGEST_ALT, "images": MOST_IMAGES,
}  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """What stands in the boxes, and what is to be said about it."""

    fields: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    conflict: str = ""
    status: int = 200


def mount(door: Blueprint) -> None:
    """Addresses of this module, and its words."""
    place = "/boletines/<int:bulletin_id>"
    door.add_url_rule("/boletines", view_func=bulletins)
    door.add_url_rule("/boletines/nuevo", view_func=new_bulletin, methods=["GET", "POST"])
    door.add_url_rule(place, view_func=bulletin)
    door.add_url_rule(place, view_func=save_bulletin, methods=["POST"])
    door.add_url_rule(f"{place}/imagenes", view_func=add_image, methods=["POST"])
    door.add_url_rule(f"{place}/imagenes/quitar", view_func=drop_image, methods=["POST"])
    door.add_url_rule(f"{place}/publicar", view_func=publish_bulletin, methods=["POST"])
    door.add_url_rule(f"{place}/no-programar", view_func=unschedule_bulletin, methods=["POST"])
    door.add_url_rule(f"{place}/retirar", view_func=withdraw_bulletin, methods=["POST"])
    door.add_url_rule(
        "/boletines/imagenes/<string:name>.<string:ending>", view_func=bulletin_picture
    )
    door.add_app_template_filter(bulletin_state_words)


def bulletins() -> ResponseReturnValue:
    """All bulletins, and how many are on the mail list."""
    with reading() as session:
        leaf = leaf_of(queries.count(session), "staff.bulletins")
        lines = queries.desk_lines(session, start=leaf.start, size=leaf.size)
        size = queries.list_size(session)
    return render_template(
        "staff/bulletins.html", lines=lines, leaf=leaf, size=size,
        served=bool(resources().settings.smtp_url),
    )  # fmt: skip


def new_bulletin() -> ResponseReturnValue:
    """An empty form; saving makes a draft."""
    if request.method == "GET":
        return form_page(None, Typed())
    return saved(None)


def bulletin(bulletin_id: int) -> ResponseReturnValue:
    """One bulletin: form, preview, pictures, what can be done with it."""
    return form_page(bulletin_id, Typed())


def save_bulletin(bulletin_id: int) -> ResponseReturnValue:
    """Keep the working version."""
    return saved(bulletin_id)


def saved(bulletin_id: int | None) -> ResponseReturnValue:
    """Keep what was typed; whatever goes wrong, it comes back."""
    fields = {name: request.form.get(name, "") for name in FIELDS}
    fields["by_mail"] = request.form.get("by_mail", "")
    writing = Writing(
        title=fields["title"], summary=fields["summary"], text=fields["text"],
        note=fields["note"], by_mail=bool(fields["by_mail"]),
    )  # fmt: skip
    try:
        with transaction() as (session, now):
            number = actions.write(
                session, bulletin_id, writing, revision=int_of(request.form.get("revision", "")),
                at=now, by=visitor().id,
            )  # fmt: skip
    except FieldRefused as refusal:
        return form_page(bulletin_id, Typed(fields, {refusal.field: str(refusal)}, status=422))
    except Conflict as conflict:
        return form_page(bulletin_id, Typed(fields, conflict=str(conflict), status=409))
    flash(_("Guardamos el boletín. Todavía no se ve en el sitio."), "success")
    return redirect(url_for("staff.bulletin", bulletin_id=number), 303)


def add_image(bulletin_id: int) -> ResponseReturnValue:
    """Take a picture with its words."""
    sent = request.files.get("file")
    fields = {name: request.form.get(name, "") for name in ("alt", "caption")}
    if sent is None or not sent.filename:
        errors = {"file": _("Elija una imagen de su computadora.")}
        return form_page(bulletin_id, Typed(fields, errors, status=422))
    try:
        picture = Drawer(resources().settings.files_folder, "bulletins").receive(sent.stream)
        with transaction() as (session, now):
            actions.put_image(
                session, bulletin_id, picture, alt=fields["alt"], caption=fields["caption"],
                at=now, by=visitor().id,
            )  # fmt: skip
    except PhotoRefused as refusal:
        return form_page(bulletin_id, Typed(fields, {"file": str(refusal)}, status=422))
    except FieldRefused as refusal:
        return form_page(bulletin_id, Typed(fields, {refusal.field: str(refusal)}, status=422))
    flash(_("Agregamos la imagen a la versión de trabajo."), "success")
    return redirect(url_for("staff.bulletin", bulletin_id=bulletin_id), 303)


def drop_image(bulletin_id: int) -> ResponseReturnValue:
    """Take a picture out of the working version."""
    with transaction() as (session, now):
        actions.remove_image(
            session, bulletin_id, request.form.get("name", ""), at=now, by=visitor().id
        )
    flash(_("Quitamos la imagen de la versión de trabajo."), "success")
    return redirect(url_for("staff.bulletin", bulletin_id=bulletin_id), 303)


def publish_bulletin(bulletin_id: int) -> ResponseReturnValue:
    """Now, or at the instant in the box."""
    typed = request.form.get("due", "").strip()
    due = instant(typed) if typed else None
    if typed and due is None:
        errors = {"due": _("Escriba fecha y hora así: 2021-06-03 00:00.")}
        return form_page(bulletin_id, Typed({"due": typed}, errors, status=422))
    try:
        with transaction() as (session, now):
            if due is not None:
                actions.schedule(session, bulletin_id, due, at=now, by=visitor().id)
            else:
                actions.publish(session, bulletin_id, at=now, by=visitor().id)
    except FieldRefused as refusal:
        told = Typed({"due": typed}, {refusal.field: str(refusal)}, status=422)
        return form_page(bulletin_id, told)
    except Refused as refusal:
        flash(str(refusal), "error")
        return redirect(url_for("staff.bulletin", bulletin_id=bulletin_id), 303)
    flash(
        _("El boletín quedó programado.") if due else _("El boletín está en el sitio."), "success"
    )
    return redirect(url_for("staff.bulletin", bulletin_id=bulletin_id), 303)


def unschedule_bulletin(bulletin_id: int) -> ResponseReturnValue:
    """Back to a draft."""
    with transaction() as (session, now):
        actions.unschedule(session, bulletin_id, at=now, by=visitor().id)
    flash(_("El boletín volvió a ser borrador."), "success")
    return redirect(url_for("staff.bulletin", bulletin_id=bulletin_id), 303)


def withdraw_bulletin(bulletin_id: int) -> ResponseReturnValue:
    """Off the site, with a reason."""
    reason = request.form.get("reason", "")
    try:
        with transaction() as (session, now):
            actions.withdraw(session, bulletin_id, reason=reason, at=now, by=visitor().id)
    except FieldRefused as refusal:
        told = Typed({"reason": reason}, {refusal.field: str(refusal)}, status=422)
        return form_page(bulletin_id, told)
    flash(_("Retiramos el boletín del sitio."), "success")
    return redirect(url_for("staff.bulletin", bulletin_id=bulletin_id), 303)


def bulletin_picture(name: str, ending: str) -> ResponseReturnValue:
    """A picture that may not be public yet, for the preview."""
    path = Drawer(resources().settings.files_folder, "bulletins").find(name, ending)
    answer: Response = send_file(path, mimetype=TYPES[ending], max_age=0, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def form_page(bulletin_id: int | None, typed: Typed) -> ResponseReturnValue:
    """The desk with what was typed."""
    desk: Desk | None = None
    if bulletin_id is not None:
        with reading() as session:
            desk = queries.desk(session, bulletin_id)
    page = render_template(
        "staff/bulletin.html",
        desk=desk,
        fields=kept(desk) | typed.fields,
        errors=typed.errors,
        conflict=typed.conflict,
        limits=LIMITS,
        served=bool(resources().settings.smtp_url),
    )
    return make_response(page, typed.status)


def kept(desk: Desk | None) -> dict[str, str]:
    """What stands in the boxes before anybody types."""
    if desk is None:
        return {"by_mail": "1"}
    told = desk.working
    # What the last version changed is no word about the next one.
    note = told.note if desk.has_news else ""
    return {
        "title": told.title, "summary": told.summary, "text": told.text, "note": note,
        "by_mail": "1" if desk.by_mail else "", "due": local(desk.due_at),
    }  # fmt: skip


def int_of(text: str) -> int:
    """A revision; one that nobody has for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def bulletin_state_words(state: str) -> str:
    """Where a bulletin stands."""
    words: dict[str, str] = {
        BulletinState.DRAFT: _("Borrador"),
        BulletinState.SCHEDULED: _("Programado"),
        BulletinState.PUBLISHED: _("Publicado"),
        BulletinState.WITHDRAWN: _("Retirado"),
    }
    return words[state]

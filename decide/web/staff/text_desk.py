"""One text at the staff's desk: writing, preview, pictures, links, publication by two people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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

from decide.accounts import queries as accounts
from decide.catalog.entries import slug_of
from decide.catalog.photos import PhotoRefused
from decide.changes import actions as changes
from decide.changes import queries as changing
from decide.changes.actions import AlreadyProposed
from decide.changes.states import Kind as ChangeKind
from decide.desk.fields import LONGEST_ALT, FieldRefused
from decide.desk.pictures import TYPES, Drawer
from decide.editorial import actions, rules
from decide.editorial import desk as desks
from decide.editorial import queries as glossary
from decide.editorial.actions import StaleText, Unfit
from decide.editorial.desk import Desk
from decide.editorial.entries import Entry, Library
from decide.editorial.entries import Text as TextEntry
from decide.editorial.kinds import (
    FIELDS,
    LONGEST_NOTE,
    MOST_IMAGES,
    PICTURES,
    SPANISH,
    STEPS,
    STEPS_OF,
    TAKES_NEW,
    WITH_EASY,
    WITH_IMAGES,
    Form,
    Key,
)
from decide.editorial.plain import HARD_BELOW, PLAIN_FROM, measured
from decide.editorial.shape import Fields, count_of_steps, entry_of, tidied
from decide.errors import Refused
from decide.kernel.db import Session
from decide.web.shared.context import library, reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.shared.site import site_words
from decide.web.staff.calendar import instant
from decide.web.staff.text_links import findings
from decide.web.staff.text_page import public_page, typed_page
from decide.web.staff.text_words import (
    box_words,
    boxes_of,
    hint_of,
    key_of,
    languages,
    rows_of,
    text_url,
)

DUE_HINT = "2021-06-03 00:00"


@dataclass(frozen=True)
class Typed:
    """What stands in the boxes, and what is to be said about it. No `fields`: as they were kept."""

    fields: Fields = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    stale: StaleText | None = None
    preview: bool = False
    status: int = 200


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    place = "/textos/<string:language>/<string:what>/<string:slug>"
    door.add_url_rule(place, view_func=text)
    for path, view in (
        ("", save_text),
        ("/imagenes", add_text_image),
        ("/imagenes/quitar", drop_text_image),
        ("/enlaces", review_text_link),
        ("/publicar", propose_text),
        ("/no-programar", unschedule_text),
        ("/descartar", discard_text),
        ("/retirar", withdraw_text),
        ("/versiones/<int:version>/volver", restore_text),
    ):
        door.add_url_rule(place + path, view_func=view, methods=["POST"])
    door.add_url_rule(f"{place}/versiones/<int:version>", view_func=text_version)
    door.add_url_rule("/textos/imagenes/<string:name>.<string:ending>", view_func=text_picture)


def text(language: str, what: str, slug: str) -> ResponseReturnValue:
    """One text: form, preview, pictures, links, versions, and what can be done with it."""
    return desk_page(key_of(language, what, slug), Typed())


def save_text(language: str, what: str, slug: str) -> ResponseReturnValue:
    """Keep the draft, or only show what was typed, here or on its page; errors bring it back."""
    key = key_of(language, what, slug)
    sent = request.form.to_dict()
    fields = tidied(key.kind, named_terms(sent, key, library()))
    more = {"note": sent.get("note", "")}
    if sent.get("do") == "preview":
        return desk_page(key, Typed(fields, more, preview=True))
    if sent.get("do") == "page":
        return typed_page(key, fields)
    revision = int_of(sent.get("revision", ""))
    try:
        with transaction() as (session, now):
            desks.desk(session, key, ())  # NotFound before a row is made
            actions.write(
                session, key, fields, note=more["note"], revision=revision,
                at=now, by=visitor().id,
            )  # fmt: skip
    except FieldRefused as refusal:
        return desk_page(key, Typed(fields, more, {refusal.field: str(refusal)}, status=422))
    except StaleText as stale:
        return desk_page(key, Typed(fields, more, stale=stale, status=409))
    flash(_("Guardamos el borrador. Todavía no se ve en el sitio."), "success")
    return back(key)


def propose_text(language: str, what: str, slug: str) -> ResponseReturnValue:
    """Ask that a second person publishes the draft, now or at an hour."""
    key = key_of(language, what, slug)
    typed = {name: request.form.get(name, "").strip() for name in ("reason", "due")}
    due = instant(typed["due"]) if typed["due"] else None
    if typed["due"] and due is None:
        told = _("Escriba fecha y hora así: %(form)s.", form=DUE_HINT)
        return desk_page(key, Typed(more=typed, errors={"due": told}, status=422))
    if not typed["reason"]:
        told = _("Escriba el motivo. Lo leerá quien lo confirme.")
        return desk_page(key, Typed(more=typed, errors={"reason": told}, status=422))
    try:
        with transaction() as (session, now):
            number = proposed(session, key, typed["reason"], due, now)
    except Unfit as refusal:
        return desk_page(key, Typed(more=typed, errors=refusal.faults, status=422))
    except FieldRefused as refusal:
        told = {refusal.field: str(refusal)}
        return desk_page(key, Typed(more=typed, errors=told, status=422))
    except (Refused, AlreadyProposed) as refusal:
        flash(str(refusal), "error")
        return back(key)
    flash(_("Falta que otra persona lo confirme. Mientras tanto no cambia nada."), "info")
    return redirect(url_for("staff.change", change_id=number), 303)


def proposed(
    session: Session, key: Key, reason: str, due: datetime | None, now: datetime
) -> int:  # fmt: skip
    """Write the proposal down; its number."""
    if due is not None and due <= now:
        raise FieldRefused("due", "Elija una fecha y hora que todavía no pasan.")
    version = actions.check_fit(session, key, library())
    found = desks.desk(session, key, ())
    wrong = next((each for each in findings(key, found.fields) if each.wrong), None)
    if wrong is not None:
        raise FieldRefused(wrong.box, f"El enlace «{wrong.address}» no sirve. {wrong.remedy}")
    if found.revision != int_of(request.form.get("revision", "")):
        raise Refused("Otra persona cambió el texto. Léalo otra vez y pida que se publique.")
    differing = [name for name, _pieces in desks.differing(found.before, found.fields)]
    return changes.propose(
        session,
        ChangeKind.PUBLISH_TEXT,
        about=str(key),
        title=_("Publicar «%(name)s»", name=found.name),
        told={
            "revision": found.revision,
            "version": version,
            "due_at": due.isoformat() if due else None,
            "before": {name: found.before.get(name, "") for name in differing},
            "after": {name: found.fields.get(name, "") for name in differing},
        },
        reason=reason,
        at=now,
        by=visitor().id,
    )


def add_text_image(language: str, what: str, slug: str) -> ResponseReturnValue:
    """Take a picture with its words into the draft."""
    key = key_of(language, what, slug)
    sent = request.files.get("file")
    more = {name: request.form.get(name, "") for name in ("alt", "caption")}
    if sent is None or not sent.filename:
        told = {"file": _("Elija una imagen de su computadora.")}
        return desk_page(key, Typed(more=more, errors=told, status=422))
    try:
        picture = Drawer(resources().settings.files_folder, "texts").receive(sent.stream)
        with transaction() as (session, now):
            actions.put_image(
                session, key, picture, alt=more["alt"], caption=more["caption"],
                at=now, by=visitor().id,
            )  # fmt: skip
    except PhotoRefused as refusal:
        return desk_page(key, Typed(more=more, errors={"file": str(refusal)}, status=422))
    except FieldRefused as refusal:
        return desk_page(key, Typed(more=more, errors={refusal.field: str(refusal)}, status=422))
    flash(_("Agregamos la imagen al borrador."), "success")
    return back(key)


def drop_text_image(language: str, what: str, slug: str) -> ResponseReturnValue:
    """Take a picture out of the draft."""
    key = key_of(language, what, slug)
    with transaction() as (session, now):
        name = request.form.get("name", "")
        actions.remove_image(session, key, name, at=now, by=visitor().id)
    flash(_("Quitamos la imagen del borrador."), "success")
    return back(key)


def review_text_link(language: str, what: str, slug: str) -> ResponseReturnValue:
    """Note that somebody opened an address of another site and that it is right."""
    key = key_of(language, what, slug)
    address = request.form.get("address", "")
    with transaction() as (session, now):
        found = desks.desk(session, key, ())
        if address not in {each.address for each in found.reviewed}:
            raise Refused("Ese enlace ya no está en el texto. Mire la página otra vez.")
        actions.review_link(session, key, address, at=now, by=visitor().id)
    flash(_("Anotamos que revisó el enlace."), "success")
    return back(key)


def unschedule_text(language: str, what: str, slug: str) -> ResponseReturnValue:
    """Back to a draft."""
    key = key_of(language, what, slug)
    with transaction() as (session, now):
        actions.unschedule(session, key, at=now, by=visitor().id)
    flash(_("Ya no se publicará a esa hora. El texto volvió a ser borrador."), "success")
    return back(key)


def discard_text(language: str, what: str, slug: str) -> ResponseReturnValue:
    """Put the draft aside."""
    key = key_of(language, what, slug)
    with transaction() as (session, now):
        actions.discard(session, key, at=now, by=visitor().id)
    flash(_("Dejamos el borrador. Sigue en la lista de versiones."), "success")
    return back(key)


def withdraw_text(language: str, what: str, slug: str) -> ResponseReturnValue:
    """Off the site, with a reason."""
    key = key_of(language, what, slug)
    reason = request.form.get("reason", "")
    try:
        with transaction() as (session, now):
            actions.withdraw(session, key, reason=reason, at=now, by=visitor().id)
    except FieldRefused as refusal:
        told = {"withdraw": str(refusal)}
        return desk_page(key, Typed(more={"withdraw": reason}, errors=told, status=422))
    flash(_("Retiramos el texto del sitio."), "success")
    return back(key)


def restore_text(language: str, what: str, slug: str, version: int) -> ResponseReturnValue:
    """A new draft of a former version."""
    key = key_of(language, what, slug)
    with transaction() as (session, now):
        actions.restore(session, key, version, at=now, by=visitor().id)
    flash(_("Hicimos un borrador con esa versión. Revíselo y pida que se publique."), "success")
    return back(key)


def text_version(language: str, what: str, slug: str, version: int) -> ResponseReturnValue:
    """One version beside what is shown now or another one: what changed, word by word."""
    key = key_of(language, what, slug)
    with reading() as session:
        found = desks.desk(session, key, ())
        fields = desks.version_fields(session, key, version)
        other = int_of(request.args.get("contra", ""))
        before = desks.version_fields(session, key, other) if other >= 0 else found.before
    return render_template(
        "staff/text_version.html",
        desk=found,
        number=version,
        other=other if other >= 0 else found.shown,
        parts=desks.differing(before, fields),
        entry=preview_of(key, fields, found),
    )


def text_picture(name: str, ending: str) -> ResponseReturnValue:
    """A picture that may not be public yet, for the preview."""
    path = Drawer(resources().settings.files_folder, "texts").find(name, ending)
    answer: Response = send_file(path, mimetype=TYPES[ending], max_age=0, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def back(key: Key) -> ResponseReturnValue:
    """To the desk of the text."""
    return redirect(text_url(key), 303)


def desk_page(key: Key, typed: Typed) -> ResponseReturnValue:
    """The desk with what was typed."""
    with reading() as session:
        found = desks.desk(session, key, languages())
        waiting = changing.open_about(session, ChangeKind.PUBLISH_TEXT, str(key))
        people = {account.id: account.person for account in accounts.accounts(session)}
    fields = typed.fields or found.fields
    known = library()
    theirs: Mapping[str, str] = typed.stale.theirs if typed.stale else {}
    page = render_template(
        "staff/text.html",
        desk=found,
        fields=fields,
        more={"note": found.note, **typed.more},
        errors=typed.errors,
        named_errors=named_errors(typed.errors, key),
        stale=typed.stale,
        theirs=desks.differing(theirs, fields) if typed.stale else (),
        preview=typed.preview,
        entry=preview_of(key, fields, found),
        spanish=[
            (box_words(box, key.kind), value) for box, value in found.spanish.items() if value
        ],
        boxes=shown_boxes(key, fields, known),
        unfit=named_errors(rules.unfit(key.kind, key.slug, fields, known), key),
        meter=measured(rules.words_of(fields, key.kind).values())
        if key.language == SPANISH
        else None,
        marks=(PLAIN_FROM, HARD_BELOW),
        links=findings(key, fields),
        people=people,
        waiting=waiting,
        limits={"note": LONGEST_NOTE, "alt": LONGEST_ALT, "images": MOST_IMAGES},
        takes={
            "images": key.kind in WITH_IMAGES,
            "easy": key.kind in WITH_EASY,
            "withdrawal": not found.shipped and found.shown is not None,
            "new": key.kind in TAKES_NEW,
        },
        public_page=public_page(key, known),
    )
    return make_response(page, typed.status)


def shown_boxes(key: Key, fields: Fields, known: Library) -> list[dict[str, Any]]:
    """The boxes of the form, with one step more than there is."""
    kind = key.kind
    steps = min(count_of_steps(fields) + 1, STEPS_OF.get(kind, 0)) if kind in STEPS else 0
    names = {slug: each.term for slug, each in known.terms.items()}
    choices: dict[Form, list[tuple[str, str]]] = {
        Form.CATEGORY: [(each, each.capitalize()) for each in glossary.categories(known)],
        Form.PICTURE: [(each, each.replace("-", " ").capitalize()) for each in PICTURES],
    }
    made = []
    for box, each in boxes_of(kind, steps):
        value = fields.get(box, "")
        if each.form is Form.TERMS:
            value = "\n".join(names.get(slug, slug) for slug in value.split("\n"))
        made.append(
            {
                "name": box, "label": box_words(box, kind), "value": value,
                "hint": hint_of(kind, each), "rows": rows_of(each.form), "limit": each.longest,
                "optional": not each.needed, "options": choices.get(each.form),
            }
        )  # fmt: skip
    return made


def named_terms(sent: Fields, key: Key, known: Library) -> dict[str, str]:
    """The form with the names of terms as the last parts of their addresses."""
    slugs = {each.term.casefold(): slug for slug, each in known.terms.items()}
    told = dict(sent)
    for each in FIELDS[key.kind]:
        if each.form is Form.TERMS:
            lines = [line.strip() for line in sent.get(each.name, "").splitlines() if line.strip()]
            found = (slugs.get(line.casefold(), slug_of(line)) for line in lines)
            told[each.name] = "\n".join(dict.fromkeys(found))
    return told


def named_errors(errors: Mapping[str, str], key: Key) -> list[tuple[str, str]]:
    """Errors as the summary above a form takes them: the box, and a sentence that names it."""
    told = []
    for box, sentence in errors.items():
        label = box_words("reason" if box == "withdraw" else box, key.kind)
        told.append((box, f"{label}: {sentence}"))
    return told


def preview_of(key: Key, fields: Fields, found: Desk) -> Entry:
    """The text as the public would read it."""
    entry = entry_of(key.kind, key.slug, fields, found.images)
    return entry.filled(site_words()) if isinstance(entry, TextEntry) else entry


def int_of(text: str) -> int:
    """A number that a form brings; one that nobody has for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1

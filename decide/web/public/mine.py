"""“Mis opiniones”: what this device said; changing it, taking it back, carrying it, erasing all."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from decide.errors import NotFound, Unavailable
from decide.participation import folio as codes
from decide.participation.choices import Choice
from decide.participation.device import Device, cookie_name
from decide.participation.folio import WrongFolio
from decide.participation.own import Own, erase, own, withdraw_own_idea
from decide.web.public.citizen import device_here, give
from decide.web.shared.context import door, reading, resources, transaction
from decide.web.shared.failures import page
from decide.web.shared.qr import qr_of
from decide.web.shared.wording import gettext as _
from decide.web.shared.wording import refusal

PATIENCE = 2.0  # seconds that a page waits for its turn
WORDS = {Choice.LIKE: "like", Choice.DISLIKE: "dislike", Choice.NONE: "none"}


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/opiniones", view_func=mine)
    door.add_url_rule("/opiniones/ideas/<int:idea_id>/retirar", view_func=take_back)
    door.add_url_rule(
        "/opiniones/ideas/<int:idea_id>/retirar", view_func=taken_back, methods=["POST"]
    )
    door.add_url_rule("/opiniones/borrar", view_func=forget)
    door.add_url_rule("/opiniones/borrar", view_func=forgotten, methods=["POST"])
    door.add_url_rule("/opiniones/llevar", view_func=carry, methods=["POST"])
    door.add_url_rule("/opiniones/traer", view_func=bring)
    door.add_url_rule("/opiniones/traer", view_func=brought, methods=["POST"])


def mine() -> ResponseReturnValue:
    """Everything this device said; an empty page for a device that said nothing."""
    device = device_here()
    if device is None:
        return personal("public/mine.html", own=Own((), ()), words=WORDS)
    if not door().looks.take(device.identity):
        return page(429, _("Abrió esta página muchas veces. Espere unos minutos."), retry_after=300)
    if not door().looking.acquire(timeout=PATIENCE):
        raise Unavailable(_("Hay mucha gente aquí ahora. Inténtelo de nuevo en un momento."))
    try:
        with reading() as session:
            found = own(door(), device, session)
    finally:
        door().looking.release()
    return personal("public/mine.html", own=found, words=WORDS)


def take_back(idea_id: int) -> ResponseReturnValue:
    """Asking once more before an idea's words are erased."""
    return personal("public/mine_idea.html", idea_id=idea_id)


def taken_back(idea_id: int) -> ResponseReturnValue:
    """Erase one idea of this device."""
    device = needed()
    with transaction() as (session, _now):
        if not withdraw_own_idea(door(), device, session, idea_id):
            raise NotFound(_("Esa idea no es de este aparato, o ya la retiró."))
    return redirect(url_for("public.mine"), 303)


def forget() -> ResponseReturnValue:
    """Asking once more before everything is withdrawn and the device forgotten."""
    return personal("public/mine_forget.html")


def forgotten() -> ResponseReturnValue:
    """Withdraw all and take the cookie away: nobody can say any more what this device was."""
    device = needed()
    with transaction() as (session, _now):
        closed = erase(door(), device, session)
    response = personal("public/mine_forgotten.html", closed=closed)
    settings = resources().settings
    response.delete_cookie(
        cookie_name(https=settings.https), path="/", secure=settings.https, httponly=True
    )
    return response


def carry() -> ResponseReturnValue:
    """The device's code, to go on from another phone. Asked by POST: it is as good as the phone."""
    code = codes.written(codes.Folio(needed().identity))
    address = f"{resources().settings.public_url}{url_for('public.bring')}#{code}"
    return personal("public/mine_carry.html", code=code, qr=qr_of(address))


def bring() -> ResponseReturnValue:
    """The form for a code. A QR code brings it behind “#”, which no server and no log ever sees."""
    return personal("public/mine_bring.html", typed="", error="")


def brought() -> ResponseReturnValue:
    """Become the device of a code."""
    typed = request.form.get("code", "")[:200]
    try:
        identity = codes.parse(typed)
    except WrongFolio as error:
        sentence = (
            refusal(error).replace("folio", _("código"))
            if typed.strip()
            else _("Escriba el código que muestra el otro aparato.")
        )
        answer = personal("public/mine_bring.html", typed=typed, error=sentence)
        answer.status_code = 422
        return answer
    response = make_response(redirect(url_for("public.mine"), 303))
    give(response, identity)
    return response


def needed() -> Device:
    """The device of this request; NotFound without one."""
    device = device_here()
    if device is None:
        raise NotFound(_("Este aparato todavía no ha opinado aquí."))
    return device


def personal(template: str, **values: object) -> Response:
    """A page for this device only."""
    response = make_response(render_template(template, **values))
    response.headers["Cache-Control"] = "no-store"
    return response

"""The mail list: asking, confirming, leaving. No page tells whether an address is on it.

Links of mails open a page with one button, because programs that look through mails follow links.
"""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from decide.errors import NotFound
from decide.kernel.pace import Pace
from decide.newsroom import subscribers
from decide.newsroom.sealing import CONFIRM, LEAVE, Secrets
from decide.web.shared.context import resources, snapshot, transaction
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _
from decide.web.shared.wording import refusal

HOUR = 3600
MOST = 60  # wishes of one network in an hour: a classroom, not a machine


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/lista-de-correo", view_func=mail_list)
    door.add_url_rule("/lista-de-correo", view_func=join_list, methods=["POST"])
    door.add_url_rule("/lista-de-correo/enviado", view_func=list_asked)
    door.add_url_rule("/lista-de-correo/listo", view_func=list_joined)
    door.add_url_rule("/lista-de-correo/adios", view_func=list_left)
    for path, view in (("confirmar", confirm_list), ("baja", leave_list)):
        door.add_url_rule(
            f"/lista-de-correo/{path}/<string:token>", view_func=view, methods=["GET", "POST"]
        )


@cacheable
def mail_list() -> ResponseReturnValue:
    """The form; where no mail can be sent there is none."""
    must_send()
    return form_page()


def join_list() -> ResponseReturnValue:
    """Note a wish; whatever goes wrong, what was typed comes back."""
    must_send()
    typed = request.form.get("correo", "")[:1000]
    own = resources()
    pace = Pace(own.queue, "mail-list", most=MOST, seconds=HOUR)
    if pace.wait(request.remote_addr, snapshot().picture().now()):
        notice = _("Llegaron demasiados envíos desde su red. Inténtelo de nuevo en una hora.")
        return make_response(form_page(typed, notice=notice), 429)
    try:
        with transaction() as (session, now):
            subscribers.ask(session, own.settings, typed, at=now)
    except subscribers.AddressRefused as refused:
        return make_response(form_page(typed, error=refusal(refused)), 422)
    return redirect(url_for("public.list_asked"), 303)


@cacheable
def list_asked() -> ResponseReturnValue:
    """A mail is on its way, if the address is new."""
    must_send()
    return done(
        _("Revise su correo"),
        _("Si esa dirección no estaba en la lista, le llegará un enlace para confirmar."),
        _("El enlace vale por 48 horas. Si no lo ve, revise el correo no deseado."),
    )


def confirm_list(token: str) -> ResponseReturnValue:
    """A button; pressing it confirms."""
    settings = resources().settings
    Secrets(settings).opened(CONFIRM, token)
    if request.method == "GET":
        return asked(
            _("Recibir los boletines"), _("Presione el botón y le enviaremos los próximos."),
            _("Confirmar mi correo"),
        )  # fmt: skip
    with transaction() as (session, now):
        subscribers.confirm(session, settings, token, at=now)
    return redirect(url_for("public.list_joined"), 303)


@cacheable
def list_joined() -> ResponseReturnValue:
    """It is done."""
    return done(
        _("Su correo está confirmado"),
        _("Le escribiremos cuando haya un boletín nuevo."),
        _("Cada correo trae un enlace para dejar la lista."),
    )


def leave_list(token: str) -> ResponseReturnValue:
    """A button; pressing it, or a mail program's own, deletes the address."""
    settings = resources().settings
    Secrets(settings).opened(LEAVE, token)
    if request.method == "GET":
        return asked(
            _("Dejar de recibir boletines"), _("Presione el botón y borraremos su dirección."),
            _("Borrar mi dirección"),
        )  # fmt: skip
    with transaction() as (session, _now):
        subscribers.leave(session, settings, token)
    return redirect(url_for("public.list_left"), 303)


@cacheable
def list_left() -> ResponseReturnValue:
    """It is done."""
    return done(
        _("Borramos su dirección"),
        _("Ya no le escribiremos. No guardamos copia de su correo."),
        "",
    )


def must_send() -> None:
    """NotFound where the service sends no mail."""
    if not resources().settings.smtp_url:
        raise NotFound(_("Aquí no se envían correos. Siga los boletines en la sala de prensa."))


def form_page(typed: str = "", error: str = "", notice: str = "") -> str:
    """The form with what was typed."""
    return render_template("public/mail_list.html", typed=typed, error=error, held=notice)


def asked(title: str, text: str, press: str) -> ResponseReturnValue:
    """One button, at the address of the link."""
    page = render_template("public/mail_list_press.html", title=title, text=text, press=press)
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def done(title: str, text: str, more: str) -> str:
    """What has become of it."""
    return render_template("public/mail_list_done.html", title=title, text=text, more=more)

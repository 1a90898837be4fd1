"""ARCO requests: what the law lets everybody ask about their data, without an account.

The number of a request stands in no address: it is shown once, and typed into a form.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from decide.errors import NotFound, Refused, Unavailable
from decide.kernel.db import Session
from decide.kernel.pace import Pace
from decide.listening import requests, standing
from decide.listening.deadlines import WORKING_DAYS
from decide.listening.kinds import LONGEST_REQUEST, RequestState, Right
from decide.participation.folio import Folio, WrongFolio, parse, written
from decide.participation.patience import UNREAD
from decide.settings import Settings
from decide.web.public.voices import HOUR, pause, today
from decide.web.shared.context import door, resources, snapshot
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _
from decide.web.shared.wording import refusal, said

TOKEN = 64  # characters that are kept of what a form says is its token


@dataclass(frozen=True)
class Typed:
    """What came with a form and what is to be said about it."""

    token: str = ""
    kind: str = ""
    text: str = ""
    address: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""
    status: int = 200


def mount(door: Blueprint) -> None:
    """Addresses of this module, and its words."""
    door.add_url_rule("/privacidad/derechos", view_func=rights)
    door.add_url_rule("/privacidad/derechos", view_func=ask, methods=["POST"])
    door.add_url_rule("/privacidad/derechos/estado", view_func=request_state)
    door.add_url_rule("/privacidad/derechos/estado", view_func=look_up_request, methods=["POST"])
    door.add_url_rule("/privacidad/derechos/retirar", view_func=withdraw_request, methods=["POST"])
    door.add_app_template_filter(right_words)
    door.add_app_template_filter(request_words)


def rights() -> ResponseReturnValue:
    """The empty form. Each has a token of its own, so that sending it twice asks once.

    Not kept by anybody but the browser, for its way back.
    """
    answer = form_page(Typed(token=secrets.token_hex(16)))
    answer.headers["Cache-Control"] = "private, max-age=0"
    return answer


def ask() -> ResponseReturnValue:
    """Keep a request and show its number; whatever goes wrong, what was typed comes back."""
    token = request.form.get("forma", "")[:TOKEN] or secrets.token_hex(16)
    kind, text = request.form.get("derecho", ""), request.form.get("texto", "")
    address = request.form.get("correo", "")
    asking = requests.Asking(token=token, kind=kind, text=text, address=address)
    typed = Typed(token, kind, text, address)
    try:
        if too_fast():
            return form_page(replace(typed, notice=pause(), status=429))
        own, day = resources(), today()
        number, kept = door().patience.transaction(
            lambda session: kept_request(session, own.settings, asking, day)
        )
    except requests.FormRefused as error:
        return form_page(
            replace(
                typed, errors={name: said(text) for name, text in error.errors.items()}, status=422
            )
        )
    except Unavailable as error:
        return form_page(replace(typed, notice=refusal(error), status=503))
    page = render_template(
        "public/rights_received.html",
        code=written(Folio(number)),
        asked=kept,
        now=snapshot().picture().now(),
    )
    return unkept(page)


@cacheable
def request_state() -> ResponseReturnValue:
    """The form for a number."""
    return render_template("public/rights_look_up.html", typed="", error="")


def look_up_request() -> ResponseReturnValue:
    """State, due date and answer for who has the number; it is never put into an address."""
    typed = request.form.get("folio", "")[:200]
    try:
        number = number_of(typed)
        found = door().patience.transaction(
            lambda session: standing.by_number(session, number), away=UNREAD
        )
    except (Refused, NotFound) as error:
        page = render_template("public/rights_look_up.html", typed=typed, error=refusal(error))
        return make_response(page, 422 if isinstance(error, Refused) else 404)
    return state_page(number, found)


def withdraw_request() -> ResponseReturnValue:
    """Take the request back: its text goes."""
    number = number_of(request.form.get("folio", "")[:200])
    at = snapshot().picture().now()

    def deed(session: Session) -> standing.Request:
        requests.withdraw(session, number, at=at)
        return standing.by_number(session, number)

    return state_page(number, door().patience.transaction(deed))


def kept_request(
    session: Session, settings: Settings, asking: requests.Asking, day: date
) -> tuple[bytes, standing.Request]:
    """Keep it, and what is known of it now."""
    number = requests.ask(session, settings, asking, day=day)
    return number, standing.by_number(session, number)


def form_page(typed: Typed) -> Response:
    """The form with what was typed."""
    page = render_template(
        "public/rights.html",
        typed=typed,
        kinds=[each.value for each in Right],
        limit=LONGEST_REQUEST,
        days=WORKING_DAYS,
    )
    return make_response(page, typed.status)


def state_page(number: bytes, found: standing.Request) -> Response:
    """What has become of a request."""
    page = render_template(
        "public/rights_state.html",
        code=written(Folio(number)),
        asked=found,
        overdue=found.is_overdue(today()),
        now=snapshot().picture().now(),
    )
    return unkept(page)


def unkept(page: str) -> Response:
    """A page that nobody may keep, for it is about one person."""
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def number_of(typed: str) -> bytes:
    """The number as it was typed; WrongFolio explains what is wrong with it."""
    if not typed.strip():
        raise WrongFolio("Escriba el folio que vio al enviar su solicitud.")
    return parse(typed)


def too_fast() -> bool:
    """Whether this network has sent too much in this hour."""
    own = resources()
    pace = Pace(own.queue, "rights", most=own.settings.voices_per_hour, seconds=HOUR)
    return pace.wait(request.remote_addr, snapshot().picture().now()) > 0


def right_words(kind: str) -> str:
    """What is asked for."""
    words: dict[str, str] = {
        Right.ACCESS: _("Ver mis datos (acceso)"),
        Right.RECTIFICATION: _("Corregir mis datos (rectificación)"),
        Right.CANCELLATION: _("Borrar mis datos (cancelación)"),
        Right.OPPOSITION: _("Que no se usen mis datos (oposición)"),
    }
    return words[kind]


def request_words(state: str) -> str:
    """Where it stands."""
    words: dict[str, str] = {
        RequestState.RECEIVED: _("Recibida"),
        RequestState.IN_PROGRESS: _("En atención"),
        RequestState.ANSWERED: _("Respondida"),
        RequestState.WITHDRAWN: _("Retirada"),
    }
    return words[state]

"""ARCO requests: the list by due date, and answering one."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.listening import requests, standing
from decide.listening.kinds import FEWEST_WORDS, LONGEST_REPLY, RequestState
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.paging import leaf_of


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/derechos", endpoint="requests", view_func=request_list)
    door.add_url_rule("/derechos/<int:request_id>", view_func=request_form)
    door.add_url_rule(
        "/derechos/<int:request_id>/atender", view_func=take_up_request, methods=["POST"]
    )
    door.add_url_rule("/derechos/<int:request_id>", view_func=answer_request, methods=["POST"])


def request_list() -> ResponseReturnValue:
    """Requests without their texts, the nearest date first; `estado` keeps those of one state."""
    state = request.args.get("estado", "")
    if state and state not in set(RequestState):
        abort(404)
    with reading() as session:
        today = day_of(resources().clock.now(session))
        counts = standing.counts(session, today=today)
        total = counts.by_state[state] if state else sum(counts.by_state.values())
        leaf = leaf_of(total, "staff.requests")
        lines = standing.lines(session, state, today=today, start=leaf.start, size=leaf.size)
    return render_template(
        "staff/requests.html",
        lines=lines,
        leaf=leaf,
        counts=counts,
        state=state,
        states=[each.value for each in RequestState],
    )


def request_form(request_id: int) -> ResponseReturnValue:
    """One request, to be answered."""
    return request_page(request_id)


def take_up_request(request_id: int) -> ResponseReturnValue:
    """Say that somebody works on it; who asked sees it."""
    with transaction() as (session, now):
        requests.take_up(session, request_id, at=now, by=visitor().id)
    flash(_("La solicitud %(n)s está en atención.", n=request_id), "success")
    return redirect(url_for("staff.request_form", request_id=request_id), 303)


def answer_request(request_id: int) -> ResponseReturnValue:
    """Answer it; a text that cannot stay so comes back."""
    text = request.form.get("answer", "")
    try:
        with transaction() as (session, now):
            requests.answer(session, request_id, text, at=now, by=visitor().id)
    except requests.FormRefused as error:
        return request_page(request_id, text, error.errors, 422)
    flash(_("Guardamos la respuesta a la solicitud %(n)s.", n=request_id), "success")
    return redirect(url_for("staff.request_form", request_id=request_id), 303)


def request_page(
    request_id: int, text: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    """One request with what was typed."""
    with reading() as session:
        found = standing.request(session, request_id)
        today = day_of(resources().clock.now(session))
    page = render_template(
        "staff/request.html",
        asked=found,
        overdue=found.is_overdue(today),
        text=text,
        errors=errors or {},
        limit=LONGEST_REPLY,
        fewest=FEWEST_WORDS,
        served=bool(resources().settings.smtp_url),
    )
    return make_response(page, status)


def day_of(at: datetime) -> date:
    """The day of the authority's zone."""
    return at.astimezone(ZoneInfo(resources().settings.time_zone)).date()

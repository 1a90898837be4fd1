"""Folios: what became of an idea, the form to type one in, and taking an idea back."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from decide.calendar.rules import Area
from decide.delivery import answers
from decide.participation.actions import folio_state, withdraw_idea
from decide.participation.folio import WrongFolio, parse, written
from decide.participation.patience import UNREAD
from decide.web.shared.context import door, resources, snapshot, standing
from decide.web.shared.pages import cacheable
from decide.web.shared.qr import qr_of
from decide.web.shared.wording import refusal


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/folios", view_func=folios)
    door.add_url_rule("/folios", view_func=look_up, methods=["POST"])
    door.add_url_rule("/folios/<string:folio>", view_func=folio)
    door.add_url_rule("/folios/<string:folio>/retirar", view_func=withdrawal)
    door.add_url_rule("/folios/<string:folio>/retirar", view_func=withdraw, methods=["POST"])


@cacheable
def folios() -> ResponseReturnValue:
    """The form; a folio is typed here and never stands in a search address."""
    return render_template("public/folios.html", typed="", error="")


def look_up() -> ResponseReturnValue:
    """Check what was typed, explain a typing error, or go to the folio's page."""
    typed = request.form.get("folio", "")[:200]
    try:
        found = parse(typed)
    except WrongFolio as error:
        page = render_template("public/folios.html", typed=typed, error=refusal(error))
        return make_response(page, 422)
    return redirect(url_for("public.folio", folio=written(found)), 303)


def folio(folio: str) -> ResponseReturnValue:
    """What became of the idea; its text is not shown, for folios are shown around."""
    found = parse(folio)
    state = folio_state(door(), found)
    handed_over = Area.DELIVERY in standing().visible
    course = door().patience.transaction(
        lambda session: answers.course(session, found, delivered=handed_over), away=UNREAD
    )
    code = written(found)
    about = max(0, request.args.get("asunto", 0, type=int))
    address = resources().settings.public_url + url_for("public.folio", folio=code)
    return render_template(
        "public/folio.html",
        code=code,
        qr=qr_of(address),
        now=snapshot().picture().now(),
        state=state,
        course=course if state and not state.withdrawn_at else None,
        about=about,
        draft=f"idea-{about}",
    )


def withdrawal(folio: str) -> ResponseReturnValue:
    """Asking once more."""
    return render_template("public/folio_withdraw.html", code=written(parse(folio)))


def withdraw(folio: str) -> ResponseReturnValue:
    """Erase the text behind a folio."""
    found = parse(folio)
    withdraw_idea(door(), written(found))
    return redirect(url_for("public.folio", folio=written(found)), 303)

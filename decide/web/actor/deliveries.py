"""“Su base de datos”: what was delivered to this actor, and taking it home."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.accounts import confirming
from decide.accounts.roles import Role
from decide.calendar.rules import Area
from decide.delivery import actions, phrases, queries, receipts
from decide.delivery.receipts import Receipt
from decide.errors import NotFound, Refused
from decide.web.shared import handover, paper
from decide.web.shared.context import (
    must_see,
    reading,
    resources,
    snapshot,
    standing,
    transaction,
)
from decide.web.shared.login import actor_of, renew, visitor

DOWNLOADERS = frozenset({Role.COORDINATOR})
OWN_COPY = "Copia propia"


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    handover.mount(door)
    door.add_url_rule("/base-de-datos", view_func=deliveries)
    one = "/base-de-datos/<int:number>"
    door.add_url_rule(f"{one}/descargar", view_func=download_delivery, methods=["POST"])
    door.add_url_rule(f"{one}/acuse", view_func=acknowledge, methods=["POST"])
    door.add_url_rule(f"{one}/acuse.pdf", view_func=receipt_paper)
    door.add_url_rule(f"{one}/firma-del-acuse.txt", view_func=receipt_signature)


def deliveries() -> ResponseReturnValue:
    """What there is to receive; before the calendar opens it, when that will be."""
    if Area.DELIVERY not in standing().visible:
        return render_template("actor/deliveries_closed.html", opens_at=opens_at())
    return deliveries_page()


def deliveries_page(*, error: str = "") -> str:
    """The page, with what was wrong with the receipt's form."""
    with reading() as session:
        own = queries.deliveries_of(session, actor_of())
        ready = next((line for line in own if line.is_ready), None)
        receipt = receipts.receipt(session, ready.id) if ready else None
        taken = bool(ready) and visitor().id in {
            each.account_id for each in queries.downloads(session, ready.id if ready else 0)
        }
        locked = next(iter(phrases.printed(session, ready.id)), None) if ready else None
    may = visitor().role in DOWNLOADERS
    return render_template(
        "actor/deliveries.html",
        delivery=ready,
        coming=next((line for line in own if line.is_moving), None),
        older=[line for line in own if line.is_ready and line is not ready],
        may_download=may,
        receipt=receipt,
        may_sign=may and taken and receipt is None,
        phrase=locked,
        intact=ready is not None and handover.is_intact(ready),
        by_code=may and confirming.uses_codes(resources(), visitor()),
        error=error,
    )


def opens_at() -> datetime | None:
    """When the calendar will show deliveries; None when it does not say."""
    picture = snapshot().picture()
    now = picture.now()
    return min(
        (
            window.opens_at
            for window in picture.windows
            if Area.DELIVERY in window.visible and window.opens_at > now
        ),
        default=None,
    )


def download_delivery(number: int) -> ResponseReturnValue:
    """Hand the package over and write it down; another actor's does not exist."""
    must_see(Area.DELIVERY)
    if visitor().role not in DOWNLOADERS:
        abort(403)
    with transaction() as (session, now):
        line = queries.delivery_of(session, actor_of(), number)
        path = handover.located(line)
        if request.form.get("phrase"):
            path = handover.encrypted_copy(session, line)
        actions.note_download(session, line, at=now, by=visitor().id, reason=OWN_COPY)
    return handover.handed(path, line)


def acknowledge(number: int) -> ResponseReturnValue:
    """Sign for a package; who is at the keyboard is asked once more."""
    must_see(Area.DELIVERY)
    if visitor().role not in DOWNLOADERS:
        abort(403)
    who = visitor()
    with reading() as session:
        queries.delivery_of(session, actor_of(), number)
    try:
        by_code = confirming.uses_codes(resources(), who)
        confirming.confirm_again(resources(), who, request.form.get("code", "")[:300])
        renew()
        with transaction() as (session, now):
            folio = receipts.acknowledge(
                session, resources().settings, actor_of(), number,
                person=who.person, by_code=by_code, at=now, by=who.id,
            )  # fmt: skip
    except Refused as refusal:
        return deliveries_page(error=str(refusal)), 422
    flash(_("Firmó el acuse. Su folio es %(folio)s.", folio=folio), "success")
    return redirect(url_for("actor.deliveries"), 303)


def receipt_paper(number: int) -> ResponseReturnValue:
    """The receipt as it was given."""
    given = own_receipt(number)
    return paper.pdf(given.paper, f"{given.folio}.pdf")


def receipt_signature(number: int) -> ResponseReturnValue:
    """The note that signs the receipt's hash."""
    given = own_receipt(number)
    return paper.signature(given.signature, f"{given.folio}.firma.txt")


def own_receipt(number: int) -> Receipt:
    """The receipt of an own delivery; NotFound."""
    with reading() as session:
        line = queries.delivery_of(session, actor_of(), number)
        given = receipts.receipt(session, line.id)
    if given is None:
        raise NotFound(_("Esta entrega todavía no tiene acuse."))
    return given

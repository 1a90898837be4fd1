"""Papers of a delivery: the formal letter, the receipt, and copies handed over by hand."""

from datetime import date

from flask import Blueprint, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from decide.accounts.receipts import Receipts
from decide.delivery import letters, phrases, queries, receipts
from decide.delivery.receipts import Receipt
from decide.errors import NotFound, Refused
from decide.web.shared import paper
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.deliveries import delivery_page


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/entregas/<int:number>"
    door.add_url_rule(f"{one}/oficio", view_func=delivery_letter, methods=["POST"])
    door.add_url_rule(f"{one}/frase", view_func=delivery_phrase, methods=["POST"])
    door.add_url_rule(f"{one}/acuse.pdf", view_func=delivery_receipt)
    door.add_url_rule(f"{one}/firma-del-acuse.txt", view_func=delivery_receipt_signature)
    door.add_url_rule(f"{one}/en-mano", view_func=delivery_by_hand, methods=["POST"])
    door.add_url_rule(f"{one}/en-mano/<int:handover_id>", view_func=delivery_scan)


def delivery_letter(number: int) -> ResponseReturnValue:
    """The formal letter with the words of the form; it is kept as it was printed."""
    typed = {"number": request.form.get("number", ""), "body": request.form.get("body", "")}
    try:
        with transaction() as (session, now):
            line = queries.delivery(session, number)
            body = letters.print_letter(
                session, resources().settings, number, **typed, at=now, by=visitor().id
            )
    except Refused as refusal:
        field = "body" if typed["number"].strip() else "number"
        return delivery_page(number, typed=typed, errors={field: str(refusal)}), 422
    return paper.pdf(body, f"oficio-{line.actor_slug}-v{line.version}.pdf")


def delivery_phrase(number: int) -> ResponseReturnValue:
    """The sealed letter with a new phrase; the copy that it opens can be downloaded then."""
    with transaction() as (session, now):
        line = queries.delivery(session, number)
        body = phrases.print_letter(session, resources().settings, number, at=now, by=visitor().id)
    return paper.pdf(body, f"frase-{line.actor_slug}-v{line.version}.pdf")


def delivery_receipt(number: int) -> ResponseReturnValue:
    """The receipt that the actor signed in its portal."""
    given = receipt_of(number)
    return paper.pdf(given.paper, f"{given.folio}.pdf")


def delivery_receipt_signature(number: int) -> ResponseReturnValue:
    """The note that signs that receipt's hash."""
    given = receipt_of(number)
    return paper.signature(given.signature, f"{given.folio}.firma.txt")


def delivery_by_hand(number: int) -> ResponseReturnValue:
    """Note a copy handed over by hand; with the signed receipt it counts as received."""
    names = ("handed_on", "medium", "received_by", "document")
    typed = {name: request.form.get(name, "") for name in names}
    try:
        handed_on = date.fromisoformat(typed["handed_on"])
    except ValueError:
        errors = {"handed_on": str(_("Escriba la fecha de entrega."))}
        return delivery_page(number, typed=typed, errors=errors), 422
    try:
        with transaction() as (session, now):
            letters.hand_over(
                session,
                number,
                handed_on=handed_on,
                medium=typed["medium"],
                received_by=typed["received_by"],
                document=typed["document"],
                scan=kept(request.files.get("scan")),
                at=now,
                by=visitor().id,
            )
    except Refused as refusal:
        return delivery_page(number, typed=typed, errors={"medium": str(refusal)}), 422
    flash(_("Anotamos la entrega en mano."), "success")
    return redirect(url_for("staff.delivery", number=number), 303)


def delivery_scan(number: int, handover_id: int) -> ResponseReturnValue:
    """The signed receipt of a copy handed over by hand."""
    with reading() as session:
        line = letters.handover(session, number, handover_id)
    return send_file(
        shelf().find(line.scan_sha256),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"entrega-{number}-{line.scan_name}",
    )


def receipt_of(number: int) -> Receipt:
    """The receipt of a delivery; NotFound."""
    with reading() as session:
        given = receipts.receipt(session, number)
    if given is None:
        raise NotFound(_("Esta entrega todavía no tiene acuse."))
    return given


def kept(sent: FileStorage | None) -> tuple[str, str] | None:
    """The scan that was sent along, kept; None when none was chosen."""
    if sent is None or not sent.filename:
        return None
    with sent.stream as stream:
        return shelf().keep(stream)


def shelf() -> Receipts:
    """Where signed receipts lie."""
    return Receipts(resources().settings.files_folder)

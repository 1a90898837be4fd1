"""Letters by batch, revoking one, and the signed receipt that comes later."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.accounts import activation, queries
from decide.accounts import batches as letters
from decide.accounts.batches import State
from decide.catalog import queries as catalog
from decide.errors import Refused
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.access import account_page, kept, reach
from decide.web.staff.paging import leaf_of


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/accesos/<int:account_id>"
    door.add_url_rule("/accesos/tandas", view_func=batches)
    door.add_url_rule("/accesos/tandas/<int:batch_number>", view_func=batch)
    door.add_url_rule(f"{one}/anular", view_func=revoke_letter, methods=["POST"])
    door.add_url_rule(f"{one}/acuse", view_func=add_receipt, methods=["POST"])


def batches() -> ResponseReturnValue:
    """Every batch with how many of its letters stand where."""
    with reading() as session:
        now = resources().clock.now(session)
        found = letters.batches(session, at=now, actors_only=reach())
        people = {each.id: each.person for each in queries.accounts(session)}
    leaf = leaf_of(len(found), "staff.batches")
    return render_template(
        "staff/batches.html", batches=found[leaf.part], leaf=leaf, people=people,
        states=state_words(),
    )  # fmt: skip


def batch(batch_number: int) -> ResponseReturnValue:
    """One batch: the state of each letter."""
    with reading() as session:
        now = resources().clock.now(session)
        found = letters.batch(session, batch_number, at=now, actors_only=reach())
        people = {each.id: each.person for each in queries.accounts(session)}
        names = catalog.actor_names(session)
    return render_template(
        "staff/batch.html", batch=found, people=people, names=names, states=state_words()
    )


def revoke_letter(account_id: int) -> ResponseReturnValue:
    """Make the letter in force worthless, with the reason."""
    try:
        with transaction() as (session, now):
            queries.access_line(session, account_id, at=now, actors_only=reach())
            activation.revoke(
                session, account_id, at=now, by=visitor().id, reason=request.form.get("why", "")
            )
    except Refused as refusal:
        return account_page(account_id, {"why": str(refusal)}), 422
    flash(_("Anulamos la carta. Su código ya no sirve."), "success")
    return redirect(url_for("staff.account", account_id=account_id), 303)


def add_receipt(account_id: int) -> ResponseReturnValue:
    """Keep the signed receipt of a letter that was noted as handed over before."""
    try:
        receipt = kept(request.files.get("receipt"))
        if receipt is None:
            return account_page(account_id, {"receipt": _("Elija el acuse firmado.")}), 422
        with transaction() as (session, now):
            queries.access_line(session, account_id, at=now, actors_only=reach())
            activation.add_receipt(session, account_id, receipt, at=now, by=visitor().id)
    except Refused as refusal:
        return account_page(account_id, {"receipt": str(refusal)}), 422
    flash(_("Guardamos el acuse firmado."), "success")
    return redirect(url_for("staff.account", account_id=account_id), 303)


def state_words() -> dict[str, str]:
    """Where a letter stands, in a word."""
    return {
        State.ISSUED: _("Impresa"),
        State.HANDED: _("Entregada"),
        State.ACTIVATED: _("Activada"),
        State.EXPIRED: _("Vencida"),
        State.REVOKED: _("Anulada"),
    }

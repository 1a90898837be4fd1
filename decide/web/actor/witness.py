"""An actor as a witness: it sees each new head and confirms it with one click."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from decide.errors import Conflict
from decide.seals import actions
from decide.web.shared.context import transaction
from decide.web.shared.login import actor_of, visitor


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/sellos", view_func=confirm_seals, methods=["POST"])


def confirm_seals() -> ResponseReturnValue:
    """Confirm every head up to the one that the page showed."""
    try:
        with transaction() as (session, now):
            count = actions.countersign_new(
                session, actor_of(), root=request.form.get("root", ""), at=now, by=visitor().id
            )
    except Conflict as conflict:
        flash(str(conflict), "error")
    else:
        said = ngettext("Confirmó un sello.", "Confirmó %(num)s sellos.", count)
        flash(said if count else _("Ya estaban confirmados."), "success")
    return redirect(url_for("actor.dashboard"), 303)

"""The authority's log-in page."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from decide.accounts.roles import STAFF_ROLES
from decide.web.shared.login import Gate, enter, leave

GATE = Gate(STAFF_ROLES, "staff/login.html", home="staff.dashboard", login="staff.login")


def login() -> ResponseReturnValue:
    """Enter with user name and passphrase."""
    return enter(GATE)


def logout() -> ResponseReturnValue:
    """End the session at the server."""
    return leave(GATE)


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/entrar", view_func=login, methods=["GET", "POST"])
    door.add_url_rule("/salir", view_func=logout, methods=["POST"])

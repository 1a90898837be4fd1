"""The actors' log-in page."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from decide.accounts.roles import ACTOR_ROLES
from decide.web.shared.login import Gate, enter, leave

GATE = Gate(ACTOR_ROLES, "actor/login.html", home="actor.dashboard", login="actor.login")


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

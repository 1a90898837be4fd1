"""The actors' way in: log-in page, activation of a letter, second step."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from decide.accounts.roles import ACTOR_ROLES
from decide.web.shared import activation, entrance
from decide.web.shared import second_step as second
from decide.web.shared.login import Gate

GATE = Gate("actor", ACTOR_ROLES)


def login() -> ResponseReturnValue:
    """Enter with user name and passphrase."""
    return entrance.enter(GATE)


def second_step() -> ResponseReturnValue:
    """Six digits from an app, or a recovery code."""
    return second.ask(GATE)


def second_key() -> ResponseReturnValue:
    """A passkey, used or made."""
    return second.by_key(GATE)


def activate() -> ResponseReturnValue:
    """Type the code of a letter and choose a passphrase."""
    return activation.start(GATE)


def logout() -> ResponseReturnValue:
    """End the session at the server."""
    return entrance.leave(GATE)


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/entrar", view_func=login, methods=["GET", "POST"])
    door.add_url_rule("/segundo-paso", view_func=second_step, methods=["GET", "POST"])
    door.add_url_rule("/segundo-paso/llave", view_func=second_key, methods=["POST"])
    door.add_url_rule("/activar", view_func=activate, methods=["GET", "POST"])
    door.add_url_rule("/salir", view_func=logout, methods=["POST"])

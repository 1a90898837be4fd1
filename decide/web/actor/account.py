"""“Su cuenta” at the actors' door."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from decide.web.actor.login import GATE
from decide.web.shared import account


def own_account() -> ResponseReturnValue:
    """Log-ins in force, passphrase, passkeys, recovery codes."""
    return account.show(GATE)


def end_session(session_id: int) -> ResponseReturnValue:
    """End one of the own log-ins."""
    return account.end_one(GATE, session_id)


def end_everywhere() -> ResponseReturnValue:
    """End all own log-ins."""
    return account.end_all(GATE)


def change_passphrase() -> ResponseReturnValue:
    """A new passphrase."""
    return account.new_passphrase(GATE)


def renew_codes() -> ResponseReturnValue:
    """New recovery codes."""
    return account.new_codes(GATE)


def set_reminders() -> ResponseReturnValue:
    """Where reminders go."""
    return account.reminders(GATE)


def add_key() -> ResponseReturnValue:
    """A passkey more."""
    return account.new_key(GATE)


def remove_key(key_id: int) -> ResponseReturnValue:
    """A passkey less."""
    return account.drop_key(GATE, key_id)


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    post = ["POST"]
    door.add_url_rule("/cuenta", view_func=own_account)
    door.add_url_rule("/cuenta/sesiones/cerrar", view_func=end_everywhere, methods=post)
    door.add_url_rule(
        "/cuenta/sesiones/<int:session_id>/cerrar", view_func=end_session, methods=post
    )
    door.add_url_rule("/cuenta/clave", view_func=change_passphrase, methods=post)
    door.add_url_rule("/cuenta/avisos", view_func=set_reminders, methods=post)
    door.add_url_rule("/cuenta/llaves", view_func=add_key, methods=post)
    door.add_url_rule("/cuenta/llaves/<int:key_id>/quitar", view_func=remove_key, methods=post)
    door.add_url_rule("/cuenta/codigos", view_func=renew_codes, methods=post)

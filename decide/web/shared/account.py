"""“Su cuenta”: log-ins, reminders, passphrase, passkeys, recovery codes; at both doors."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.accounts import actions, passkeys, queries, second_factor, sessions
from decide.accounts.own_account import (
    WrongPassphrase,
    add_own_key,
    change_passphrase,
    end_own_session,
    end_own_sessions,
    remove_own_key,
    renew_recovery_codes,
)
from decide.accounts.passphrases import SHORTEST, WeakPassphrase
from decide.accounts.second_factor import WrongCode
from decide.accounts.throttle import TooManyTries
from decide.errors import Refused
from decide.reminders.kinds import MailKind
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import Gate, forget, renew, visitor


def show(gate: Gate, errors: dict[str, str] | None = None, typed: str | None = None) -> str:
    """The page; `typed` is an address that was refused."""
    who = visitor()
    with reading() as session:
        now = resources().clock.now(session)
        in_force = sessions.sessions_of(session, resources().settings, who.id, at=now)
        left = second_factor.left(session, who.id)
        keys = passkeys.keys_of(session, who.id)
        offered = passkeys.offer_key(session, resources().settings, who.id, who.token)
        wishes = queries.mail_wishes(session, who.id)
    return render_template(
        "account/account.html",
        gate=gate,
        who=who,
        in_force=in_force,
        left=left,
        keys=keys,
        offered=offered,
        email=wishes.email if typed is None else typed,
        reminders=reminder_words(),
        wanted=frozenset(MailKind) - wishes.unwanted,
        errors=errors or {},
        shortest=SHORTEST,
    )


def end_one(gate: Gate, session_id: int) -> ResponseReturnValue:
    """End one of the own log-ins on another device; the passphrase is asked again."""
    try:
        end_own_session(resources(), visitor(), typed_passphrase(), session_id)
    except (WrongPassphrase, TooManyTries) as refusal:
        return not_confirmed(gate, f"session-{session_id}", refusal)
    renew()
    flash(_("Cerramos esa sesión."), "success")
    return redirect(gate.url("own_account"), 303)


def end_all(gate: Gate) -> ResponseReturnValue:
    """End all own log-ins, this one too; the passphrase is asked again."""
    try:
        ended = end_own_sessions(resources(), visitor(), typed_passphrase())
    except (WrongPassphrase, TooManyTries) as refusal:
        return not_confirmed(gate, "everywhere", refusal)
    forget()
    flash(_("Cerramos su sesión en todas partes (%(n)s).", n=ended), "success")
    return redirect(gate.url("login"), 303)


def typed_passphrase() -> str:
    """What was typed to confirm a deed."""
    return request.form.get("passphrase_present", "")


def not_confirmed(gate: Gate, box: str, refusal: Refused) -> ResponseReturnValue:
    """The page again, with the sentence at the box where the passphrase was typed."""
    status = 429 if isinstance(refusal, TooManyTries) else 422
    return show(gate, {box: str(refusal)}), status


def new_passphrase(gate: Gate) -> ResponseReturnValue:
    """Change the passphrase; the present one is asked again."""
    wanted = request.form.get("passphrase", "")
    if wanted != request.form.get("passphrase_again", ""):
        again = _("Las dos contraseñas no son iguales. Escríbalas otra vez.")
        return show(gate, {"passphrase_again": again}), 422
    try:
        change_passphrase(
            resources(), visitor(), request.form.get("passphrase_present", ""), wanted
        )
    except TooManyTries as refusal:
        return show(gate, {"passphrase_present": str(refusal)}), 429
    except WrongPassphrase as refusal:
        return show(gate, {"passphrase_present": str(refusal)}), 422
    except WeakPassphrase as refusal:
        return show(gate, {"passphrase": str(refusal)}), 422
    renew()
    flash(_("Su contraseña cambió. Cerramos sus otras sesiones."), "success")
    return redirect(gate.url("own_account"), 303)


def reminder_words() -> list[tuple[str, str]]:
    """The kinds of reminders, as somebody chooses among them."""
    return [
        (MailKind.INVITATION, _("Cuando abre el plazo para publicar")),
        (MailKind.MISSING, _("Lo que falta, 7, 3 y 1 días antes del cierre")),
        (MailKind.CLOSED, _("Cuando cierra el plazo")),
        (MailKind.DELIVERY, _("Cuando su base de datos está lista")),
    ]


def reminders(gate: Gate) -> ResponseReturnValue:
    """Where reminders go, or that none are wanted."""
    email, wanted = request.form.get("email", ""), request.form.getlist("wanted")
    unwanted = frozenset(each.value for each in MailKind if each not in wanted)
    try:
        with transaction() as (session, now):
            actions.set_email(
                session, visitor().id, email, unwanted=unwanted, at=now, by=visitor().id
            )
    except Refused as refusal:
        return show(gate, {"email": str(refusal)}, email), 422
    flash(_("Guardamos cuáles avisos quiere y a dónde van."), "success")
    return redirect(gate.url("own_account"), 303)


def new_key(gate: Gate) -> ResponseReturnValue:
    """A passkey that the browser has just made, for the passphrase."""
    sent = request.form
    try:
        add_own_key(
            resources(), visitor(), sent.get("key_passphrase", ""), sent.get("answer", ""),
            sent.get("key_name", ""),
        )  # fmt: skip
    except TooManyTries as refusal:
        return show(gate, {"key_passphrase": str(refusal)}), 429
    except WrongPassphrase as refusal:
        return show(gate, {"key_passphrase": str(refusal)}), 422
    except Refused as refusal:
        return show(gate, {"key_name": str(refusal)}), 422
    renew()
    flash(_("Su llave ya sirve para entrar."), "success")
    return redirect(gate.url("own_account"), 303)


def drop_key(gate: Gate, key_id: int) -> ResponseReturnValue:
    """Take one of the own passkeys away; the passphrase is asked again."""
    try:
        remove_own_key(resources(), visitor(), typed_passphrase(), key_id)
    except (WrongPassphrase, TooManyTries) as refusal:
        return not_confirmed(gate, f"key-{key_id}", refusal)
    except Refused as refusal:
        flash(str(refusal), "warning")
    else:
        renew()
        flash(_("Quitamos esa llave."), "success")
    return redirect(gate.url("own_account"), 303)


def new_codes(gate: Gate) -> ResponseReturnValue:
    """Ten new recovery codes, for a code of the app."""
    try:
        codes = renew_recovery_codes(resources(), visitor(), request.form.get("code", ""))
    except TooManyTries as refusal:
        return show(gate, {"code": str(refusal)}), 429
    except WrongCode as refusal:
        return show(gate, {"code": str(refusal)}), 422
    renew()
    return render_template(
        "account/recovery_codes.html", codes=codes, target=gate.url("own_account"), lost=None
    )

"""From the letter to a passphrase: type the code, choose, go on to the second step."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.accounts.activation import CodeRefused, Invited, activate, look
from decide.accounts.codes import CodeMistyped
from decide.accounts.passphrases import LONGEST, SHORTEST, WeakPassphrase
from decide.accounts.throttle import TooManyTries
from decide.web.shared.context import resources
from decide.web.shared.login import Gate, begin_half


def start(gate: Gate) -> ResponseReturnValue:
    """Ask for the code on the letter; then for a passphrase; then open half a log-in."""
    code = request.form.get("code", "")
    if request.method == "GET":
        return code_page(gate, "", "")
    try:
        invited = look(resources(), code, request.remote_addr)
    except TooManyTries as refusal:
        return code_page(gate, code, str(refusal)), 429
    except (CodeMistyped, CodeRefused) as refusal:
        return code_page(gate, code, str(refusal)), 422
    if invited.role not in gate.roles:
        return code_page(gate, code, str(CodeRefused())), 422
    if "passphrase" not in request.form:
        return choose_page(gate, code, invited, {})
    return chosen(gate, code, invited)


def chosen(gate: Gate, code: str, invited: Invited) -> ResponseReturnValue:
    """Take the passphrase, typed twice."""
    passphrase = request.form.get("passphrase", "")
    if passphrase != request.form.get("passphrase_again", ""):
        errors = {"passphrase_again": _("Las dos contraseñas no son iguales. Escríbalas otra vez.")}
        return choose_page(gate, code, invited, errors), 422
    try:
        half = activate(resources(), code, passphrase, request.remote_addr)
    except WeakPassphrase as refusal:
        return choose_page(gate, code, invited, {"passphrase": str(refusal)}), 422
    begin_half(half)
    return redirect(gate.url("second_step"))


def code_page(gate: Gate, code: str, error: str) -> str:
    """The form for the code."""
    return render_template("account/activate.html", gate=gate, code=code, error=error)


def choose_page(gate: Gate, code: str, invited: Invited, errors: dict[str, str]) -> str:
    """The form for the passphrase; what was typed there is not sent back."""
    return render_template(
        "account/choose.html",
        gate=gate,
        code=code,
        invited=invited,
        errors=errors,
        shortest=SHORTEST,
        longest=LONGEST,
    )

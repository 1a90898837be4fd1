"""The log-in page, the same at both doors that have accounts."""

from typing import cast

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from decide.accounts.login import Attempt, WrongLogin, log_in
from decide.accounts.passphrases import Passphrase
from decide.accounts.sessions import Half
from decide.accounts.throttle import TooManyTries
from decide.web.shared import second_step
from decide.web.shared.context import resources
from decide.web.shared.login import (
    Gate,
    arrive,
    begin,
    begin_half,
    forget,
    known_browser_cookie,
)
from decide.web.shared.login_form import LoginForm


def enter(gate: Gate) -> ResponseReturnValue:
    """Show the log-in form, or take what was sent and go on to the page that was wanted."""
    form = LoginForm()
    template = f"{gate.door}/login.html"
    if request.method == "GET":
        if current_user.is_authenticated and current_user.role in gate.roles:
            return redirect(gate.url("dashboard"))
        form.siguiente.data = request.args.get("siguiente", "")
        return render_template(template, form=form, problem="")
    if not form.validate():
        return render_template(template, form=form, problem=""), 422
    try:
        entry = log_in(
            resources(),
            Attempt(
                username=form.username.data or "",
                passphrase=Passphrase(form.passphrase.data or ""),
                roles=gate.roles,
                address=request.remote_addr,
                known_browser=request.cookies.get(known_browser_cookie()),
            ),
        )
    except (WrongLogin, TooManyTries) as refusal:
        status = 429 if isinstance(refusal, TooManyTries) else 422
        return render_template(template, form=form, problem=str(refusal)), status
    carried = second_step.Carried(form.siguiente.data or "", form.guardado.data or "")
    if entry.visitor is None:
        begin_half(cast("Half", entry.half))
        return second_step.page(gate, cast("Half", entry.half), carried)
    begin(entry.visitor)
    return arrive(entry.visitor, gate, carried.siguiente, carried.guardado)


def leave(gate: Gate) -> ResponseReturnValue:
    """Log out: the session ends at the server, whatever the browser keeps."""
    forget()
    flash(_("Usted salió. Su sesión está cerrada."), "success")
    return redirect(gate.url("login"))

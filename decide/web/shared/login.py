"""Logging in and out, the same at both doors that have accounts."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import (
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user, login_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from decide.accounts import sessions
from decide.accounts.browsers import DAYS
from decide.accounts.login import Attempt, Entry, WrongLogin, log_in
from decide.accounts.passphrases import Passphrase
from decide.accounts.sessions import Visitor
from decide.accounts.throttle import TooManyTries
from decide.web.shared.context import resources, transaction


@dataclass(frozen=True)
class Gate:
    """One door's log-in page: which roles it lets in, and which pages it leads to."""

    roles: frozenset[str]
    template: str
    home: str  # endpoint
    login: str  # endpoint


class LoginForm(FlaskForm):  # type: ignore[misc]
    """User name and passphrase; the browser may fill both."""

    username = StringField(
        validators=[InputRequired(lazy_gettext("Escriba su usuario.")), Length(max=60)]
    )
    passphrase = PasswordField(
        validators=[InputRequired(lazy_gettext("Escriba su contraseña.")), Length(max=1000)]
    )
    siguiente = HiddenField()


def visitor() -> Visitor:
    """Who is logged in; only for views behind a guard."""
    return cast("Visitor", current_user)


def enter(gate: Gate) -> ResponseReturnValue:
    """Show the log-in form, or take what was sent and go on to the page that was wanted."""
    form = LoginForm()
    if request.method == "GET":
        if current_user.is_authenticated and current_user.role in gate.roles:
            return redirect(url_for(gate.home))
        form.siguiente.data = request.args.get("siguiente", "")
        return render_template(gate.template, form=form, problem="")
    if not form.validate():
        return render_template(gate.template, form=form, problem=""), 422
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
        return render_template(gate.template, form=form, problem=str(refusal)), status
    return admitted(entry, safe_path(form.siguiente.data, gate) or url_for(gate.home))


def admitted(entry: Entry, target: str) -> ResponseReturnValue:
    """Give the browser its new session and send it on."""
    end_current()
    # Nothing of the session before the log-in survives it, its form tokens neither.
    session.clear()
    login_user(entry.visitor)
    # Flask-Login leaves a hash of address and browser name here; we keep neither, in no form.
    session.pop("_id", None)
    response = make_response(redirect(target))
    response.set_cookie(
        known_browser_cookie(),
        entry.known_browser,
        max_age=DAYS * 24 * 3600,
        secure=resources().settings.https,
        httponly=True,
        samesite="Lax",
    )
    return response


def leave(gate: Gate) -> ResponseReturnValue:
    """Log out: the session ends at the server, whatever the browser keeps."""
    end_current()
    session.clear()
    flash(_("Usted salió. Su sesión está cerrada."), "success")
    return redirect(url_for(gate.login))


def end_current() -> None:
    """End the log-in of this request, if there is one."""
    if current_user.is_authenticated:
        with transaction() as (storage, now):
            sessions.end_session(storage, visitor().session_id, at=now)


def known_browser_cookie() -> str:
    """Name of the cookie by which a log-in page recognises a browser, host-bound under TLS."""
    return "__Host-k" if resources().settings.https else "k"


def safe_path(wanted: str | None, gate: Gate) -> str | None:
    """A path of this same door, or None: the log-in page must not send anybody elsewhere."""
    if not wanted:
        return None
    parts = urlsplit(wanted)
    root = url_for(gate.home)
    own = parts.path == root or parts.path.startswith(root.rstrip("/") + "/")
    if parts.scheme or parts.netloc or "\\" in wanted or wanted.startswith("//") or not own:
        return None
    if parts.path.endswith(url_for(gate.login)):
        return None
    adapter = current_app.url_map.bind("")
    if not adapter.test(parts.path, "GET"):
        return None
    return parts.path

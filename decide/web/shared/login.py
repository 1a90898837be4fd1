"""Logging in and out, the same at both doors that have accounts."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import (
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user

from decide.accounts import sessions
from decide.accounts.browsers import DAYS
from decide.accounts.login import Attempt, Entry, WrongLogin, log_in
from decide.accounts.passphrases import Passphrase
from decide.accounts.sessions import Visitor
from decide.accounts.throttle import TooManyTries
from decide.web.shared import kept
from decide.web.shared.context import resources, transaction
from decide.web.shared.login_form import LoginForm


@dataclass(frozen=True)
class Gate:
    """One door's log-in page: which roles it lets in, and which pages it leads to."""

    roles: frozenset[str]
    template: str
    home: str  # endpoint
    login: str  # endpoint


def visitor() -> Visitor:
    """Who is logged in; only for views behind a guard."""
    return cast("Visitor", current_user)


def actor_of() -> int:
    """The actor whose account is logged in; only for views behind the actors' guard."""
    actor_id = visitor().actor_id
    if actor_id is None:
        abort(403)
    return actor_id


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
    begin(entry)
    lost = kept.opened(form.guardado.data)
    target = safe_path(form.siguiente.data, gate) or url_for(gate.home)
    answer = make_response(kept.offer_again(lost) if lost else redirect(target))
    remember_browser(answer, entry)
    return answer


def begin(entry: Entry) -> None:
    """Give the browser its new session; nothing of the one before survives, its token neither."""
    end_current()
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF would hand out the old session's token once more
    login_user(entry.visitor)
    # Flask-Login leaves a hash of address and browser name here; we keep neither, in no form.
    session.pop("_id", None)


def remember_browser(answer: Response, entry: Entry) -> None:
    """Let this browser be recognised at the next log-in of the same account."""
    answer.set_cookie(
        known_browser_cookie(),
        entry.known_browser,
        max_age=DAYS * 24 * 3600,
        secure=resources().settings.https,
        httponly=True,
        samesite="Lax",
    )


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

"""Who is logged in on this request, and how a browser gets and loses its session."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import (
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from decide.accounts import sessions
from decide.accounts.browsers import DAYS, Browsers
from decide.accounts.sessions import Half, Visitor
from decide.web.shared import kept
from decide.web.shared.context import resources, transaction

HALF = "half"  # where the cookie keeps the token of a half log-in


@dataclass(frozen=True)
class Gate:
    """One door's log-in: which roles it lets in. Its views have the same names at both doors."""

    door: str
    roles: frozenset[str]

    def url(self, view: str, **values: int) -> str:
        """Address of one of this door's views."""
        return url_for(f"{self.door}.{view}", **values)  # type: ignore[arg-type]


def visitor() -> Visitor:
    """Who is logged in; only for views behind a guard."""
    return cast("Visitor", current_user)


def actor_of() -> int:
    """The actor whose account is logged in; only for views behind the actors' guard."""
    actor_id = visitor().actor_id
    if actor_id is None:
        abort(403)
    return actor_id


def begin(who: Visitor) -> None:
    """Give the browser its new session; nothing of the one before survives, its token neither."""
    forget()
    login_user(who)
    # Flask-Login leaves a hash of address and browser name here; we keep neither, in no form.
    session.pop("_id", None)


def renew() -> None:
    """A new token after a deed that asked again who is there: copies of the old one are void."""
    with transaction() as (storage, _now):
        # Where Flask-Login keeps what `Visitor.get_id` gave it.
        session["_user_id"] = sessions.renew(storage, visitor().session_id)


def begin_half(half: Half) -> None:
    """Let the browser go on to the second factor, and nowhere else."""
    forget()
    session[HALF] = half.token


def half_log_in(gate: Gate) -> Half | None:
    """Whose second factor this browser is asked for, if it is of this door."""
    half = sessions.half(resources(), session.get(HALF, ""))
    return half if half and half.role in gate.roles else None


def arrive(
    who: Visitor, gate: Gate, siguiente: str | None, guardado: str | None
) -> ResponseReturnValue:
    """On to the page that was wanted, or to the form that was typed before the log-in."""
    lost = kept.opened(guardado)
    target = safe_path(siguiente, gate) or gate.url("dashboard")
    answer = make_response(kept.offer_again(lost) if lost else redirect(target))
    remember_browser(answer, who)
    return answer


def remember_browser(answer: Response, who: Visitor) -> None:
    """Let this browser be recognised at the next log-in of the same account."""
    settings = resources().settings
    answer.set_cookie(
        known_browser_cookie(),
        Browsers(settings.secret_key).introduce(who.username),
        max_age=DAYS * 24 * 3600,
        secure=settings.https,
        httponly=True,
        samesite="Lax",
    )


def forget() -> None:
    """End the log-in of this request, if there is one, and empty the browser's session."""
    if current_user.is_authenticated:
        with transaction() as (storage, now):
            sessions.end_session(storage, visitor().session_id, at=now)
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF would hand out the old session's token once more


def known_browser_cookie() -> str:
    """Name of the cookie by which a log-in page recognises a browser, host-bound under TLS."""
    return "__Host-k" if resources().settings.https else "k"


def safe_path(wanted: str | None, gate: Gate) -> str | None:
    """A path of this same door, or None: the log-in page must not send anybody elsewhere."""
    if not wanted:
        return None
    parts = urlsplit(wanted)
    root = gate.url("dashboard")
    own = parts.path == root or parts.path.startswith(root.rstrip("/") + "/")
    if parts.scheme or parts.netloc or "\\" in wanted or wanted.startswith("//") or not own:
        return None
    if parts.path == gate.url("login"):
        return None
    adapter = current_app.url_map.bind("")
    if not adapter.test(parts.path, "GET"):
        return None
    return parts.path

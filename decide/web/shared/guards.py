"""Who may pass each door. A door without a guard cannot be mounted; a test walks every route."""

from collections.abc import Callable

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from decide.accounts.roles import ACTOR_ROLES, STAFF_ROLES
from decide.web.shared import kept
from decide.web.shared.context import speak_from, stay_within

Guard = Callable[[], ResponseReturnValue | None]

# Views of a guarded door that a stranger may see: its way in, by full endpoint name.
OPEN_VIEWS = frozenset(
    f"{door}.{view}"
    for door in ("actor", "staff")
    for view in ("login", "second_step", "second_key", "activate")
)


PUBLIC_BODY = 64 * 1024  # bytes; the longest idea, four bytes a letter and escaped, fits twice


def anyone() -> None:
    """Citizens: no account exists for them, and nothing they send is large."""
    request.max_content_length = PUBLIC_BODY


def actor_only() -> ResponseReturnValue | None:
    """An active log-in of a political actor; from here on other actors' rows do not exist."""
    refused = _role_in(ACTOR_ROLES, "actor.login")
    if refused is None and request.endpoint not in OPEN_VIEWS:
        stay_within(current_user.actor_id)
    return refused


def staff_only() -> ResponseReturnValue | None:
    """An active log-in of the authority."""
    return _role_in(STAFF_ROLES, "staff.login")


def mount(app: Flask, door: Blueprint, guard: Guard, *, prefix: str | None = None) -> None:
    """Register a door behind its guard. `guard` runs before every view of it."""
    # On the application, not on the door: a process may build several applications (tests do).
    app.before_request_funcs.setdefault(door.name, []).append(guard)
    app.register_blueprint(door, url_prefix=prefix)
    app.extensions.setdefault("guards", {})[door.name] = guard


def _role_in(roles: frozenset[str], login: str) -> ResponseReturnValue | None:
    if request.endpoint in OPEN_VIEWS:
        return None
    if current_user.is_authenticated and current_user.role in roles:
        speak_from(current_user.session_id)
        return None
    if request.method == "POST":
        return kept.session_ended(login)
    # A path, never an address: the log-in page must not become a redirector.
    return redirect(url_for(login, siguiente=request.path))

"""What was refused is written down: where, what, and by which account (citizens have none).

One line for each refusal, a few a second at most (`kernel.log.Sparing`): an address that a role may
not open, somebody else's thing, a form from another site or of an ended session, input that no form
of ours sends, too many tries. Nothing that was typed, and no address of a visitor.
"""

from flask import Flask, Response, request
from flask_login import current_user

from decide.kernel.log import Sparing, logger

REFUSALS = frozenset({400, 403, 405, 413, 415, 422, 428, 429})
MISSING = 404

refusals = Sparing(logger("web"))


def install(app: Flask) -> None:
    """Look at every answer on its way out."""
    app.after_request(look)


def look(response: Response) -> Response:
    """Write a line about a refusal; a missing page tells something only of who is logged in."""
    status = response.status_code
    if status in REFUSALS or (status == MISSING and guarded()):
        refusals.note(
            "request.refused",
            status=status,
            endpoint=request.endpoint,
            method=request.method,
            account_id=account(),
        )
    return response


def guarded() -> bool:
    """Whether this is a page of a portal, opened by somebody with an account."""
    return (request.blueprint in ("actor", "staff")) and current_user.is_authenticated


def account() -> int | None:
    """The number of the account at a portal; citizens have none."""
    if request.blueprint not in ("actor", "staff") or not current_user.is_authenticated:
        return None
    return int(current_user.id)

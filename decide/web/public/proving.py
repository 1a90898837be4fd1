"""Taking some trouble before an answer counts, while there is pressure: a script's work, or a page.

The answer itself travels along in every step, so that nothing is chosen or typed twice.
"""

from dataclasses import dataclass

from flask import Response, make_response, render_template, request

from decide.errors import Refused
from decide.participation.device import Device
from decide.participation.pressure import COST, Level
from decide.participation.proof import (
    PASS_LIFE,
    WAITED,
    WORKED,
    Came,
    ProofWanted,
    TooSoon,
    WrongProof,
)
from decide.participation.refusals import TooMany
from decide.web.shared.context import door, resources, snapshot
from decide.web.shared.wording import gettext as _

ASKED = 428  # Precondition Required
OURS = frozenset({"solution", "page", "desde"})
REASONS = (ProofWanted, TooSoon, WrongProof)


@dataclass(frozen=True)
class Way:
    """How a request came, and the pass that it has just earned, if any."""

    came: Came
    earned: str = ""


def way_of(device: Device) -> Way:
    """What this request shows. TooSoon, WrongProof, or TooMany from its network."""
    came = Came(request.remote_addr or "", request.headers.get("Cookie", ""))
    own, now = door(), snapshot().picture().now()
    if solution := request.form.get("solution", ""):
        own.proofs.solved(device, solution, now)
        earned = own.proofs.give(device, now, WORKED)
    elif page := request.form.get("page", ""):
        own.proofs.waited(device, page, now)
        if not own.confirmations.take(own.networks.mark(came.address)):
            raise TooMany(
                _("Desde su red llegan demasiados envíos. Espere unos minutos y confirme otra vez.")
            )
        earned = own.proofs.give(device, now, WAITED)
    else:
        return Way(came)
    return Way(Came(came.address, f"{own.pass_name}={earned}; {came.cookies}"), earned)


def asked(device: Device, reason: Refused, back: str = "") -> Response:
    """428: a challenge for our script; for everybody else a page that keeps what was sent."""
    own, now = door(), snapshot().picture().now()
    if request.headers.get("X-Requested-With") == "decide":
        cost = max(COST[snapshot().pressure], COST[Level.ALERT])
        response = make_response(
            {"message": str(reason), "challenge": own.proofs.challenge(device, now, cost)}, ASKED
        )
    else:
        # A page that came back too soon goes on waiting from when it was first shown.
        shown = request.form.get("page", "") if isinstance(reason, TooSoon | TooMany) else ""
        response = make_response(
            render_template(
                "public/prove.html",
                action=request.root_path + request.path,
                fields=[pair for pair in request.form.items() if pair[0] not in OURS],
                page=shown or own.proofs.page(device, now),
                text=request.form.get("text", ""),
                again="" if isinstance(reason, ProofWanted) else str(reason),
                back=back,
            ),
            429 if isinstance(reason, TooMany) else ASKED,
        )
        if isinstance(reason, TooMany):
            response.headers["Retry-After"] = str(reason.retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


def with_pass(response: Response, way: Way) -> Response:
    """Hand over the pass that was earned, so that the next half hour costs nothing."""
    if way.earned:
        response.set_cookie(
            door().pass_name, way.earned, max_age=PASS_LIFE, path="/",
            secure=resources().settings.https, httponly=True, samesite="Lax",
        )  # fmt: skip
    return response

"""The device cookie at the citizens' door: read, and given out at the first answer only."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from decide.errors import Refused
from decide.participation.device import Device, cookie_name, mint, verify
from decide.web.shared.context import door, resources, snapshot
from decide.web.shared.watch import refusals
from decide.web.shared.wording import gettext as _

P = ParamSpec("P")
YEAR = 365 * 24 * 3600
MARK = "aparato"  # in the address of the second try, so that a browser without cookies is told


def device_here() -> Device | None:
    """The device of this request; None without a cookie of ours."""
    name = cookie_name(https=resources().settings.https)
    cookie = request.cookies.get(name, "")
    device = verify(door().keys, cookie)
    if cookie and device is None:
        refusals.note("device.forged")
    return device


def with_device(
    view: Callable[Concatenate[Device, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Give the view the device of a POST, or send the same POST once more with a cookie.

    An answer counts only with a cookie that we signed before. So the first double click, a flood
    without cookies and a repeated first request all end here and count nothing.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        device = device_here()
        if device is not None:
            return view(device, *args, **kwargs)
        if MARK in request.args:
            raise Refused(
                _("Su navegador no acepta galletas (cookies). Permítalas aquí para opinar.")
            )
        return _once_more()

    return answer


def give(response: Response, identity: bytes | None = None) -> None:
    """Set the cookie of a new device, or of the known `identity`."""
    settings = resources().settings
    response.set_cookie(
        cookie_name(https=settings.https),
        mint(door().keys, int(snapshot().picture().now().timestamp()), identity=identity),
        max_age=YEAR,
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="Lax",
    )
    response.headers["Cache-Control"] = "no-store"


def _once_more() -> ResponseReturnValue:
    again = urlencode({**request.args.to_dict(), MARK: "1"})
    response = make_response(redirect(f"{request.root_path}{request.path}?{again}", 307))
    give(response)
    return response

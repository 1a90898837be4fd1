"""Where a page tells how fast it was: four numbers, without an answer and without a cookie."""

from typing import cast

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from decide.statistics.tally import Tally
from decide.web.shared.counting import KEY


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/medidas", view_func=measured, methods=["POST"])


def measured() -> ResponseReturnValue:
    """Count the steps; what cannot be read is passed over, for nobody waits for an answer."""
    tally = cast("Tally", current_app.extensions[KEY])
    path, agent = request.form.get("ruta", ""), request.headers.get("User-Agent", "")
    tally.note_speed(path, agent, request.form)
    return Response(status=204)

"""The programs' door and its table of contents; every refusal is a sentence in JSON."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from decide.errors import DecideError, NotFound, Unavailable
from decide.kernel.pace import Pace
from decide.web.api import description, tables
from decide.web.api.description import as_json
from decide.web.shared.context import resources, snapshot
from decide.web.shared.crossing import open_to_all
from decide.web.shared.failures import STATUS

MINUTE = 60

api = Blueprint("api", __name__)


def not_too_fast() -> Response | None:
    """429 for a network that asks too much; answers from memory are not counted."""
    own = resources()
    pace = Pace(own.queue, "api", most=own.settings.api_per_minute, seconds=MINUTE)
    try:
        now = snapshot().picture().now()
    except Unavailable:
        return None
    wait = pace.wait(request.remote_addr, now)
    if not wait:
        return None
    answer = as_json({"mensaje": f"Demasiadas preguntas. Espere {wait} segundos."}, 429)
    answer.headers["Retry-After"] = str(wait)
    return answer


def unknown(unknown: str) -> ResponseReturnValue:
    """Any other address."""
    raise NotFound("Esa dirección no existe en la API. Vea la lista en /api/v1/.")


def refused(error: DecideError) -> Response:
    """A room said no."""
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    return as_json({"mensaje": str(error)}, status)


for views in (description, tables):
    views.mount(api)
api.add_url_rule("/<path:unknown>", view_func=unknown)
api.register_error_handler(DecideError, refused)
api.before_request(not_too_fast)
api.after_request(open_to_all)

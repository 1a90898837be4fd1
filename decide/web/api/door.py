"""The programs' door and its table of contents; every refusal is a sentence in JSON."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from decide.errors import DecideError, NotFound
from decide.web.api import description, tables
from decide.web.api.description import as_json
from decide.web.shared.crossing import open_to_all
from decide.web.shared.failures import STATUS

api = Blueprint("api", __name__)


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
api.after_request(open_to_all)

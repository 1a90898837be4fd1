"""What the API tells of itself: the list of tables, and OpenAPI 3.1 made from the same shapes."""

import json
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from spectree import Response as Answers
from spectree import SpecTree

from decide.errors import Refused
from decide.opendata.package import LICENCE
from decide.opendata.sets import SETS
from decide.web.api.shapes import Contents, Mistake
from decide.web.shared.context import resources, standing
from decide.web.shared.pages import cacheable

ABOUT = (
    "Consulta de los datos abiertos, solo lectura y sin registro. Trae lo mismo que los archivos."
    " Nunca hay opiniones ni ideas de la ciudadanía."
)


def refuse(_request: Any, _answer: Any, error: Any, *_: Any) -> None:
    """Tell a wrong question in a sentence, and in no log: it says what somebody typed."""
    if error is None:
        return
    first = error.errors(include_input=False, include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        raise Refused(f"No hay una columna «{name}» en esta tabla. Vea /api/v1/openapi.json.")
    raise Refused(f"El valor de «{name}» no es de los que puede tener. Vea /api/v1/openapi.json.")


# Knows the views that were declared with it; it serves nothing by itself.
SPEC = SpecTree(
    "flask",
    mode="strict",
    title="Decide",
    version="v1",
    annotations=False,
    validation_error_model=Mistake,
    before=refuse,
)


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/", view_func=contents, strict_slashes=False)
    door.add_url_rule("/openapi.json", view_func=openapi)


@SPEC.validate(
    resp=Answers(HTTP_200=Contents, HTTP_429=Mistake), tags=("Índice",), operation_id="indice"
)
@cacheable
def contents() -> ResponseReturnValue:
    """Tablas abiertas

    Las que el calendario deja consultar ahora.
    """
    open_now = standing().visible
    listed = [
        {
            "conjunto": chosen.name,
            "tabla": table.name,
            "titulo": table.title,
            "descripcion": table.about,
            "filas": f"{url_for('api.contents').rstrip('/')}/{chosen.name}/{table.name}",
            "dato_abierto": url_for(
                "public.open_file", dataset=chosen.name, table=table.name, form="csv"
            ),
        }
        for chosen in SETS
        if chosen.area is None or chosen.area in open_now
        for table in chosen.tables
    ]
    return as_json(
        {
            "licencia": LICENCE["path"],
            "documentacion": url_for("api.openapi"),
            "tablas": listed,
        }
    )


@cacheable
def openapi() -> ResponseReturnValue:
    """The description for programs; also of what is not open yet."""
    return as_json(document())


def document() -> dict[str, Any]:
    """The OpenAPI document of the current application."""
    told: dict[str, Any] = dict(SPEC.spec)
    told["info"] = {
        "title": f"Datos abiertos de {resources().settings.site_name}",
        "version": "1",
        "description": ABOUT,
        "license": {"name": LICENCE["title"], "url": LICENCE["path"]},
    }
    told["servers"] = [{"url": resources().settings.public_url}]
    return told


def as_json(told: object, status: int = 200) -> Response:
    """An answer of the API."""
    body = json.dumps(told, ensure_ascii=False) + "\n"
    return Response(body, status, content_type="application/json")

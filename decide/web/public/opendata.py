"""Open data: files that anybody may take."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from decide.errors import NotFound
from decide.opendata.formats import MEDIA_TYPES, Format, written
from decide.opendata.sets import set_named, table_named
from decide.web.shared.context import must_see, reading
from decide.web.shared.pages import cacheable


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/datos/<string:dataset>/<string:table>.<string:form>", view_func=open_file)


@cacheable
def open_file(dataset: str, table: str, form: str) -> ResponseReturnValue:
    """One table as a file."""
    chosen = set_named(dataset)
    if chosen.area is not None:
        must_see(chosen.area)
    if form not in set(Format):
        raise NotFound("Ese formato no existe. Los hay en CSV, JSON y XLSX.")
    wanted, ending = table_named(chosen, table), Format(form)
    with reading() as session:
        body = written(wanted, wanted.rows(session), ending)
    answer = Response(body, content_type=MEDIA_TYPES[ending])
    answer.headers["Content-Disposition"] = f"attachment; filename={wanted.name}.{ending}"
    return answer

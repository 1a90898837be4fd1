"""One pair of addresses for each table: its rows, sheet by sheet, and one row by its key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from spectree import Response as Answers

from decide.errors import NotFound
from decide.opendata import lines
from decide.opendata.definitions import DataSet, Table
from decide.opendata.editions import Edition, edition_of
from decide.opendata.formats import Format
from decide.opendata.lines import WrongValue
from decide.opendata.sets import SETS
from decide.web.api.description import SPEC, as_json
from decide.web.api.shapes import (
    COUNT,
    SHEET,
    Mistake,
    Question,
    answer_shape,
    question_shape,
    row_shape,
)
from decide.web.shared.context import must_see, resources
from decide.web.shared.pages import cacheable

View = Callable[..., ResponseReturnValue]
NO_ROW = "No hay una fila con esa clave."


def mount(door: Blueprint) -> None:
    """Addresses of all tables."""
    for chosen in SETS:
        for table in chosen.tables:
            row = row_shape(chosen, table)
            name = f"{chosen.name}_{table.name}".replace("-", "_")
            key = "/".join(f"<string:{part}>" for part in table.key)
            door.add_url_rule(
                f"/{chosen.name}/{table.name}", f"{name}_rows", rows_view(chosen, table, row)
            )
            door.add_url_rule(
                f"/{chosen.name}/{table.name}/{key}", f"{name}_row", row_view(chosen, table, row)
            )


def rows_view(chosen: DataSet, table: Table, row: Any) -> View:
    """The view of a table's rows."""

    def rows() -> ResponseReturnValue:
        asked: Question = request.context.query  # type: ignore[attr-defined] # spectree's
        wanted = asked.model_dump(exclude={SHEET, COUNT}, exclude_none=True)
        sheet, count = asked.hoja, asked.filas
        edition = opened(chosen)
        found = lines.read(path_of(edition, table), wanted, skip=(sheet - 1) * count, count=count)
        sheets = max(1, -(-found.total // count))
        answer = as_json(
            {
                "total": found.total,
                "hoja": sheet,
                "hojas": sheets,
                "version": edition.version,
                "filas": list(found.rows),
            }
        )
        answer.headers["X-Total-Count"] = str(found.total)
        link(answer, sheet, sheets)
        return answer

    rows.__doc__ = f"{table.title}\n\n{table.about}"
    return described(
        rows,
        query=question_shape(chosen, table),
        resp=Answers(HTTP_200=answer_shape(chosen, table, row), HTTP_404=Mistake, HTTP_429=Mistake),
        tags=(chosen.title,),
        operation_id=f"{chosen.name}-{table.name}",
    )


def row_view(chosen: DataSet, table: Table, row: Any) -> View:
    """The view of one row."""

    def one(**key: str) -> ResponseReturnValue:
        edition = opened(chosen)
        try:
            wanted = lines.key_of(table, key)
        except WrongValue as error:
            raise NotFound(NO_ROW) from error
        found = lines.read(path_of(edition, table), wanted, skip=0, count=1)
        if not found.rows:
            raise NotFound(NO_ROW)
        return as_json(found.rows[0])

    one.__doc__ = f"Una fila de {table.title}\n\nPor su clave: {', '.join(table.key)}."
    return described(
        one,
        resp=Answers(HTTP_200=row, HTTP_404=Mistake, HTTP_429=Mistake),
        tags=(chosen.title,),
        operation_id=f"{chosen.name}-{table.name}-una",
    )


def described(view: View, **told: Any) -> View:
    """A view that the description knows, that refuses wrong questions and may be kept."""
    kept = cacheable(view)
    wrapped: View = SPEC.validate(**told)(kept)
    return wrapped


def opened(chosen: DataSet) -> Edition:
    """The edition of a set that the calendar shows; NotFound otherwise."""
    if chosen.area is not None:
        must_see(chosen.area)
    return edition_of(resources(), chosen)


def path_of(edition: Edition, table: Table) -> Path:
    """Where the rows stand, one in each line."""
    return edition.path(f"{table.name}.{Format.JSON}")


def link(answer: Response, sheet: int, sheets: int) -> None:
    """Where the neighbouring sheets are."""
    near = {"prev": sheet - 1, "next": sheet + 1, "first": 1, "last": sheets}
    here = url_for(request.endpoint or "")
    told = [
        f'<{here}?{urlencode({**request.args.to_dict(), SHEET: number})}>; rel="{name}"'
        for name, number in near.items()
        if 1 <= number <= sheets
    ]
    answer.headers["Link"] = ", ".join(told)

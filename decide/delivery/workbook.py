"""resumen.xlsx: totals, charts and filters for whoever works in Excel, drawn from the database.

Texts are written as texts, so that none can run. Written row by row, so that size costs no memory;
with the cut-off as its only date, so that it comes out the same every time.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import xlsxwriter

from decide.delivery.database import Totals
from decide.delivery.longsheet import ROWS, LongSheet

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True)
class Page:
    """A sheet: the question that fills it, the widths of its columns."""

    name: str
    query: str
    widths: tuple[int, ...]
    free: int = -1  # the column whose texts hardly ever come twice


PAGES = (
    Page(
        "Textos",
        """
        SELECT asunto AS "Asunto", actor AS "Actor", tipo AS "Tipo", titulo AS "Título",
               eleccion AS "Elección", persona AS "Persona", me_gusta AS "Me gusta",
               no_me_gusta AS "No me gusta", ideas AS "Ideas"
        FROM resumen_por_asunto
        """,
        (9, 14, 24, 48, 34, 30, 10, 13, 8),
    ),
    Page(
        "Por día",
        """
        SELECT dia AS "Día", me_gusta AS "Me gusta", no_me_gusta AS "No me gusta", ideas AS "Ideas"
        FROM respuestas_por_dia
        """,
        (12, 10, 13, 8),
    ),
    Page("Por tema", 'SELECT tema AS "Tema", ideas AS "Ideas" FROM ideas_por_tema', (32, 8)),
    Page(
        "Por municipio",
        'SELECT municipio AS "Municipio", ideas AS "Ideas" FROM ideas_por_municipio',
        (32, 8),
    ),
    Page(
        "Ayuntamientos",
        """
        SELECT municipio AS "Ayuntamiento", asuntos AS "Textos", me_gusta AS "Me gusta",
               no_me_gusta AS "No me gusta", ideas AS "Ideas"
        FROM respuestas_por_municipio
        """,
        (32, 8, 10, 13, 8),
    ),
    Page(
        "Grupos",
        """
        SELECT etiqueta AS "Palabras que repiten (grupo hecho por un programa)", ideas AS "Ideas"
        FROM grupo ORDER BY grupo
        """,
        (60, 8),
    ),
    Page(
        "Ideas",
        """
        SELECT idea AS "Idea", dia AS "Día", tipo AS "Tipo", tema AS "Tema",
               municipio AS "Municipio", actor AS "Actor", asunto AS "Sobre", version AS "Versión",
               repetida_de AS "Repite la idea", datos_personales AS "Datos personales",
               texto AS "Texto"
        FROM ideas_completas
        """,
        (8, 12, 12, 24, 24, 14, 40, 8, 14, 18, 100),
        free=10,
    ),
)


def write(
    path: Path,
    base: sqlite3.Connection,
    facts: Sequence[tuple[str, str]],
    totals: Totals,
    *,
    at: datetime,
) -> None:
    """Write the workbook to `path`; `at` is the date that it bears."""
    told = dict(facts)
    book: Any = xlsxwriter.Workbook(str(path), OPTIONS | {"tmpdir": str(path.parent)})
    book.set_properties(
        {
            "title": f"Opiniones ciudadanas: {told['recibe']}",
            "author": told["autoridad"],
            "created": at.replace(tzinfo=None),
        }
    )
    strong = book.add_format({"bold": True, "bottom": 1})
    first = book.add_worksheet("Resumen")
    counted = {page.name: _fill(book, base, page, strong) for page in PAGES}
    _front(book, first, told, totals, counted)
    book.close()


def _fill(book: Any, base: sqlite3.Connection, page: Page, strong: Any) -> int:
    """One question on one sheet, or on several when there are too many rows; the rows of it."""
    answer = base.execute(page.query)
    titles = [column[0] for column in answer.description]
    number = written = 0
    waiting = answer.fetchone()
    while waiting is not None or not number:
        number += 1
        sheet = _sheet(book, page, titles, strong, number)
        rows = chain([waiting], answer) if waiting is not None else ()
        written = sheet.write_rows(rows, len(titles), free=page.free)
        waiting = answer.fetchone()
    return written


def _sheet(book: Any, page: Page, titles: list[str], strong: Any, number: int) -> Any:
    name = page.name if number == 1 else f"{page.name} {number}"
    sheet = book.add_worksheet(name, worksheet_class=LongSheet)
    for place, width in enumerate(page.widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, ROWS, len(titles) - 1)
    sheet.write_row(0, 0, titles, strong)
    return sheet


def _front(
    book: Any, sheet: Any, told: dict[str, str], totals: Totals, rows: dict[str, int]
) -> None:
    strong, big = book.add_format({"bold": True}), book.add_format({"bold": True, "font_size": 16})
    thousands = book.add_format({"num_format": "#,##0"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 44)
    lines: list[tuple[str, str | int]] = [
        ("Recibe", told["recibe"]),
        ("Entrega", told["autoridad"]),
        ("Proceso", told["proceso"]),
        ("Fecha de corte", told["corte_en_palabras"]),
        ("Asuntos", totals.subjects),
        ("Me gusta", totals.likes),
        ("No me gusta", totals.dislikes),
        ("Ideas", totals.ideas),
        ("Ideas retiradas", totals.withdrawn),
    ]
    sheet.write(0, 0, "Opiniones ciudadanas", big)
    for place, (name, value) in enumerate(lines, start=2):
        sheet.write(place, 0, name, strong)
        sheet.write(place, 1, value, thousands if isinstance(value, int) else None)
    places = iter((13, 30))
    for page, kind, columns in (
        ("Por día", "column", (1, 2, 3)),
        ("Por tema", "bar", (1,)),
    ):
        if rows[page]:
            chart = _chart(book, page, kind, columns, rows[page])
            sheet.insert_chart(next(places), 0, chart, {"x_scale": 1.4})


def _chart(book: Any, page: str, kind: str, columns: tuple[int, ...], rows: int) -> Any:
    chart = book.add_chart({"type": kind})
    for column in columns:
        chart.add_series(
            {
                "name": [page, 0, column],
                "categories": [page, 1, 0, rows, 0],
                "values": [page, 1, column, rows, column],
            }
        )
    chart.set_title({"name": page})
    if kind == "bar":
        chart.set_y_axis({"reverse": True})
    return chart

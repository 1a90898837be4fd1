"""The CSV files, drawn from the finished database, so that the two cannot disagree."""

import csv
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from decide.delivery.spreadsheet import inert

BUFFER = 1 << 20
BOM = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252


@dataclass(frozen=True)
class Column:
    """A column: name, type in the words of the Frictionless standard, meaning."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True)
class Sheet:
    """A CSV file and the question that fills it; its columns come in the question's order."""

    name: str
    meaning: str
    query: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


SUBJECT = Column("asunto", "integer", "Número del asunto en el sitio.")
VERSION = Column("version", "integer", "Versión que se leyó.")
ACTOR = Column("actor", "string", "Clave del actor a quien pertenece el asunto.")
CONTEST = Column("eleccion", "string", "Elección, si el asunto es de una sola.")
PERSON = Column("persona", "string", "Quien encabeza la candidatura, si es una propuesta.")

SHEETS = (
    Sheet(
        "conteos.csv",
        "Me gusta y No me gusta por asunto y versión.",
        """
        SELECT c.asunto, c.version, a.actor, a.tipo, a.eleccion, a.persona,
               t.nombre AS tema, v.titulo, c.me_gusta, c.no_me_gusta
        FROM conteo c JOIN asunto a ON a.asunto = c.asunto
        JOIN version v ON v.asunto = c.asunto AND v.version = c.version
        LEFT JOIN tema t ON t.tema = a.tema
        ORDER BY c.asunto, c.version
        """,
        (
            SUBJECT,
            VERSION,
            ACTOR,
            Column("tipo", "string", "plataforma, tema, bloque o propuesta."),
            CONTEST,
            PERSON,
            Column("tema", "string", "Tema del asunto."),
            Column("titulo", "string", "Título de esa versión."),
            Column("me_gusta", "integer", "Cuántos «Me gusta»."),
            Column("no_me_gusta", "integer", "Cuántos «No me gusta»."),
        ),
        ("asunto", "version"),
    ),
    Sheet(
        "ideas.csv",
        "Todas las ideas, propuestas y comentarios.",
        """
        SELECT i.idea, i.dia, i.tipo, t.nombre AS tema, m.nombre AS municipio, i.asunto, i.version,
               a.actor, a.tipo AS tipo_de_asunto, a.eleccion, a.persona, v.titulo, i.repetida_de,
               i.datos_personales, i.texto
        FROM idea i
        JOIN asunto a ON a.asunto = i.asunto
        JOIN version v ON v.asunto = i.asunto AND v.version = i.version
        LEFT JOIN municipio m ON m.municipio = i.municipio
        LEFT JOIN tema t ON t.tema = i.tema
        WHERE NOT i.retirada ORDER BY i.idea
        """,
        (
            Column("idea", "integer", "Número dentro de esta entrega."),
            Column("dia", "date", "Día en que se recibió, en hora del centro de México."),
            Column("tipo", "string", "idea, propuesta o comentario."),
            Column("tema", "string", "Tema que eligió quien la envió."),
            Column("municipio", "string", "Municipio que indicó quien la envió."),
            SUBJECT,
            VERSION,
            ACTOR,
            Column("tipo_de_asunto", "string", "plataforma, tema, bloque o propuesta."),
            CONTEST,
            PERSON,
            Column("titulo", "string", "Título del asunto al que responde."),
            Column("repetida_de", "integer", "Primera idea con el mismo texto."),
            Column("datos_personales", "string", "Qué datos personales parece traer."),
            Column("texto", "string", "El texto completo."),
        ),
        ("idea",),
    ),
)


def write(path: Path, base: sqlite3.Connection, sheet: Sheet) -> int:
    """Write a sheet (RFC 4180, UTF-8 with BOM); returns its rows without the header."""
    rows = 0

    def lines() -> Iterator[list[object]]:
        nonlocal rows
        for row in base.execute(sheet.query):
            rows += 1
            yield [inert(cell) if isinstance(cell, str) else cell for cell in row]

    with path.open("w", encoding="utf-8", newline="", buffering=BUFFER) as stream:
        stream.write(BOM)
        writer = csv.writer(stream)
        writer.writerow([column.name for column in sheet.columns])
        writer.writerows(lines())
    return rows

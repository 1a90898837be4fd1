"""The CSV files, drawn from the finished database, so that the two cannot disagree."""

import csv
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from decide.delivery.spreadsheet import inert

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
        SELECT c.idea, c.dia, c.tipo, c.tema, c.municipio, i.asunto, c.version, c.actor,
               c.tipo_de_asunto, c.eleccion, c.persona, c.asunto AS titulo, c.repetida_de,
               c.datos_personales, c.texto
        FROM ideas_completas c JOIN idea i ON i.idea = c.idea
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
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(BOM)
        writer = csv.writer(stream)
        writer.writerow([column.name for column in sheet.columns])
        for row in base.execute(sheet.query):
            writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])
            rows += 1
    return rows

"""The CSV files, drawn from the finished database, so that the two cannot disagree."""

import csv
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from decide.delivery.spreadsheet import inert

BOM = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252


@dataclass(frozen=True)
class Sheet:
    """A CSV file and the question that fills it."""

    name: str
    meaning: str
    query: str


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
    ),
    Sheet(
        "ideas.csv",
        "Todas las ideas, propuestas y comentarios.",
        "SELECT * FROM ideas_completas",
    ),
)


def write(path: Path, base: sqlite3.Connection, sheet: Sheet) -> int:
    """Write a sheet (RFC 4180, UTF-8 with BOM); returns its rows without the header."""
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(BOM)
        writer = csv.writer(stream)
        answer = base.execute(sheet.query)
        writer.writerow([column[0] for column in answer.description])
        for row in answer:
            writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])
            rows += 1
    return rows

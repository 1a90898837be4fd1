"""LEEME.pdf: one page that a campaign team reads in two minutes, and what the package is."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from decide.delivery import readme
from decide.delivery.contents import Holder, Member
from decide.delivery.database import Totals
from decide.kernel import typeset

TEMPLATE = Path(__file__).with_name("paper") / "summary.typ"
SHOWN, GROUPS, EXAMPLE = 7, 6, 150

SUBJECTS = """
SELECT titulo, me_gusta, no_me_gusta, ideas FROM resumen_por_asunto
WHERE me_gusta + no_me_gusta + ideas > 0
ORDER BY me_gusta + no_me_gusta DESC, ideas DESC, asunto LIMIT ?
"""
EXAMPLES = """
SELECT g.etiqueta, g.ideas,
       (SELECT i.texto FROM idea_en_grupo e JOIN idea i ON i.idea = e.idea
        WHERE e.grupo = g.grupo ORDER BY e.peso DESC, length(i.texto) < 40, i.idea LIMIT 1)
FROM grupo g ORDER BY g.grupo LIMIT ?
"""


def pdf(
    base: sqlite3.Connection,
    facts: Sequence[tuple[str, str]],
    totals: Totals,
    holders: list[Holder],
    members: list[Member],
) -> bytes:
    """The PDF, from a finished database; the same database gives the same bytes."""
    told = dict(facts)
    return typeset.pdf(
        TEMPLATE,
        {
            "authority": told["autoridad"],
            "process": told["proceso"],
            "cutoff": told["corte_en_palabras"],
            "recipient": told["recibe"],
            "totals": [
                {"name": name, "value": f"{value:,}"}
                for name, value in (
                    ("Me gusta", totals.likes),
                    ("No me gusta", totals.dislikes),
                    ("Ideas", totals.ideas),
                    ("Textos", totals.subjects),
                )
            ],
            "subjects": _rows(base, SUBJECTS),
            "topics": _rows(base, "SELECT tema, ideas FROM ideas_por_tema LIMIT ?"),
            "places": _rows(base, "SELECT municipio, ideas FROM ideas_por_municipio LIMIT ?"),
            "groups": [
                {"label": label, "ideas": f"{ideas:,}", "example": _short(text)}
                for label, ideas, text in base.execute(EXAMPLES, (GROUPS,))
            ],
            "parts": [
                {"title": title, "paragraphs": paragraphs}
                for title, paragraphs in readme.parts(told, holders, members)
            ],
        },
    )


def _rows(base: sqlite3.Connection, query: str) -> list[list[str]]:
    return [
        [f"{cell:,}" if isinstance(cell, int) else _short(cell) for cell in row]
        for row in base.execute(query, (SHOWN,))
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXAMPLE else line[:EXAMPLE].rsplit(" ", 1)[0] + "…"

"""The list of candidacies as a file; nothing in it that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator

from flask import url_for

from decide.catalog.queries_candidacies import CandidacyLine
from decide.delivery.spreadsheet import inert
from decide.web.public.words import actor_kind, contest_title, gender_words, post_words

HEADER = (
    "id",
    "eleccion",
    "tipo_de_eleccion",
    "distrito",
    "municipio",
    "lugar",
    "siglas",
    "actor_politico",
    "figura",
    "cargo",
    "posicion",
    "encabeza",
    "persona_propietaria",
    "genero",
    "edad",
    "persona_suplente",
    "publico_informacion",
    "pagina",
)


def csv_lines(found: Iterable[CandidacyLine]) -> Iterator[str]:
    """The file in pieces; RFC 4180, with the mark by which Excel knows UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(HEADER)
    for place, line in enumerate(found, start=1):
        writer.writerow([inert(str(cell)) for cell in cells(line)])
        if place % 500 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def cells(line: CandidacyLine) -> tuple[object, ...]:
    """One candidacy in the order of the header."""
    contest = line.contest
    return (
        line.id,
        contest_title(contest),
        contest.kind,
        contest.number if contest.kind == "district" else "",
        contest.number if contest.kind == "ayuntamiento" else "",
        contest.place,
        line.actor.acronym,
        line.actor.name,
        actor_kind(line.actor.kind),
        post_words(line.post),
        line.rank,
        "si" if line.is_head else "no",
        line.owner,
        gender_words(line.gender),
        "" if line.age is None else line.age,
        line.substitute or "",
        "si" if line.published else "no",
        url_for("public.candidacy", candidacy_id=line.id),
    )

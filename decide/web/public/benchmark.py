"""“Evaluación del portal”: scores of a published year, how they came about, what will be done."""

from flask import Blueprint, Response, render_template, send_file
from flask.typing import ResponseReturnValue

from decide.benchmarks import queries
from decide.benchmarks.entries import BenchmarkState
from decide.commitments.evidence import EvidenceShelf
from decide.errors import NotFound
from decide.kernel.db import Session
from decide.opendata.benchmark import TABLES, file_of
from decide.opendata.formats import MEDIA_TYPES, Format
from decide.web.shared import benchmark as drawing
from decide.web.shared.context import reading, resources
from decide.web.shared.pages import cacheable

FORMS = (Format.CSV, Format.XLSX)


def mount(door: Blueprint) -> None:
    """Addresses of this module, and its words."""
    door.add_url_rule("/evaluacion", view_func=benchmark)
    door.add_url_rule("/evaluacion/<small:year>", view_func=benchmark_of_year)
    door.add_url_rule(
        "/evaluacion/<small:year>/<string:name>.<string:form>", view_func=benchmark_file
    )
    door.add_url_rule("/evaluacion/evidencias/<int:answer_id>", view_func=benchmark_evidence)
    for words in (drawing.told_score, drawing.step_words):
        door.add_app_template_filter(words)


@cacheable
def benchmark() -> ResponseReturnValue:
    """The newest published year; says so while there is none."""
    with reading() as session:
        years = queries.years(session, published=True)
        return page(session, years[0] if years else None)


@cacheable
def benchmark_of_year(year: int) -> ResponseReturnValue:
    """A published year; a draft does not exist for the public."""
    with reading() as session:
        return page(session, published(session, year))


def page(session: Session, year: int | None) -> str:
    """The whole page of a year, or of none."""
    told = queries.whole(session, year) if year is not None else None
    totals = queries.own_totals(session)
    return render_template(
        "public/benchmark.html",
        told=told,
        years=queries.years(session, published=True),
        totals=totals,
        signs=drawing.numbers(len(told.portals)) if told else [],
        comparison=drawing.comparison(told) if told else None,
        yearly=drawing.yearly(totals),
        tables=TABLES,
        forms=FORMS,
    )


def benchmark_file(year: int, name: str, form: str) -> ResponseReturnValue:
    """Scores, answers or questions of a published year as a file."""
    if form not in FORMS:
        raise NotFound("Ese archivo no existe.")
    with reading() as session:
        body = file_of(session, published(session, year), name, Format(form))
    answer = Response(body, content_type=MEDIA_TYPES[Format(form)])
    answer.headers["Content-Disposition"] = f"attachment; filename=evaluacion-{year}-{name}.{form}"
    return answer


def benchmark_evidence(answer_id: int) -> ResponseReturnValue:
    """A file that shows an answer of a published year, as a download."""
    with reading() as session:
        digest, ending = queries.evidence(session, answer_id, published=True)
    return send_file(
        EvidenceShelf(resources().settings.files_folder).find(digest),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"evaluacion-evidencia-{answer_id}.{ending}",
        max_age=0,
    )


def published(session: Session, year: int) -> int:
    """The year, when everybody may read it; NotFound."""
    if queries.whole(session, year).state is not BenchmarkState.PUBLISHED:
        raise NotFound(f"No hay evaluación de {year}.")
    return year

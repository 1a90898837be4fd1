"""Today's results beside those of the past. Actors are never compared, only figures."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.calendar import queries as calendar
from decide.geography import queries as geography
from decide.kernel.db import Session
from decide.opendata.earlier import EARLIER
from decide.opendata.formats import Format
from decide.results import beside, figures, queries, queries_earlier
from decide.results.queries_earlier import EarlierProcessLine, EarlierResultLine
from decide.web.shared.context import must_see, reading
from decide.web.shared.pages import cacheable


@dataclass(frozen=True)
class Past:
    """What one process of the past gave in a municipality."""

    process: EarlierProcessLine
    result: EarlierResultLine


def mount(door: Blueprint) -> None:
    """Addresses of this module, and its words."""
    door.add_url_rule("/resultados/comparar/<string:process_key>", view_func=results_compared)
    door.add_app_template_filter(moved)


@cacheable
def results_compared(process_key: str) -> ResponseReturnValue:
    """The state and every municipality, then and now."""
    must_see("result")
    with reading() as session:
        process = queries_earlier.process(session, process_key)
        then = queries_earlier.results_of(session, process_key)
        compared = beside.compared(queries.of_ayuntamientos(session), then)
        names = {each.number: each.name for each in geography.municipalities(session)}
        year = year_now(session)
    return render_template(
        "public/results_compared.html",
        process=process,
        compared=compared,
        options=figures.options(then),
        whole=queries.totals(then),
        names=names,
        year=year,
        files=files(),
    )


def past_of(session: Session, municipality: int) -> tuple[Past, ...]:
    """Every process of the past that has a result there; three statements."""
    known = {each.key: each for each in queries_earlier.processes(session)}
    return tuple(
        Past(known[each.process], each)
        for each in queries_earlier.at_municipality(session, municipality)
    )


def year_now(session: Session) -> int:
    """The year of this process' election."""
    return calendar.process(session).election_day.year


def files() -> list[tuple[str, list[tuple[str, str]]]]:
    """Downloads: title of a table, and (format, address) of its files."""
    return [
        (
            table.title,
            [
                (
                    form.upper(),
                    url_for(
                        "public.open_file",
                        dataset=EARLIER.name,
                        table=table.name,
                        form=form.value,
                    ),
                )
                for form in Format
            ],
        )
        for table in EARLIER.tables
    ]


def moved(now: float | None, then: float | None) -> str:
    """“+3.20 puntos”; a dash when one of the two is missing."""
    step = beside.points(now, then)
    if step is None:
        return "–"
    return str(_("%(step)s puntos", step=f"{step:+.2f}".replace("-", "−")))

"""Results by polling station, where they are given: by section, and station by station."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from decide.catalog.queries import contests_at
from decide.errors import NotFound
from decide.geography import queries as geography
from decide.results import queries_stations
from decide.web.shared.context import must_see, reading
from decide.web.shared.pages import cacheable


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/resultados/municipios/<small:number>/secciones"
    door.add_url_rule(one, view_func=results_of_sections)
    door.add_url_rule("/resultados/secciones/<int:section>", view_func=results_of_section)


@cacheable
def results_of_sections(number: int) -> ResponseReturnValue:
    """One ayuntamiento, section by section."""
    must_see("result")
    with reading() as session:
        place = geography.municipality(session, number)
        contests = contests_at(session, municipality=number)
        if not contests:
            raise NotFound("No hay resultados por casilla de esa elección.")
        group = queries_stations.of_contest(session, contests[0].key)
    return render_template("public/results_sections.html", municipality=place, group=group)


@cacheable
def results_of_section(section: int) -> ResponseReturnValue:
    """One section, station by station."""
    must_see("result")
    with reading() as session:
        groups = queries_stations.of_section(session, section)
    return render_template("public/results_section.html", section=section, groups=groups)

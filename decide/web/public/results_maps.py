"""Maps of results: who won and how many voted, as equal tiles and, where loaded, as real shapes."""

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from decide.errors import NotFound
from decide.geography import queries as geography
from decide.geography.queries_shapes import DISTRICT, MUNICIPALITY, StateMap, state_map
from decide.results import queries
from decide.results.queries import ContestResult
from decide.web.public import choropleth, maps
from decide.web.public.maps import MapDrawn
from decide.web.shared.context import must_see, reading
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/resultados/municipios/mapa", view_func=results_map_of_municipalities)
    door.add_url_rule("/resultados/distritos/mapa", view_func=results_map_of_districts)


@cacheable
def results_map_of_municipalities() -> ResponseReturnValue:
    """Every ayuntamiento."""
    must_see("result")
    with reading() as session:
        found = {each.municipality or 0: each for each in queries.of_ayuntamientos(session)}
        names = {each.number: each.name for each in geography.municipalities(session)}
        real = state_map(session, MUNICIPALITY)
    page = (_("Municipios"), url_for("public.results_of_municipalities"))
    return drawn(found, names, of_municipality, maps.municipal_map, real, page)


@cacheable
def results_map_of_districts() -> ResponseReturnValue:
    """Every deputation of a district; NotFound while no votes are loaded."""
    must_see("result")
    with reading() as session:
        found = {each.district or 0: each for each in queries.of_districts(session)}
        names = {
            each.number: _("Distrito %(n)s, %(seat)s", n=each.number, seat=each.seat)
            for each in geography.districts(session)
        }
        real = state_map(session, DISTRICT)
    page = (_("Distritos"), url_for("public.results_of_districts"))
    return drawn(found, names, of_district, maps.district_map, real, page)


def drawn(
    found: Mapping[int, ContestResult],
    names: Mapping[int, str],
    address: Callable[[int], str],
    draw: Callable[[Mapping[int, str], Callable[[int], str]], MapDrawn],
    real: StateMap | None,
    page: tuple[str, str],
) -> ResponseReturnValue:
    """Both maps with their legends, and all of it as a table."""
    if not found:
        raise NotFound(_("Los votos por distrito todavía no están cargados."))
    laid = draw(names, address)
    return render_template(
        "public/results_map.html",
        results=found,
        names=names,
        address=address,
        map=laid,
        shapes=[] if real is None else [pair for pair in real.paths.items() if pair[0] in names],
        real=real,
        winners=choropleth.winners(found, laid.tiles),
        turnout=choropleth.turnout(found, laid.tiles),
        page=page,
    )


def of_municipality(number: int) -> str:
    """The result of a municipality."""
    return url_for("public.results_of_municipality", number=number)


def of_district(number: int) -> str:
    """The result of a district."""
    return url_for("public.results_of_district", number=number)

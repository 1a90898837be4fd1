"""Districts and municipalities: what they are made of, who stands there, and the results."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from decide.catalog.queries import contests_at
from decide.catalog.queries_candidacies import heads_in, slates
from decide.geography import queries
from decide.geography.queries_shapes import DISTRICT, MUNICIPALITY, state_map
from decide.web.public import phases
from decide.web.public.maps import (
    district_address,
    district_map,
    municipal_map,
    municipality_address,
    state,
    where,
)
from decide.web.shared.context import must_see, reading
from decide.web.shared.pages import cacheable


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/distritos", view_func=districts)
    door.add_url_rule("/distritos/<small:number>", view_func=district)
    door.add_url_rule("/municipios", view_func=municipalities)
    door.add_url_rule("/municipios/<small:number>", view_func=municipality)


@cacheable
def districts() -> ResponseReturnValue:
    """All local districts."""
    must_see("guide")
    with reading() as session:
        found = queries.districts(session)
        real = state_map(session, DISTRICT)
    names = {each.number: f"{each.number}, {each.seat}" for each in found}
    return render_template(
        "public/districts.html",
        districts=found,
        map=district_map(names, district_address),
        real=state(real, names, district_address),
    )


@cacheable
def district(number: int) -> ResponseReturnValue:
    """One district, its municipalities and its deputation."""
    must_see("guide")
    with reading() as session:
        page = queries.district(session, number)
        contest = next(iter(contests_at(session, districts=[number])), None)
        show = contest is not None and phases.shown("candidacy")
        presented = slates(session, contest.id) if contest and show else ()
    return render_template(
        "public/district.html",
        district=page,
        map=where(each.number for each in page.municipalities),
        contest=contest,
        slates=presented,
        candidacies_open=phases.opens_at("candidacy"),
    )


@cacheable
def municipalities() -> ResponseReturnValue:
    """All municipalities, by the authority's number."""
    must_see("guide")
    with reading() as session:
        found = queries.municipalities(session)
        real = state_map(session, MUNICIPALITY)
    names = {each.number: each.name for each in found}
    return render_template(
        "public/municipalities.html",
        municipalities=found,
        map=municipal_map(names, municipality_address),
        real=state(real, names, municipality_address),
    )


@cacheable
def municipality(number: int) -> ResponseReturnValue:
    """One municipality: its ayuntamiento with every slate, and its district or districts."""
    must_see("guide")
    with reading() as session:
        page = queries.municipality(session, number)
        contests = contests_at(
            session, districts=[each.number for each in page.districts], municipality=number
        )
        own = next((each for each in contests if each.kind == "ayuntamiento"), None)
        deputations = tuple(each for each in contests if each.kind == "district")
        show = phases.shown("candidacy")
        presented = slates(session, own.id) if own and show else ()
        # A split municipality's page leads to the districts instead.
        whole = show and not page.split
        heads = heads_in(session, [each.id for each in deputations]) if whole else {}
    return render_template(
        "public/municipality.html",
        municipality=page,
        map=where([number]),
        contest=own,
        slates=presented,
        deputations=deputations,
        heads=heads,
        candidacies_open=phases.opens_at("candidacy"),
    )

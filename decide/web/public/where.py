"""¿Dónde voto?: from four digits, or a municipality's name, to the elections in which one votes."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from decide.catalog.queries import ContestRef, contests_at
from decide.catalog.queries_candidacies import heads_in
from decide.geography import queries as geography
from decide.geography.sections import MistypedSection, UnknownSection
from decide.web.public import phases
from decide.web.public.maps import municipal_map, municipality_address
from decide.web.shared.context import must_see, reading
from decide.web.shared.counting import nothing_found
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import refusal

NO_MUNICIPALITY = lazy_gettext(
    "No encontramos ese municipio. Revise cómo lo escribió o busque con menos letras."
)


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/donde-voto", view_func=where_to_vote)


@cacheable
def where_to_vote() -> ResponseReturnValue:
    """The form, or the answer to it."""
    must_see("guide")
    section = request.args.get("seccion", "").strip()
    municipality = request.args.get("municipio", "").strip()
    if section:
        return by_section(section)
    if municipality:
        return by_municipality(municipality)
    return form()


def form(
    *,
    section: str = "",
    municipality: str = "",
    error: str = "",
    field: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """Ask; after a mistake say what to check and keep what was typed.

    Who mistyped a section has the credential at hand: that answer comes without the map.
    """
    names = {}
    if field != "seccion":
        with reading() as session:
            names = {each.number: each.name for each in geography.municipalities(session)}
    page = render_template(
        "public/where.html",
        section=section,
        municipality=municipality,
        error=error,
        field_id=field,
        map=municipal_map(names, municipality_address) if names else None,
    )
    return page, status


def by_section(typed: str) -> ResponseReturnValue:
    """The two elections of a section."""
    with reading() as session:
        try:
            place = geography.place_of_section(session, typed)
        except (MistypedSection, UnknownSection) as error:
            status = 404 if isinstance(error, UnknownSection) else 200
            return form(section=typed, error=refusal(error), field="seccion", status=status)
        contests = contests_at(session, districts=[place.district], municipality=place.municipality)
        heads = heads_in(session, ids(contests)) if phases.shown("candidacy") else {}
    return render_template(
        "public/where_found.html",
        place=place,
        contests=contests,
        heads=heads,
        candidacies_open=phases.opens_at("candidacy"),
    )


def by_municipality(typed: str) -> ResponseReturnValue:
    """The municipality's own page, or a choice of the names that come close."""
    with reading() as session:
        found = geography.find_municipalities(session, typed)
    if not found:
        page = form(municipality=typed, field="municipio", error=str(NO_MUNICIPALITY))
        return nothing_found(make_response(page))
    if len(found) > 1:
        return render_template("public/where_several.html", typed=typed, found=found)
    return redirect(url_for("public.municipality", number=found[0].number))


def ids(contests: tuple[ContestRef, ...]) -> list[int]:
    """Their numbers in the database."""
    return [each.id for each in contests]

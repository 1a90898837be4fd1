"""Windows for other sites: a small page in an iframe that opens ours. Nothing can be pressed in it.

A button inside somebody else's page could be covered by another (clickjacking), so a window has
links only. Only what is published now is shown, without cookies; these are the only pages of ours
that others may frame.
"""

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue

from decide.catalog import queries_candidacies as candidacies
from decide.catalog.queries_platforms import proposal_page, proposals_of
from decide.geography import queries as geography
from decide.web.public import phases
from decide.web.shared.context import must_see, reading
from decide.web.shared.headers import POLICY
from decide.web.shared.pages import cacheable

FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
EMBED = "embed"  # what a link out of a window says of itself, for the statistics


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/embed/donde-voto", view_func=embed_where)
    door.add_url_rule("/embed/municipios/<small:number>", view_func=embed_municipality)
    door.add_url_rule("/embed/distritos/<small:number>", view_func=embed_district)
    door.add_url_rule("/embed/candidaturas/<int:candidacy_id>", view_func=embed_candidacy)
    door.add_url_rule("/embed/propuestas/<int:subject_id>", view_func=embed_proposal)


@cacheable
def embed_where() -> ResponseReturnValue:
    """The question for the section; its answer opens on our site."""
    must_see("guide")
    return framed("where")


@cacheable
def embed_municipality(number: int) -> ResponseReturnValue:
    """One ayuntamiento and what can be read about it."""
    must_see("guide")
    with reading() as session:
        place = geography.municipality(session, number)
    return framed("municipality", place=place)


@cacheable
def embed_district(number: int) -> ResponseReturnValue:
    """One district and what can be read about it."""
    must_see("guide")
    with reading() as session:
        place = geography.district(session, number)
    return framed("district", place=place)


@cacheable
def embed_candidacy(candidacy_id: int) -> ResponseReturnValue:
    """One candidacy with the titles of what it published."""
    must_see("candidacy")
    with reading() as session:
        line = candidacies.candidacy_page(session, candidacy_id).line
        proposals = proposals_of(session, candidacy_id) if phases.shown("proposal") else ()
    return framed("candidacy", line=line, proposals=proposals)


@cacheable
def embed_proposal(subject_id: int) -> ResponseReturnValue:
    """One proposal in its own words; NotFound once it is withdrawn."""
    must_see("proposal")
    with reading() as session:
        page = proposal_page(session, subject_id)
    return framed("proposal", page=page)


def framed(name: str, **told: object) -> Response:
    """A page that any site may show in a frame of its own."""
    page = make_response(render_template(f"embed/{name}.html", mark=EMBED, **told))
    page.headers["Content-Security-Policy"] = FRAMED
    page.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return page

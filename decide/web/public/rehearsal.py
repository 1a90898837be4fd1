"""“Partido de prueba”: open counts, so that anybody can test the line with a telephone."""

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from decide.delivery.rehearsal import rehearsal
from decide.web.shared.context import must_see, reading


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/partido-de-prueba", view_func=test_actor)


def test_actor() -> ResponseReturnValue:
    """Counts and answers of now; nobody keeps this page, for it changes with every press."""
    must_see("platform")
    with reading() as session:
        found = rehearsal(session)
    page = make_response(render_template("public/rehearsal.html", found=found))
    page.headers["Cache-Control"] = "no-store"
    return page

"""Political actors, always in registration order and in the same box."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from decide.catalog import queries
from decide.catalog.queries_blocks import has_blocks
from decide.catalog.queries_platforms import platforms_of
from decide.web.public import phases
from decide.web.shared.context import must_see, reading
from decide.web.shared.pages import cacheable


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/actores", view_func=actors)
    door.add_url_rule("/actores/<string:slug>", view_func=actor)


@cacheable
def actors() -> ResponseReturnValue:
    """Parties, coalitions, candidaturas comunes and independents."""
    must_see("platform")
    with reading() as session:
        found = queries.actors(session)
    return render_template("public/actors.html", actors=found)


@cacheable
def actor(slug: str) -> ResponseReturnValue:
    """One actor: its alliances, its platforms and whom it presents."""
    must_see("platform")
    with reading() as session:
        page = queries.actor_page(session, slug)
        related = (page.actor.id, *(each.id for each in (*page.members, *page.alliances)))
        platforms = platforms_of(session, related)
        blocks = phases.shown("block") and has_blocks(session, page.actor.id)
        heads = queries.heads_of(session, page.actor.id) if phases.shown("candidacy") else ()
    return render_template(
        "public/actor.html",
        page=page,
        actor=page.actor,
        platforms=tuple(each for each in platforms if each.actor == page.actor),
        related_platforms=tuple(each for each in platforms if each.actor != page.actor),
        heads=heads,
        has_blocks=blocks,
        candidacies_open=phases.opens_at("candidacy"),
    )

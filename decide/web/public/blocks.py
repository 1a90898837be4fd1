"""Competitiveness blocks: what they are, who has some, and one actor's with their buttons."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from decide.catalog import queries_blocks as queries
from decide.web.public import phases
from decide.web.shared.context import must_see, reading
from decide.web.shared.pages import cacheable


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/bloques", view_func=blocks)
    door.add_url_rule("/bloques/<string:slug>", view_func=blocks_of)


@cacheable
def blocks() -> ResponseReturnValue:
    """What a block is, and the actors that registered theirs."""
    must_see("block")
    with reading() as session:
        found = queries.actors_with_blocks(session)
    return render_template("public/blocks.html", actors=found)


@cacheable
def blocks_of(slug: str) -> ResponseReturnValue:
    """One actor's blocks: places, gender of who heads, and what citizens may say about each."""
    must_see("block")
    with reading() as session:
        page = queries.blocks_of(session, slug)
    return render_template("public/blocks_of.html", page=page, closes=phases.closes_at("block"))

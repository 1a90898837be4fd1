"""Quitadudas electoral: terms, organs and guides in plain words."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from decide.web.shared.context import must_see
from decide.web.shared.pages import cacheable


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/quitadudas", view_func=glossary)
    door.add_url_rule("/organos", view_func=organs)


@cacheable
def glossary() -> ResponseReturnValue:
    """All terms."""
    must_see("guide")
    return render_template("public/glossary.html")


@cacheable
def organs() -> ResponseReturnValue:
    """What is elected and what it does."""
    must_see("guide")
    return render_template("public/organs.html")

"""About the site itself: how it works, privacy, accessibility, terms, timetable. Always open."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from decide.web.public import phases
from decide.web.shared.context import resources
from decide.web.shared.pages import cacheable


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/calendario", view_func=timetable)
    door.add_url_rule("/como-funciona", view_func=how_it_works)
    door.add_url_rule("/privacidad", view_func=privacy)
    door.add_url_rule("/privacidad/resumen", view_func=privacy_summary)
    door.add_url_rule("/accesibilidad", view_func=accessibility)
    door.add_url_rule("/terminos", view_func=terms)
    door.add_url_rule("/patrones", view_func=patterns)


@cacheable
def timetable() -> ResponseReturnValue:
    """All phases: what is open, what was, what comes."""
    return render_template("public/timetable.html", stages=phases.stages())


@cacheable
def how_it_works() -> ResponseReturnValue:
    """Why no count is public, what a folio is, who receives what."""
    return render_template("public/how_it_works.html")


@cacheable
def privacy() -> ResponseReturnValue:
    """The full privacy notice."""
    return render_template("public/privacy.html", days=resources().settings.idea_retention_days)


@cacheable
def privacy_summary() -> ResponseReturnValue:
    """The simplified notice, at most 200 words."""
    return render_template("public/privacy_summary.html")


@cacheable
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return render_template("public/accessibility.html")


@cacheable
def terms() -> ResponseReturnValue:
    """Terms of use."""
    return render_template("public/terms.html")


@cacheable
def patterns() -> ResponseReturnValue:
    """Every component with its states, for those who build pages."""
    return render_template("public/patterns.html")

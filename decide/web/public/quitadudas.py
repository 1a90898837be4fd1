"""Quitadudas electoral: terms, organs and guides in plain words, with their easy twins."""

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from decide.editorial import queries
from decide.editorial.entries import ASSIGNMENT, Guide
from decide.editorial.kinds import Key, Kind
from decide.errors import NotFound
from decide.web.public.twins import told
from decide.web.shared.context import library, must_see
from decide.web.shared.counting import nothing_found
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _

LONGEST = 60  # characters of a search


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/quitadudas", view_func=glossary)
    door.add_url_rule("/quitadudas/<string:slug>", view_func=term)
    door.add_url_rule("/organos", view_func=organs)
    door.add_url_rule("/organos/lectura-facil", view_func=organs_easy)
    door.add_url_rule("/guias", view_func=guides)
    door.add_url_rule("/guias/<string:slug>", view_func=guide)
    door.add_url_rule("/guias/<string:slug>/lectura-facil", view_func=guide_easy)


@cacheable
def glossary() -> ResponseReturnValue:
    """All terms by letter, those of one category, or those that fit a search."""
    must_see("guide")
    known = library()
    typed = request.args.get("q", "").strip()[:LONGEST]
    category = request.args.get("categoria", "")
    chosen = queries.in_category(known, category) if category else tuple(known.terms.values())
    found = queries.find(known, typed)
    page = render_template(
        "public/glossary.html",
        typed=typed,
        found=found,
        category=category,
        categories=queries.categories(known),
        letters=queries.by_letter(chosen),
        total=len(known.terms),
    )
    return nothing_found(make_response(page)) if typed and not found else page


@cacheable
def term(slug: str) -> ResponseReturnValue:
    """One term."""
    must_see("guide")
    known = library()
    found = known.terms.get(slug)
    if found is None:
        raise NotFound(_("Esa palabra no está en el Quitadudas. Búsquela en la lista."))
    words = told(known, Kind.TERM, found, slug)
    return render_template(
        "public/term.html", term=words.entry, told=words, related=queries.related(known, found)
    )


@cacheable
def organs() -> ResponseReturnValue:
    """What is elected, what it does, and what a vote changes."""
    must_see("guide")
    known = library()
    return render_template(
        "public/organs.html",
        organs=[told(known, Kind.ORGAN, each, slug) for slug, each in known.organs.items()],
        terms=known.terms,
        assignment=told(known, Kind.ASSIGNMENT, known.assignment, ASSIGNMENT),
    )


@cacheable
def organs_easy() -> ResponseReturnValue:
    """The same in lectura fácil."""
    must_see("guide")
    known = library()
    organs = [told(known, Kind.ORGAN, each, slug) for slug, each in known.organs.items()]
    assignment = told(known, Kind.ASSIGNMENT, known.assignment, ASSIGNMENT)
    keys = {Key(Kind.ORGAN, slug) for slug in known.organs} | {Key(Kind.ASSIGNMENT, ASSIGNMENT)}
    parts = [(each.entry.name, each.entry.easy) for each in organs if each.entry.easy]
    return render_template(
        "public/easy.html",
        title=_("Qué se elige"),
        told=assignment,
        parts=[*parts, (assignment.entry.title, assignment.entry.easy)],
        whole=url_for("public.organs"),
        old_easy=bool(keys & known.old_easy),
    )


@cacheable
def guides() -> ResponseReturnValue:
    """All guides."""
    must_see("guide")
    return render_template("public/guides.html", guides=tuple(library().guides.values()))


@cacheable
def guide(slug: str) -> ResponseReturnValue:
    """One guide, step by step."""
    must_see("guide")
    words = told(library(), Kind.GUIDE, guide_called(slug), slug)
    return render_template("public/guide.html", guide=words.entry, told=words)


@cacheable
def guide_easy(slug: str) -> ResponseReturnValue:
    """The same in lectura fácil."""
    must_see("guide")
    words = told(library(), Kind.GUIDE, guide_called(slug), slug)
    if not words.entry.easy:
        raise NotFound(_("Esta guía no tiene versión en lectura fácil. Lea la página completa."))
    return render_template(
        "public/easy.html",
        title=words.entry.title,
        told=words,
        parts=[("", words.entry.easy)],
        whole=url_for("public.guide", slug=slug),
        old_easy=Key(Kind.GUIDE, slug) in library().old_easy,
    )


def guide_called(slug: str) -> Guide:
    """The guide, or NotFound."""
    found = library().guides.get(slug)
    if found is None:
        raise NotFound(_("Esa guía no existe. Elija una de la lista."))
    return found

"""What surrounds every citizens' page: the menu and the links at its foot."""

from typing import Any

from flask import Blueprint, request, url_for

from decide.errors import Unavailable
from decide.statistics.pages import page_of
from decide.web.public import phases
from decide.web.shared.context import library
from decide.web.shared.wording import gettext as _

# Kinds of pages that carry the links for sharing.
SHARED = frozenset(
    {"home", "place", "actor", "platform", "candidacy", "glossary", "guide", "result"}
    | {"statistic", "data", "notice"}
)


def mount(door: Blueprint) -> None:
    """Add the frame's variables to the templates of this door."""
    door.context_processor(frame)


def frame() -> dict[str, Any]:
    """What the layouts need: menu, links, where we are, and what the calendar shows."""
    return {
        "navigation": navigation(),
        "footer_links": footer_links(),
        "here": request.path,
        "shareable": shareable(request.path),
        "root": request.root_path,
        "shown": phases.shown,
        "answered": phases.answered,
    }


def shareable(path: str) -> bool:
    """Whether a page is one to pass on: the same for everybody and about something."""
    page = page_of(path)
    return request.method == "GET" and page is not None and page.kind in SHARED


def navigation() -> list[tuple[str, str]]:
    """The doors that are open now; none while nothing is known of the calendar."""
    links = [
        ("guide", _("¿Dónde voto?"), "public.where_to_vote"),
        ("candidacy", _("Candidaturas"), "public.candidacies"),
        ("platform", _("Plataformas"), "public.platforms"),
        ("guide", _("Municipios"), "public.municipalities"),
        ("guide", _("Quitadudas"), "public.glossary"),
        ("result", _("Resultados"), "public.results"),
        ("guide", _("Buscar"), "public.search_everything"),
    ]
    try:
        return [(label, url_for(view)) for area, label, view in links if phases.shown(area)]
    except Unavailable:
        return []


def footer_links() -> list[tuple[str, str]]:
    """About the site itself; always open."""
    notices = [(_("Avisos"), url_for("public.notices"))] if library().has_notices else []
    return [
        (_("Mis opiniones"), url_for("public.mine")),
        (_("Cómo funciona"), url_for("public.how_it_works")),
        (_("Calendario"), url_for("public.timetable")),
        (_("Revisar un folio"), url_for("public.folios")),
        (_("Sellos"), url_for("public.seals")),
        (_("Seguimiento del compromiso"), url_for("public.commitment")),
        (_("Evaluación del portal"), url_for("public.benchmark")),
        (_("Datos abiertos"), url_for("public.open_data")),
        (_("Sala de prensa"), url_for("public.newsroom")),
        *notices,
        (_("Carteles e insertos"), url_for("public.embedding")),
        (_("Aviso de privacidad"), url_for("public.privacy")),
        (_("Derechos sobre sus datos"), url_for("public.rights")),
        (_("Accesibilidad"), url_for("public.accessibility")),
        (_("Términos de uso"), url_for("public.terms")),
        (_("Estado del servicio"), url_for("public.status")),
    ]

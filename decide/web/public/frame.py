"""What surrounds every citizens' page: the menu and the links at its foot."""

from functools import lru_cache
from typing import Any

from flask import Blueprint, request, url_for

from decide.errors import Unavailable
from decide.statistics.pages import page_of
from decide.web.public import phases
from decide.web.shared.context import library, standing
from decide.web.shared.languages import language_here
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
        "done": phases.done,
        "voted": phases.voted,
    }


def shareable(path: str) -> bool:
    """Whether a page is one to pass on: the same for everybody and about something."""
    page = page_of(path)
    return request.method == "GET" and page is not None and page.kind in SHARED


def navigation() -> list[tuple[str, str]]:
    """The doors that are open now; none while nothing is known of the calendar."""
    try:
        visible = standing().visible
    except Unavailable:
        return []
    return _doors(language_here().code, request.root_path, visible)


@lru_cache(maxsize=64)
def _doors(_language: str, _root: str, visible: frozenset[str]) -> list[tuple[str, str]]:
    # Some thirty addresses are a tenth of what a page costs, and they are always the same.
    links = [
        ("guide", _("¿Dónde voto?"), "public.where_to_vote"),
        ("candidacy", _("Candidaturas"), "public.candidacies"),
        ("platform", _("Plataformas"), "public.platforms"),
        ("guide", _("Municipios"), "public.municipalities"),
        ("guide", _("Quitadudas"), "public.glossary"),
        ("result", _("Resultados"), "public.results"),
        ("guide", _("Buscar"), "public.search_everything"),
    ]
    return [(label, url_for(view)) for area, label, view in links if area in visible]


def footer_links() -> list[tuple[str, str]]:
    """About the site itself; always open."""
    return _about(language_here().code, request.root_path, library().has_notices)


@lru_cache(maxsize=64)
def _about(_language: str, _root: str, has_notices: bool) -> list[tuple[str, str]]:
    notices = [(_("Avisos"), url_for("public.notices"))] if has_notices else []
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

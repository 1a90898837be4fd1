"""No barrier on any page for citizens: every phase, state, width and colour scheme.

Each page is opened once in each phase; then the window is made wider and the colours are turned.
320 px is also what 400 % of a window of 1,280 px leaves. `AXE=full` (`make barriers`) looks at all
pages in all phases at 320, 768 and 1280, light and dark; CI at all pages of the campaign and some
of the others, at 320 in light and at 1280 in dark. `SCREENSHOTS=folder` keeps a picture of each.
"""

import os
from pathlib import Path

import pytest
from flask import template_rendered

from tests import factories
from tests.browser.barriers import Looker
from tests.browser.test_citizen import site, visitor  # noqa: F401
from tests.portal import clock, portal_app, portal_database, portal_world, world  # noqa: F401

pytestmark = pytest.mark.browser

FULL = os.environ.get("AXE") == "full"
LOOKS = (
    [(width, scheme) for width in (320, 768, 1280) for scheme in ("light", "dark")]
    if FULL
    else [(320, "light"), (1280, "dark")]
)
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "public"
PAGES = (
    "/", "/donde-voto", "/donde-voto?seccion=5176", "/donde-voto?seccion=55oo",
    "/donde-voto?municipio=chalco", "/donde-voto?municipio=san", "/distritos", "/distritos/2",
    "/municipios", "/municipios/107", "/municipios/34", "/actores", "/actores/lucero",
    "/actores/prueba", "/plataformas", "/plataformas/lucero/municipal", "/temas", "/temas/agua",
    "/temas/campo", "/comparar?lote=4", "/comparar/municipios/107?lote=4",
    "/comparar/distritos/2?lote=4", "/candidaturas", "/candidaturas?nombre=penaloza&genero=mujer",
    "/candidaturas?nombre=zzz", "/calendario", "/como-funciona", "/como-funciona/lectura-facil",
    "/lectura-facil",
    "/privacidad", "/privacidad/resumen", "/privacidad/derechos", "/accesibilidad", "/terminos",
    "/estado", "/quitadudas",
    "/quitadudas?q=coalision", "/quitadudas?q=xyz", "/quitadudas/planilla", "/organos",
    "/organos/lectura-facil", "/guias", "/guias/como-votar", "/municipios/999", "/buscar",
    "/buscar?q=agua", "/buscar?q=zzxx", "/bloques", "/bloques/lucero", "/encuesta",
    "/sugerencias?sobre=organos", "/difusion/insertar", "/en/", "/en/municipios/107",
)  # fmt: skip
# Looked at in CI by the tests of their own rooms, and here in the full form.
MORE = (
    "/difusion", "/datos", "/datos/territorio", "/estadisticas", "/resultados",
    "/resultados/municipios",
    "/resultados/municipios/107", "/resultados/distritos", "/resultados/distritos/2",
    "/resultados/actores/lucero", "/sellos", "/sellos/comprobar", "/partido-de-prueba", "/folios",
    "/opiniones", "/opiniones/traer", "/opiniones/borrar", "/sin-conexion",
    "/seguimiento", "/evaluacion", "/avisos", "/privacidad/derechos/estado",
    "/embed/donde-voto", "/embed/municipios/107", "/embed/distritos/2", "/plataformas/nadie/x",
)  # fmt: skip
SOME = {
    "BEFORE": ("/", "/calendario", "/candidaturas"),
    "PLATFORMS": ("/", "/municipios/107", "/plataformas/lucero/municipal"),
    "SILENCE": ("/", "/plataformas/lucero/municipal", "/temas/agua"),
    "COUNT": (),
    "RESULTS": ("/", "/municipios/107", "/distritos/2"),
}
# Seen after something was sent, or made of parts that only other tests have.
ELSEWHERE = {
    "kept.html", "prove.html", "mine_carry.html", "mine_forgotten.html", "mine_idea.html",
    "folio.html",
    "folio_withdraw.html", "voices_thanks.html", "patterns.html", "seal.html", "worker.js",
    "seals_feed.xml", "open_set.html", "text.html",
    # tests/browser/test_newsroom.py
    "newsroom.html", "bulletin.html", "mail_list.html", "mail_list_press.html",
    "mail_list_done.html", "results_map.html",
    # tests/browser/test_results.py
    "results_compared.html", "results_sections.html", "results_section.html",
    # tests/browser/test_rights.py
    "rights_received.html", "rights_state.html",
}  # fmt: skip


@pytest.fixture
def shown(portal_app):  # noqa: F811
    """Names of the templates that were rendered."""
    names = set()

    def note(sender, template, context, **more):
        names.add(template.name)

    with template_rendered.connected_to(note, portal_app):
        yield names


def test_no_page_has_a_barrier_in_any_phase(visitor, axe_source, world, clock, shown):  # noqa: F811
    own = (
        f"/candidaturas/{world['head']}", f"/candidaturas/{world['other']}",
        f"/ideas/{world['subject']}", f"/opiniones/{world['subject']}/lista?opinion=like",
        f"/embed/candidaturas/{world['head']}", f"/embed/propuestas/{world['subject']}",
    )  # fmt: skip
    everything = (*PAGES, *MORE, *own) if FULL else (*PAGES, *own[:2])
    page = visitor(width=320)
    looker = Looker(page, axe_source, LOOKS)
    for phase, some in {"CAMPAIGN": everything, **SOME}.items():
        clock.instant = getattr(factories, phase)
        for path in everything if FULL else some:
            page.goto(path)
            looker.look(phase.lower(), path)
    assert "\n".join(f"{where}: {wrong}" for where, wrong in looker.found.items()) == ""
    assert [each for each in looker.complaints if "404" not in each] == []
    if FULL:
        unseen = {each.name for each in TEMPLATES.glob("*.*")} - ELSEWHERE
        assert unseen - {name.removeprefix("public/") for name in shown} == set()

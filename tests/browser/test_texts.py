"""The desk of texts and the notices in a real browser: no barrier in any state.

`SCREENSHOTS=folder` keeps a picture of each page.
"""

import os

import pytest

from decide.accounts.roles import Role
from decide.editorial import actions
from decide.editorial.kinds import Key, Kind
from decide.editorial.reading import library
from decide.editorial.shape import fields_of
from decide.web.shared.context import KEY
from tests import factories
from tests.browser.barriers import Looker
from tests.browser.test_citizen import site, visitor
from tests.person import account
from tests.portal import clock, portal_app, portal_database, portal_world, world

__all__ = ["clock", "portal_app", "portal_database", "portal_world", "site", "visitor", "world"]
pytestmark = pytest.mark.browser
PASSPHRASE = "mesa caballo lluvia nueve"
WIDTHS = (360, 768, 1280) if os.environ.get("SCREENSHOTS") else (320, 1280)
TERM = "/oficina/textos/es/palabra/planilla"
OFFICE = (
    "Las personas ciudadanas deberán presentarse oportunamente ante las autoridades que "
    "correspondan, a efecto de coadyuvar al adecuado desarrollo de la jornada electoral. "
    "Vea [esto](http://ejemplo.mx) y [aquello](https://www.ine.mx/)."
)


def show(session, key, fields):
    row = actions.locked(session, key, at=factories.CAMPAIGN)
    actions.write(
        session, key, fields, note="Se corrigió.", revision=row.revision,
        at=factories.CAMPAIGN, by=None,
    )  # fmt: skip
    actions.approve(
        session, key, revision=row.revision, due_at=None, at=factories.CAMPAIGN, by=None,
        second=None,
    )  # fmt: skip


@pytest.fixture
def written(portal_app, world):
    """A changed guide with an old twin, a notice, a draft with faults; and somebody to log in."""
    from decide.accounts import actions as accounts

    own = portal_app.extensions[KEY].resources
    known = library()
    with own.database.transaction() as session:
        row = account(session, "letras", Role.WRITER, at=factories.CAMPAIGN)
        accounts.set_passphrase(
            session, own.settings, row.id, PASSPHRASE, at=factories.CAMPAIGN, by=None
        )
        guide = Key(Kind.GUIDE, "como-votar")
        told = fields_of(Kind.GUIDE, known.guides["como-votar"])
        show(session, guide, told | {"intro": "Otra entrada.", "step-1-time": "5 minutos"})
        notice = actions.create(
            session, Kind.TEXT, {"title": "Cambio de sede"}, at=factories.CAMPAIGN, by=None
        )
        body = "# Dónde\n\nAhora en **Toluca**.\n\n- Uno\n- Dos\n\n> Dicho"
        show(session, notice, {"title": "Cambio de sede", "body": body, "easy": "Nos cambiamos."})
        term = Key(Kind.TERM, "planilla")
        told = fields_of(Kind.TERM, known.terms["planilla"])
        english = {"term": "Slate", "definition": "The people who stand together for a town."}
        show(session, Key(term.kind, term.slug, "en"), told | english)
        show(session, term, told | {"definition": "Van juntas por un ayuntamiento."})
        actions.write(
            session, term, told | {"more": OFFICE}, note="", revision=2, at=factories.CAMPAIGN,
            by=row.id,
        )  # fmt: skip


def test_texts_have_no_barrier_in_any_state(visitor, axe_source, written):
    page = visitor(width=WIDTHS[0])
    looker = Looker(page, axe_source, [(each, "light") for each in WIDTHS] + [(1280, "dark")])
    for path in (
        "/avisos", "/avisos/cambio-de-sede", "/avisos/cambio-de-sede/lectura-facil",
        "/guias/como-votar", "/guias/como-votar/lectura-facil", "/en/quitadudas/planilla",
    ):  # fmt: skip
        assert page.goto(path).status == 200, path
        looker.look("public", path)
    page.goto("/oficina/entrar")
    page.fill("input[name=username]", "letras")
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.click("main form button")
    page.wait_for_url("**/oficina")
    for path in (
        "/oficina/textos", "/oficina/textos?q=nada-asi", "/oficina/textos/nuevo", TERM,
        f"{TERM}/versiones/1", "/oficina/textos/es/guia/como-votar",
        "/oficina/textos/es/organo/ayuntamiento", "/oficina/textos/es/inicio/opinar",
        "/oficina/textos/en/palabra/planilla",
    ):  # fmt: skip
        assert page.goto(path).status == 200, path
        looker.look("office", path)
    page.goto("/oficina/textos/nuevo")
    page.click("main form button")
    looker.look("error", "/oficina/textos/nuevo")
    page.goto(TERM)
    page.click("text=Vista previa")
    looker.look("preview", TERM)
    page.fill("[name=reason]", "Se corrigió")
    page.click("text=Pedir que se publique")
    looker.look("refused", TERM)
    page.goto(TERM)
    page.fill("[name=definition]", "Lo que yo escribí.")
    page.evaluate("document.querySelector('main [name=revision]').value = '1'")
    page.click("text=Guardar borrador")
    looker.look("conflict", TERM)
    assert page.input_value("[name=definition]") == "Lo que yo escribí."
    page.goto("/oficina/textos/es/guia/como-votar")
    page.fill("[name=remedy]", "Avise a la **mesa**.")
    page.click("text=Guardar borrador")
    page.fill("[name=reason]", "Se corrigió")
    page.click("text=Pedir que se publique")
    page.wait_for_url("**/oficina/cambios/*")
    looker.look("proposed", "/oficina/cambios/1")
    assert "\n".join(f"{where}: {wrong}" for where, wrong in looker.found.items()) == ""
    assert [each for each in looker.complaints if "422" not in each and "409" not in each] == []

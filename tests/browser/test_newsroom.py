"""The newsroom, its mail list and the maps of results: no barrier, in light and in dark."""

from dataclasses import replace

import pytest

from decide.newsroom import actions
from decide.newsroom.actions import Writing
from decide.newsroom.sealing import LEAVE, Secrets
from decide.web.shared.context import KEY
from tests import factories
from tests.browser.barriers import Looker
from tests.browser.test_citizen import site, visitor
from tests.portal import clock, portal_app, portal_database, portal_world, world

__all__ = ["clock", "portal_app", "portal_database", "portal_world", "site", "visitor", "world"]
pytestmark = pytest.mark.browser
TEXT = "# Hoy\n\nYa *abrió*. Vea [las guías](/guias).\n\n- Uno\n- Dos\n\n> Dicho"


@pytest.fixture
def settings(settings):
    """With a mail server, so that there is a form; nothing is sent to it here."""
    return replace(settings, smtp_url="smtp://127.0.0.1:9")


def test_the_newsroom_its_mail_list_and_the_map_have_no_barrier(
    visitor, axe_source, clock, portal_app, world
):  # fmt: skip
    own = portal_app.extensions[KEY].resources
    clock.instant = factories.RESULTS
    told = Writing(title="Abre la herramienta", summary="Desde hoy.", text=TEXT)
    with own.database.transaction() as session:
        number = actions.write(session, None, told, revision=0, at=clock.instant, by=None)
        actions.publish(session, number, at=clock.instant, by=None)
        later = replace(told, note="Se corrigió el título.")
        actions.write(session, number, later, revision=1, at=clock.instant, by=None)
        actions.publish(session, number, at=clock.instant, by=None)
        factories.count_toluca(session, stations=(), at=clock.instant)
    page = visitor(width=320)
    looker = Looker(page, axe_source, [(320, "light"), (1280, "dark")])
    for path in (
        "/sala-de-prensa", f"/sala-de-prensa/{number}", f"/sala-de-prensa/{number}/versiones/1",
        "/lista-de-correo", "/lista-de-correo/enviado",
        f"/lista-de-correo/baja/{Secrets(own.settings).token(LEAVE, 1)}",
        "/resultados/municipios/mapa",
    ):  # fmt: skip
        assert page.goto(path).status == 200, path
        looker.look("results", path)
    assert looker.found == {}
    assert looker.complaints == []

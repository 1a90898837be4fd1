"""ARCO requests in a browser without a script: sent, answered, read; and no barrier on the way."""

import pytest
from sqlalchemy import text

from decide.listening import requests
from decide.web.shared.context import KEY
from tests import factories
from tests.browser.barriers import Looker
from tests.browser.test_citizen import site, visitor
from tests.portal import clock, portal_app, portal_database, portal_world, world

__all__ = ["clock", "portal_app", "portal_database", "portal_world", "site", "visitor", "world"]
pytestmark = pytest.mark.browser


def fill(page):
    page.goto("/privacidad")
    page.click("text=Ejercer mis derechos sobre mis datos")
    page.check("text=Corregir mis datos")
    page.fill("#texto", "Mi nombre en la candidatura lleva acento.")
    page.click("button:has-text('Enviar mi solicitud')")
    return page.inner_text(".folio__code")


def test_a_request_is_sent_answered_and_read_without_a_script(visitor, portal_app, world, clock):
    own = portal_app.extensions[KEY].resources
    page = visitor(script=False)
    number = fill(page)
    page.click("button:has-text('Ver cómo va')")
    assert "Recibida" in page.inner_text("main")
    with own.database.transaction() as session:
        request_id = session.scalar(text("SELECT id FROM arco_request"))
        told = "Ya corregimos el nombre en la lista."
        requests.answer(session, request_id, told, at=clock.instant, by=None)
    page.goto("/privacidad/derechos/estado")
    page.fill("#folio", number)
    page.keyboard.press("Enter")
    page.wait_for_selector("#respuesta")
    assert told in page.inner_text("main")


def test_no_page_of_a_request_has_a_barrier(visitor, axe_source, portal_app, world, clock):
    clock.instant = factories.CAMPAIGN
    page = visitor(width=320)
    looker = Looker(page, axe_source, [(320, "light"), (1280, "dark")])
    page.goto("/privacidad/derechos")
    looker.look("campaign", "/privacidad/derechos")
    page.click("button:has-text('Enviar mi solicitud')")
    page.wait_for_selector("#error-summary")
    looker.look("campaign", "/privacidad/derechos/error")
    fill(page)
    looker.look("campaign", "/privacidad/derechos/folio")
    page.click("button:has-text('Ver cómo va')")
    page.wait_for_selector("h1:has-text('Su solicitud')")
    looker.look("campaign", "/privacidad/derechos/estado")
    assert looker.found == {}
    assert [each for each in looker.complaints if "422" not in each] == []

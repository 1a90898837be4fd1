"""The yearly benchmark in a browser: no barrier for staff nor in public; empty, wrong, full."""

import pytest

from decide.web.shared.context import KEY
from tests import factories
from tests.benchmark_world import filled, published
from tests.browser.barriers import Looker
from tests.browser.test_citizen import site, visitor
from tests.portal import PASSPHRASE, clock, portal_app, portal_database, portal_world, world

__all__ = ["clock", "portal_app", "portal_database", "portal_world", "site", "visitor", "world"]
pytestmark = pytest.mark.browser
LOOKS = [(360, "light"), (768, "light"), (1280, "dark")]


def test_no_page_of_the_benchmark_has_a_barrier(visitor, axe_source, portal_app, world):
    page = visitor(width=360)
    looker = Looker(page, axe_source, LOOKS)
    page.goto("/evaluacion")
    looker.look("empty", "/evaluacion")
    page.goto("/oficina/entrar")
    page.fill("input[name=username]", "textos")
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.click("main form button")
    page.goto("/oficina/evaluacion")
    looker.look("empty", "/oficina/evaluacion")
    own = portal_app.extensions[KEY].resources
    with own.database.transaction() as session:
        published(session, 2018, 2019, 2020, at=factories.CAMPAIGN)
        filled(session, 2021, at=factories.CAMPAIGN)
    page.goto("/oficina/evaluacion")
    looker.look("full", "/oficina/evaluacion")
    page.click("text=2021")
    looker.look("full", "/oficina/evaluacion/2021")
    page.click("text=Agregar un portal")
    page.click("text=Guardar portal")
    page.wait_for_selector("#error-summary")
    looker.look("wrong", "/oficina/evaluacion/2021")
    page.click("a:has-text('Portal A')")
    page.wait_for_selector("h1:has-text('Portal A')")
    looker.look("full", "/oficina/evaluacion/portales/2")
    page.goto("/oficina/evaluacion/2021/plan/nueva")
    page.click("text=Guardar")
    page.wait_for_selector("#error-summary")
    looker.look("wrong", "/oficina/evaluacion/2021/plan/nueva")
    page.goto("/evaluacion/2020")  # the browser may keep the other address as it was
    assert page.locator("svg.chart").count() == 2
    looker.look("full", "/evaluacion/2020")
    assert "\n".join(f"{where}: {wrong}" for where, wrong in looker.found.items()) == ""
    assert [each for each in looker.complaints if "422" not in each] == []

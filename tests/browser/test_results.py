"""No barrier on the pages of results that need a process of the past, or polling stations."""

import pytest

from decide.web.shared.context import KEY
from tests import factories
from tests.browser.barriers import Looker
from tests.browser.test_citizen import site, visitor  # noqa: F401
from tests.portal import clock, portal_app, portal_database, portal_world, world  # noqa: F401

pytestmark = pytest.mark.browser

PATHS = (
    "/resultados", "/resultados/comparar/2015", "/resultados/municipios/107",
    "/resultados/municipios/107/secciones", "/resultados/secciones/5176",
)  # fmt: skip


def test_no_page_of_results_has_a_barrier(visitor, axe_source, world, clock, portal_app):  # noqa: F811
    with portal_app.extensions[KEY].resources.database.transaction() as session:
        factories.past(session)
        factories.count_toluca(session, stations=(("B", 10, 5, 1), ("C1", 10, 5, 1)))
    clock.instant = factories.RESULTS
    page = visitor(width=320)
    looker = Looker(page, axe_source, [(320, "light"), (1280, "dark")])
    for path in PATHS:
        assert page.goto(path).status == 200
        looker.look("results", path)
    assert "\n".join(f"{where}: {wrong}" for where, wrong in looker.found.items()) == ""

"""No barrier on the pages of results that need a process of the past, or polling stations."""

import pytest

from decide.results.actions import record_result
from decide.results.entries import ResultEntry, StationEntry, VoteEntry
from decide.results.models import ResultStatus
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
        record_result(
            session,
            ResultEntry(
                contest="em.m107", status=ResultStatus.FINAL, source="Acta", valid=30,
                unregistered=0, null_votes=2, total=32, nominal_list=90,
                votes=(VoteEntry(1, "LUCERO", "LUCERO", 20), VoteEntry(2, "RAIZ", "RAIZ", 10)),
                stations=tuple(
                    StationEntry(5176, name, (10, 5), 0, 1, 16) for name in ("B", "C1")
                ),
            ),
            at=factories.RESULTS, by=None,
        )  # fmt: skip
    clock.instant = factories.RESULTS
    page = visitor(width=320)
    looker = Looker(page, axe_source, [(320, "light"), (1280, "dark")])
    for path in PATHS:
        assert page.goto(path).status == 200
        looker.look("results", path)
    assert "\n".join(f"{where}: {wrong}" for where, wrong in looker.found.items()) == ""

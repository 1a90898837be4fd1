"""Posters in the office and for everybody, and the way from visits to ideas: no barrier.

`SCREENSHOTS=folder` keeps a picture of each page.
"""

import pytest
from sqlalchemy import text

from decide.accounts.roles import Role
from decide.outreach import jobs
from decide.web.shared.context import KEY
from tests import factories
from tests.browser.barriers import Looker
from tests.browser.test_citizen import site, visitor  # noqa: F401
from tests.browser.test_office_watch import look  # noqa: F401
from tests.browser.test_staff import enter, house, settings  # noqa: F401
from tests.delivery_world import own_world, spoken_world  # noqa: F401
from tests.portal import clock, portal_app, portal_database, portal_world  # noqa: F401

pytestmark = pytest.mark.browser


def test_a_batch_is_ordered_and_watched_until_it_is_ready(page, house, enter, look):  # noqa: F811
    address, _ = house
    enter(Role.WRITER, "/oficina")
    page.goto(f"{address}/oficina/difusion")
    page.click("text=Carteles con código QR")
    look("carteles-vacio")
    page.select_option("#about", "actores")
    page.select_option("#form", "a4")
    page.click("main button:has-text('Pedir carteles')")
    page.wait_for_url("**/difusion/carteles/1")
    look("carteles-en-cola")
    jobs.make(1)
    page.wait_for_selector("text=Los carteles están listos", timeout=60_000)  # without a reload
    look("carteles-listos")
    page.goto(f"{address}/oficina/difusion/carteles")
    look("carteles-lista")


def test_posters_and_statistics_have_no_barrier_for_citizens(
    visitor, axe_source, portal_app, portal_world, clock  # noqa: F811
):  # fmt: skip
    with portal_app.extensions[KEY].resources.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO visit_count (day, hour, kind, item, source, views) VALUES"
                " ('2021-06-10', 9, 'home', '', 'qr', 620),"
                " ('2021-06-10', 9, 'glossary', 'planilla', 'direct', 118),"
                " ('2021-06-10', 9, 'glossary', 'coalicion', 'direct', 61)"
            )
        )
        session.execute(
            text(
                "INSERT INTO closed_day (day, visitors, reactions, ideas, closed_at)"
                " VALUES ('2021-06-10', 310, 122, 31, now())"
            )
        )
    clock.instant = factories.RESULTS
    page = visitor(width=360)
    looker = Looker(page, axe_source, [(320, "light"), (360, "light"), (768, "light"),
                                       (1280, "dark")])  # fmt: skip
    for path in ("/difusion", "/estadisticas"):
        assert page.goto(path).status == 200
        looker.look("results", path)
    assert looker.found == {}
    assert looker.complaints == []

"""The first page of the office and the map of progress in a real browser: no barrier, and alive.

`SCREENSHOTS=folder` keeps a picture of each at 360, 768 and 1280.
"""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from decide.accounts.roles import Role
from tests import busy_office, factories
from tests.browser.barriers import barriers
from tests.browser.test_staff import enter, house, settings  # noqa: F401
from tests.delivery_world import own_world, spoken_world  # noqa: F401

pytestmark = pytest.mark.browser

SIZES = (360, 768, 1280)


@pytest.fixture
def look(page, axe_source):
    """Look at the page that is open at three widths."""
    pictures = os.environ.get("SCREENSHOTS")
    complaints = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else 0)

    def at(name):
        for width in SIZES:
            page.set_viewport_size({"width": width, "height": 900})
            assert barriers(page, axe_source) == [], name
            if pictures:
                page.screenshot(path=str(Path(pictures) / f"{name}-{width}.png"), full_page=True)
        assert complaints == [], name

    return at


def test_the_first_page_has_no_barrier_empty_and_full_and_stays_alive(
    page, house, enter, look, world  # noqa: F811
):  # fmt: skip
    address, resources = house
    enter(Role.ADMINISTRATOR, "/oficina")
    look("tablero-tranquilo")
    page.goto(f"{address}/oficina/avance")
    page.locator("main summary").first.click()
    look("avance")
    with resources.database.transaction() as session:
        now = resources.clock.now(session)
        busy_office.rhythm(session, now, factories.ZONE)
        busy_office.trouble(session, resources.settings, now, world["actors"]["lucero"])
    page.goto(f"{address}/oficina?ritmo=dias")
    look("tablero-dias")
    page.goto(f"{address}/oficina")
    page.locator("main summary").first.click()
    look("tablero-lleno")
    # The page brings itself up to date, and leaves alone where the keyboard is.
    button = page.get_by_role("button", name="Pausar")
    button.click()
    assert page.get_by_role("button", name="Seguir").count() == 1
    with resources.database.transaction() as session:
        session.execute(text("DELETE FROM arco_request"))
    assert "ARCO" in page.locator("#esperan").inner_text()
    page.get_by_role("button", name="Seguir").click()
    page.wait_for_function("() => !document.getElementById('esperan').innerText.includes('ARCO')")
    assert page.locator("main details[open]").count() == 1

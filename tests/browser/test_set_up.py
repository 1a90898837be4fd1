"""From an empty database to the real process of 2021 by the office's pages only.

`RECORD_WALK=file` takes every file (else the first few) and writes down clicks and seconds.
`SCREENSHOTS=folder` keeps pictures.
"""

import os
import re
import time
from pathlib import Path

import pytest

from decide.accounts import actions as accounts
from decide.accounts.roles import Role
from decide.app import create_app
from decide.imports.command import FILES_2021
from decide.kernel import jobs as queue
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.readiness.board import board
from decide.readiness.facts import facts
from decide.web.shared.context import KEY
from tests import factories
from tests.browser.test_patterns import served
from tests.browser.test_staff import PASSPHRASE, look  # noqa: F401
from tests.person import account

pytestmark = [pytest.mark.browser, pytest.mark.shared]
# What the territory's button brings needs no file.
SHIPPED = frozenset({"municipios", "distritos", "composicion", "secciones", "integracion"})
BY_HAND = [name for name, layout in FILES_2021 if layout not in SHIPPED]
RECORD = os.environ.get("RECORD_WALK")


@pytest.fixture
def house(settings):
    clock = FrozenClock(factories.PLATFORMS)
    app = create_app(settings, clock=clock)
    queue.bind(lambda: open_resources(settings, clock=clock))
    house = app.extensions[KEY]
    with served(app) as address:
        yield address, house.resources
    queue.Workshop.opener = None
    house.resources.close()


class Hand:
    """Clicks, and counts them."""

    def __init__(self, page):
        self.page, self.clicks, self.begun = page, 0, time.monotonic()

    def click(self, selector):
        self.clicks += 1
        self.page.click(selector)


def test_the_process_of_2021_by_pages_only(page, house, look, shared_data):  # noqa: F811
    address, resources = house
    with resources.database.transaction() as session:  # as `flask decide account create` does
        row = account(session, "jefa", Role.ADMINISTRATOR, at=factories.BEFORE)
        accounts.set_passphrase(
            session, resources.settings, row.id, PASSPHRASE, at=factories.BEFORE, by=None
        )
    hand = Hand(page)
    page.goto(f"{address}/oficina/entrar")
    page.fill("input[name=username]", "jefa")
    page.fill("input[name=passphrase]", PASSPHRASE)
    hand.click("main form button")
    hand.click("nav >> text=Preparación")
    look("oficina-preparacion-vacia")
    hand.click("text=Hacerlo ahora")
    look("oficina-proceso")
    hand.click("text=Cargar el territorio")
    page.wait_for_selector("text=171 elecciones")
    hand.click("text=Hacerlo ahora")
    page.fill("input[name=name]", "Proceso Electoral 2021 del Estado de México")
    for name, day in (
        ("platforms", "2021-04-10"), ("campaign", "2021-04-30"), ("campaign_end", "2021-06-02"),
        ("election_day", "2021-06-06"), ("results", "2021-06-14"),
    ):  # fmt: skip
        page.fill(f"input[name={name}]", day)
    hand.click("text=Guardar proceso")
    for name in BY_HAND if RECORD else BY_HAND[:2]:
        hand.click("nav >> text=Importaciones")
        page.set_input_files("input[type=file]", str(shared_data / name))
        hand.click("text=Revisar archivo")
        page.wait_for_url(re.compile("/importaciones/.{22}"))
        hand.click("text=Importar ahora")
        page.wait_for_selector("text=Importamos «", timeout=60_000)
    hand.click("nav >> text=Preparación")
    look("oficina-preparacion")
    with resources.database.reading() as session:
        told = board(facts(session))
    # The real files hold no platforms, and nobody has access yet: all the rest is there.
    missing = {need.key for need in told.needs if need.state == "missing"}
    unread = set() if RECORD else {"candidacies", "results"}
    assert missing == {"platforms", "accounts"} | unread
    page.goto(address)
    assert page.locator("text=Lea las plataformas").count() >= 1
    if RECORD:
        words = f"{hand.clicks} clicks, {time.monotonic() - hand.begun:.0f} s without a person\n"
        Path(RECORD).write_text(words, encoding="utf-8")

"""From an empty database to the real process of 2021, open for citizens, by the office's pages.

Nothing but the first two accounts comes from a command. `RECORD_WALK=file` takes every file (else
the first few), compares the key figures and writes down clicks, fields and minutes; with pytest's
`--tracing=on` every step is also kept with its pictures. `SCREENSHOTS=folder` keeps pictures,
`FILM=folder` a film (tests/film.py).
"""

import os
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

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
from tests.browser.test_walk import Walk
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
    """Clicks and fills fields, and counts both."""

    def __init__(self, page):
        self.page, self.clicks, self.fields, self.begun = page, 0, 0, time.monotonic()

    picture = Walk.picture  # for the manual, where PICTURES names a folder

    def fill(self, selector, words):
        self.fields += 1
        self.page.fill(selector, words)

    def log_in(self, address, username):
        self.page.goto(f"{address}/oficina/entrar")
        self.fill("input[name=username]", username)
        self.fill("input[name=passphrase]", PASSPHRASE)
        self.click("main form button")

    def click(self, selector):
        self.clicks += 1
        self.page.click(selector)


# What the real files hold: shown by the pages, told by the database.
FIGURES = {
    "section": 6530, "municipality": 125, "district": 45, "contest": 171,
    "political_actor": 15, "alliance": 265,
    "candidacy": 55, "result": 125, "elected": 200,
}  # fmt: skip


def administrators(resources, *names):
    """The first people, as `flask decide account create` makes them."""
    with resources.database.transaction() as session:
        for name in names:
            row = account(session, name, Role.ADMINISTRATOR, at=factories.BEFORE)
            accounts.set_passphrase(
                session, resources.settings, row.id, PASSPHRASE, at=factories.BEFORE, by=None
            )


def prepare(hand, look):  # noqa: F811
    """Territory, process and dates."""
    hand.click("nav >> text=Preparación")
    look("oficina-preparacion-vacia")
    hand.picture("oficina-preparacion")
    hand.click("text=Hacerlo ahora")
    look("oficina-proceso")
    hand.click("text=Cargar el territorio")
    hand.page.wait_for_selector("text=171 elecciones")
    hand.click("text=Hacerlo ahora")
    hand.fill("input[name=name]", "Proceso Electoral 2021 del Estado de México")
    for name, day in (
        ("platforms", "2021-04-10"), ("campaign", "2021-04-30"), ("campaign_end", "2021-06-02"),
        ("election_day", "2021-06-06"), ("results", "2021-06-14"),
    ):  # fmt: skip
        hand.fill(f"input[name={name}]", day)
    hand.click("text=Guardar proceso")


def bring_in(hand, folder, name):
    """One file: upload, read the dry run, import."""
    hand.click("nav >> text=Importaciones")
    hand.fields += 1
    hand.page.set_input_files("input[type=file] >> nth=0", str(folder / name))
    hand.click("text=Revisar archivo")
    hand.page.wait_for_url(re.compile("/importaciones/.{22}"))
    hand.picture("oficina-revisar")
    hand.click("text=Importar ahora")
    hand.page.wait_for_selector("text=Importamos «", timeout=60_000)


def open_the_campaign(hand, other, address, look):  # noqa: F811
    """Move it to this afternoon: too near for one person, so another one confirms."""
    hand.click("nav >> text=Calendario")
    hand.click("a:has-text('Campañas') >> nth=0")
    hand.fill("input[name=opens]", "2021-04-15T15:00")
    hand.fill("textarea[name=reason]", "Acuerdo de prueba: las campañas abren hoy.")
    hand.picture("oficina-etapa")
    hand.click("text=Guardar fechas")
    hand.page.wait_for_selector("text=otra persona debe confirmarlo")
    look("oficina-cambio-propuesto")
    other.log_in(address, "segunda")
    other.click("nav >> text=Cambios")
    other.click("main a:has-text('Mover')")
    other.picture("oficina-confirmar")
    other.click("main button:has-text('Confirmar')")
    other.page.wait_for_selector("text=Ya vale")


def counted(resources):
    """Rows of what the files hold."""
    with resources.database.reading() as session:
        return {table: session.scalar(text(f"SELECT count(*) FROM {table}")) for table in FIGURES}


def test_the_process_of_2021_by_pages_only(page, browser, house, look, shared_data):  # noqa: F811
    address, resources = house
    administrators(resources, "jefa", "segunda")
    page.set_viewport_size({"width": 960, "height": 900})
    hand = Hand(page)
    hand.log_in(address, "jefa")
    prepare(hand, look)
    for name in BY_HAND if RECORD else BY_HAND[:2]:
        bring_in(hand, shared_data, name)
    hand.click("nav >> text=Preparación")
    look("oficina-preparacion")
    with resources.database.reading() as session:
        told = board(facts(session))
    # The real files hold no platforms, and nobody has access yet: all the rest is there.
    missing = {need.key for need in told.needs if need.state == "missing"}
    unread = set() if RECORD else {"candidacies", "results"}
    assert missing == {"platforms", "accounts"} | unread

    citizen = browser.new_context().new_page()
    citizen.goto(address)
    assert citizen.locator("text=Lea las plataformas").count() >= 1
    assert citizen.locator("header >> text=Candidaturas").count() == 0
    other = Hand(browser.new_context().new_page())
    open_the_campaign(hand, other, address, look)
    resources.clock.instant += timedelta(hours=4)
    citizen.goto(f"{address}/calendario")
    for _ in range(20):  # as somebody who reloads: a busy server keeps its last picture a moment
        if citizen.locator("text=Acuerdo de prueba: las campañas abren hoy.").count():
            break
        citizen.wait_for_timeout(500)
        citizen.reload()
    assert "Acuerdo de prueba" in citizen.inner_text("main")
    citizen.goto(f"{address}/candidaturas")
    assert "Candidaturas" in citizen.inner_text("h1")
    minutes = (time.monotonic() - hand.begun) / 60
    if RECORD:
        assert counted(resources) == FIGURES
        citizen.goto(f"{address}/municipios/1")
        assert citizen.locator("a[href*='/candidaturas/']").count() >= 5
        words = (
            f"{hand.clicks + other.clicks} clicks, {hand.fields + other.fields} fields and files,"
            f" {minutes:.1f} min of a browser (no reading, no thinking) until citizens see it\n"
        )
        Path(RECORD).write_text(words, encoding="utf-8")
    for each in (citizen, other.page):
        each.context.close()

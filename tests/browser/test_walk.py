"""The whole walk in a real browser: from the letter to what a citizen reads; also without script.

WALK=long fills ten heads by form instead of three and logs steps and seconds of page time.
WALK=short or long also walks without script.
FILM=folder keeps a film of it (tests/film.py).  PICTURES=folder keeps the pictures of the manual.
"""

import io
import logging
import os
import time
from pathlib import Path

import pyotp
import pytest
import xlsxwriter
from PIL import Image
from python_calamine import CalamineWorkbook

from decide.accounts import actions, activation
from decide.accounts.roles import Role
from decide.catalog import own
from decide.catalog.owner import Owner
from decide.web.shared.context import KEY
from tests import factories
from tests.browser.test_actor import site  # noqa: F401
from tests.portal import (  # noqa: F401
    PASSPHRASE,
    clock,
    portal_app,
    portal_database,
    portal_world,
    world,
)

pytestmark = pytest.mark.browser

HEADS = 10
BY_FORM = HEADS if os.environ.get("WALK") == "long" else 3
BY_FILE = 200
MUNICIPALITIES = (2, 5, 13, 20, 24, 25, 31, 33, 37, 39, 41, 44)  # each takes twenty proposals
PICTURES = os.environ.get("PICTURES", "")
LARGEST = 100_000  # bytes of a picture
log = logging.getLogger(__name__)


@pytest.fixture
def letter(portal_app, world, clock):  # noqa: F811
    """A letter for the coordination of a party that heads twelve slates and has written nothing."""
    house = portal_app.extensions[KEY].resources
    with house.database.transaction() as session:
        party = factories.actor(session, "CEIBA", name="Partido Ceiba")
        for number, municipality in enumerate(MUNICIPALITIES, start=40):
            where = factories.contest(session, municipality=municipality)
            factories.slate(session, where, party, number=number)
        account = actions.create_account(
            session, username="nueva", person="Inés Zárate Güemes", role=Role.COORDINATOR,
            actor_id=party.id, at=clock.instant, by=None,
        )  # fmt: skip
        return activation.issue(session, house.settings, account.id, at=clock.instant, by=None)


class Walk:
    """One person at the keyboard: counts pages and the seconds they took."""

    def __init__(self, page, site, clock):  # noqa: F811
        self.page, self.site, self.clock = page, site, clock
        self.steps, self.seconds = 0, 0.0
        page.set_viewport_size({"width": 960, "height": 900})

    def press(self, words):
        """Press a button or follow a link of the page's main part, and wait for what comes."""
        begun = time.monotonic()
        target = f"main button:has-text('{words}'), main a:has-text('{words}')"
        with self.page.expect_navigation():
            self.page.locator(target).first.click()
        self.count(begun)

    def open(self, path):
        begun = time.monotonic()
        self.page.goto(f"{self.site}{path}")
        self.count(begun)

    def count(self, begun):
        self.steps += 1
        self.seconds += time.monotonic() - begun

    def write(self, **fields):
        for name, value in fields.items():
            self.page.fill(f"main [name={name}]", value)

    def picture(self, name):
        """For the manual: what stands in the window, in few colours, so that it is light."""
        if not PICTURES:
            return
        self.page.evaluate("scrollTo(0, 0)")
        taken = Image.open(io.BytesIO(self.page.screenshot()))
        for colours in (128, 64, 32, 16):
            out = io.BytesIO()
            taken.convert("RGB").quantize(colours).save(out, "PNG", optimize=True)
            if out.tell() <= LARGEST:
                break
        (Path(PICTURES) / f"{name}.png").write_bytes(out.getvalue())

    def activate(self, letter):
        self.open("/partido/activar")
        self.write(code=letter.code.grouped)
        self.picture("activar")
        self.press("Continuar")
        self.write(passphrase=PASSPHRASE, passphrase_again=PASSPHRASE)
        self.press("Guardar")
        self.picture("segundo-paso")
        secret = self.page.inner_text("code.key").replace(" ", "")
        self.write(code=pyotp.TOTP(secret).at(int(self.clock.instant.timestamp())))
        self.press("Confirmar")
        self.press("Ya los guardé")
        self.picture("inicio")

    def fill(self, number):
        """Trajectory and one proposal of the next head, each published."""
        self.open("/partido")
        self.press("Completar")
        self.press("Escribir la trayectoria")
        self.write(
            schooling="Licenciatura en Trabajo Social, UAEMex.", occupation="Maestra rural.",
            history="Coordinó la cooperativa de agua de su pueblo.",
            motive="Que ninguna casa pase una semana sin agua.",
        )  # fmt: skip
        if number == 0:
            self.picture("trayectoria")
        self.press("Guardar y ver")
        self.press("Publicar")
        self.press("Escribir la primera")
        self.page.select_option("main [name=topic]", "agua")
        self.write(title=f"Captar la lluvia {number}", text="Cisternas en cada escuela.")
        if number == 0:
            self.picture("propuesta")
        self.press("Guardar y ver")
        self.press("Publicar")

    def bring(self, heads):
        """Two hundred proposals in the template, filled in and brought back; all published."""
        self.open("/partido/archivos")
        self.picture("archivos")
        answer = self.page.request.get(f"{self.site}/partido/archivos/propuestas.xlsx")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.body())).get_sheet_by_index(0)
        header = sheet.to_python()[0]
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            made = book.add_worksheet()
            made.write_row(0, 0, header)
            for row in range(BY_FILE):
                cells = {"CLAVE": heads[row % len(heads)].contest.key, "TEMA": "agua",
                         "TITULO": f"Por archivo {row}", "TEXTO": "Pozos y redes."}  # fmt: skip
                made.write_row(row + 1, 0, [cells.get(name, "") for name in header])
        self.page.click("label:has-text('Propuestas')")
        self.page.set_input_files(
            "input[name=file]",
            {"name": "llena.xlsx", "mimeType": "application/xlsx", "buffer": out.getvalue()},
        )
        self.press("Subir y revisar")
        self.press("Guardar 200 borradores")
        self.open("/partido/publicar")
        self.picture("por-publicar")
        boxes = self.page.locator("main input[type=checkbox]")
        assert boxes.count() == BY_FILE
        if not boxes.first.is_checked():
            for box in boxes.all():
                box.check()
        self.press("Publicar")


def published(app, account_id):
    house = app.extensions[KEY].resources
    with house.database.reading() as session:
        from decide.accounts import queries

        line = next(each for each in queries.accounts(session) if each.id == account_id)
        return own.own_heads(session, Owner(line.actor_id))


def walked(page, site, clock, app, letter):  # noqa: F811
    walk = Walk(page, site, clock)
    walk.activate(letter)
    walk.steps, walk.seconds = 0, 0.0
    for number in range(BY_FORM):
        walk.fill(number)
    log.info("%s heads by form: %s pages, %.1f s", BY_FORM, walk.steps, walk.seconds)
    walk.bring(published(app, letter.account_id))
    heads = published(app, letter.account_id)
    assert sum(head.published for head in heads) == BY_FORM + BY_FILE
    assert [head.parts > 0 for head in heads].count(True) == BY_FORM
    walk.open("/partido/equipo")
    walk.picture("equipo")
    walk.open("/partido/cuenta")
    walk.picture("cuenta")

    page.context.clear_cookies()
    done = next(head for head in heads if head.parts)
    walk.open(f"/candidaturas/{done.id}")
    told = page.inner_text("main")
    assert "Captar la lluvia" in told
    assert "Por archivo" in told
    assert "ninguna casa pase una semana sin agua" in told
    if BY_FORM == HEADS:
        assert walk.seconds < 15 * 60
    return walk


def test_from_the_letter_to_the_citizen(page, site, clock, portal_app, letter):  # noqa: F811
    walked(page, site, clock, portal_app, letter)


@pytest.mark.skipif(
    "WALK" not in os.environ, reason="half a minute; WALK=short or WALK=long runs it"
)
@pytest.mark.browser_context_args(java_script_enabled=False)
def test_the_same_walk_without_any_script(page, site, clock, portal_app, letter):  # noqa: F811
    walked(page, site, clock, portal_app, letter)

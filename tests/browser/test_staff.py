"""The office, and the actors' “Su base de datos”, in a real browser: no barrier anywhere.

`SCREENSHOTS=folder` keeps a picture of each page at 360 and 1280.
"""

import dataclasses
import os
import re
from pathlib import Path

import pytest
import typst

from decide.accounts import actions as accounts
from decide.accounts import activation
from decide.accounts.roles import Role
from decide.app import create_app
from decide.delivery import actions, jobs
from decide.imports import jobs as jobs_of_imports
from decide.imports.layouts import BY_KEY
from decide.kernel import jobs as queue
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.web.shared.context import KEY
from decide.web.staff import imports as pages
from tests import factories
from tests.browser.barriers import barriers
from tests.browser.test_patterns import served
from tests.delivery_world import CUTOFF, own_world, spoken_world  # noqa: F401
from tests.person import account

pytestmark = pytest.mark.browser

PASSPHRASE = "mesa caballo lluvia nueve"
SIZES = (360, 1280)


@pytest.fixture
def settings(settings, world):
    return dataclasses.replace(settings, database_url=world["url"])


@pytest.fixture
def house(settings):
    clock = FrozenClock(factories.RESULTS)
    app = create_app(settings, clock=clock)
    queue.bind(lambda: open_resources(settings, clock=clock))
    house = app.extensions[KEY]
    with served(app) as address:
        yield address, house.resources
    queue.Workshop.opener = None
    house.resources.close()


@pytest.fixture
def enter(page, house, world):
    """Log in through the page as somebody of a role."""
    address, resources = house

    def log_in(role, door, actor=None):
        with resources.database.transaction() as session:
            row = account(
                session, role.value, role, at=factories.RESULTS,
                actor_id=world["actors"][actor] if actor else None,
            )  # fmt: skip
            accounts.set_passphrase(
                session, resources.settings, row.id, PASSPHRASE, at=factories.RESULTS, by=None
            )
        page.goto(f"{address}{door}/entrar")
        page.fill("input[name=username]", role.value)
        page.fill("input[name=passphrase]", PASSPHRASE)
        page.click("main form button")
        page.wait_for_url(f"{address}{door}")
        return address

    return log_in


@pytest.fixture
def look(page, axe_source):
    """Look at the page that is open, at a phone's and at a screen's width."""
    pictures = os.environ.get("SCREENSHOTS")
    complaints = []

    def listen(told):
        if told.type == "error" and "status of 422" not in told.text:
            complaints.append(told.text)

    page.on("console", listen)

    def at(name):
        for width in SIZES:
            page.set_viewport_size({"width": width, "height": 900})
            assert barriers(page, axe_source) == [], name
            if pictures:
                page.screenshot(path=str(Path(pictures) / f"{name}-{width}.png"), full_page=True)
        assert complaints == [], name

    return at


def test_the_office_has_no_barrier_and_orders_watches_and_hands_over(page, house, enter, look):
    address = enter(Role.ADMINISTRATOR, "/oficina")
    look("oficina-inicio")
    page.goto(f"{address}/oficina/calendario")
    look("oficina-calendario")
    page.goto(f"{address}/oficina/calendario/campaign")
    look("oficina-etapa")
    page.click("main form button")
    assert page.locator("#error-summary").count() == 1
    page.goto(f"{address}/oficina/entregas")
    look("oficina-entregas-sin-pedir")
    page.click("text=Preparar todas")
    look("oficina-entregas-en-cola")
    for number in range(1, 6):
        jobs.build(number)
    page.wait_for_function("() => document.querySelectorAll('#entregas .tag--strong').length === 5")
    look("oficina-entregas-listas")
    page.click("#entregas tbody tr:first-child a")
    look("oficina-entrega")
    page.fill("textarea[name=reason]", "Entrega en USB, oficio 123")
    with page.expect_download() as download:
        page.click("section button:has-text('Descargar')")
    assert download.value.suggested_filename == "decide-lucero-v1.zip"
    page.goto(f"{address}/oficina/bitacora")
    look("oficina-bitacora")
    page.goto(f"{address}/oficina/avisos")
    look("oficina-avisos")
    page.goto(f"{address}/oficina/presion")
    look("oficina-presion")
    page.click("main form button")
    look("oficina-presion-error")
    page.goto(f"{address}/oficina/anulaciones")
    page.click("text=Proponer y contar")
    look("oficina-anulaciones-error")
    page.fill("#since", "2021-05-10T09:00")
    page.fill("#until", "2021-05-10T11:00")
    page.fill("#reason", "Enlace en una red social")
    page.click("text=Proponer y contar")
    look("oficina-anulacion-propuesta")


def test_what_takes_two_people_and_the_simulation_have_no_barrier(page, house, enter, look):
    """The clock stands after the election: the last phase gets a closing within 48 hours."""
    address = enter(Role.ADMINISTRATOR, "/oficina")
    page.goto(f"{address}/oficina/calendario/results")
    page.fill("#closes", "2021-06-21T12:00")
    page.fill("#reason", "Acuerdo 31 del Consejo General")
    page.click("text=Guardar fechas")
    look("oficina-cambio")
    page.goto(f"{address}/oficina/cambios")
    look("oficina-cambios")
    page.goto(f"{address}/oficina/informes")
    page.click("text=Pedir informe")
    look("oficina-informes-error")
    page.goto(f"{address}/oficina/seguimiento")
    page.click("button:has-text('Cargar el ejemplo')")
    look("oficina-seguimiento")
    page.click("text=Presentar Decide ante los medios")
    look("oficina-actividad")
    page.goto(f"{address}/seguimiento")
    look("seguimiento")
    page.goto(f"{address}/oficina/simulacion")
    look("oficina-simulacion")
    page.fill("#momento", "2021-05-10T12:00")
    page.click("text=Ver el sitio")
    look("oficina-simulacion-campana")


def test_the_office_shows_a_stopped_delivery(page, house, enter, look, world):
    address = enter(Role.ADMINISTRATOR, "/oficina")
    page.goto(f"{address}/oficina/entregas")
    page.click("text=Preparar todas")
    world["sql"].execute("ALTER TABLE idea RENAME TO hidden")
    with pytest.raises(Exception, match="does not exist"):
        jobs.build(1)
    world["sql"].execute("ALTER TABLE hidden RENAME TO idea")
    page.goto(f"{address}/oficina/entregas/1")
    look("oficina-entrega-detenida")
    page.click("text=Reintentar")
    page.wait_for_selector("text=Reintentando: en cola")


def test_importing_has_no_barrier(page, house, enter, look, monkeypatch):
    header = ",".join(column.header for column in BY_KEY["actores"].columns[:3])
    address = enter(Role.IMPORTER, "/oficina")
    page.goto(f"{address}/oficina/importaciones")
    look("oficina-importaciones")
    for name, row in (("con-errores", "x,Partido X,otra cosa"), ("bien", "X,Partido X,partido")):
        page.goto(f"{address}/oficina/importaciones")
        page.set_input_files(
            "input[type=file]",
            {
                "name": f"{name}.csv",
                "mimeType": "text/csv",
                "buffer": f"{header}\n{row}\n".encode(),
            },
        )
        page.click("text=Revisar archivo")
        page.wait_for_url(re.compile("/importaciones/.{22}"))
        look(f"oficina-importacion-{name}")
    page.click("text=Corregir columnas")
    look("oficina-importacion-columnas")
    monkeypatch.setattr(pages, "QUICK", 0)
    page.click("text=No cambiar")
    page.click("text=Importar ahora")
    page.wait_for_url(re.compile("/avance$"))
    look("oficina-importacion-en-cola")
    jobs_of_imports.write(1)
    page.wait_for_selector("text=Se escribió todo el archivo")
    look("oficina-importacion-lista")


def test_letters_trail_platforms_and_texts_have_no_barrier(page, house, enter, look, world):
    address, resources = house
    enter(Role.ADMINISTRATOR, "/oficina")
    page.goto(f"{address}/oficina/preparacion")
    look("oficina-preparacion")
    page.goto(f"{address}/oficina/accesos/tandas")
    look("oficina-tandas-vacia")
    with resources.database.transaction() as session:
        people = [
            account(
                session, f"persona{n}", Role.COORDINATOR, at=factories.RESULTS,
                actor_id=world["actors"]["lucero"],
            ).id
            for n in range(3)
        ]  # fmt: skip
        for each in people:
            activation.issue(session, resources.settings, each, at=factories.RESULTS, by=None)
    page.goto(f"{address}/oficina/accesos/{people[0]}")
    page.click("summary:has-text('Anular')")
    page.click("button:has-text('Anular')")
    look("oficina-carta-error")
    page.fill("[name=why]", "Se perdió en el camino")
    page.click("button:has-text('Anular')")
    page.goto(f"{address}/oficina/accesos/tandas")
    look("oficina-tandas")
    page.click("main tbody a")
    page.wait_for_url(re.compile(r"/tandas/\d+$"))
    look("oficina-tanda")
    page.goto(f"{address}/oficina/bitacora?texto=nada+asi")
    look("oficina-bitacora-vacia")
    page.goto(f"{address}/oficina/bitacora?desde=ayer")
    look("oficina-bitacora-error")
    page.goto(f"{address}/oficina/plataformas")
    look("oficina-plataformas")
    page.click("main form button")
    look("oficina-plataformas-error")
    page.select_option("[name=actor]", str(world["actors"]["raiz"]))
    page.check("[name=scope] >> nth=0", force=True)
    document = {"name": "plataforma.pdf", "mimeType": "application/pdf", "buffer": paper()}
    page.set_input_files("[name=document]", document)
    page.click("main form button")
    page.wait_for_url(re.compile(r"/plataformas/borradores/\d+"))
    look("oficina-plataforma-borrador")
    page.fill("[name=title-1]", "")
    page.click("text=Registrar la plataforma")
    look("oficina-plataforma-borrador-error")
    page.goto(f"{address}/oficina/textos")
    look("oficina-textos")
    page.click("text=Siguiente")
    look("oficina-textos-2")
    page.goto(f"{address}/oficina/textos?q=nada-asi")
    look("oficina-textos-ninguno")
    page.goto(f"{address}/oficina/cartografia")
    look("oficina-cartografia")


def paper():
    """A platform's PDF: two headings and what stands below them."""
    return typst.compile(
        b"= 1. Agua para todas las casas\nRepararemos las calles. #lorem(200)\n"
        b"= 2. Escuelas dignas\nDaremos becas a quien estudia. #lorem(200)"
    )


def test_the_actors_database_page_has_no_barrier(page, house, enter, look, world):
    address, resources = house
    enter(Role.COORDINATOR, "/partido", "lucero")
    page.goto(f"{address}/partido/base-de-datos")
    look("partido-base-de-datos-vacia")
    with resources.database.transaction() as session:
        number = actions.order(
            session, resources.jobs, world["actors"]["lucero"], cutoff=CUTOFF,
            at=factories.RESULTS, by=None,
        )  # fmt: skip
    jobs.build(number)
    page.goto(f"{address}/partido/base-de-datos")
    look("partido-base-de-datos")
    with page.expect_download() as download:
        page.click("button:has-text('Descargar')")
    assert download.value.suggested_filename == "decide-lucero-v1.zip"
    resources.clock.instant = factories.SILENCE
    page.goto(f"{address}/partido/base-de-datos")
    look("partido-base-de-datos-cerrada")

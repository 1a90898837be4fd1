"""Every page of the actors' portal in every state, in one walk through one small world.

The walk writes down which templates were shown; one that no state shows fails it. Pages of the
first day, of conflicts and of an ended session are in test_actor, deliveries in test_delivery.
`AXE=full` also looks at every page at 1280 px; CI at three of them.
"""

import os
from pathlib import Path

import pytest
from flask import template_rendered

from tests import factories
from tests.browser.test_actor import log_in, look, site  # noqa: F401
from tests.portal import (  # noqa: F401
    clock,
    portal_app,
    portal_database,
    portal_world,
    world,
)

pytestmark = pytest.mark.browser

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "actor"
ELSEWHERE = {
    "deliveries.html", "ideas.html",  # test_delivery
    "file_check.html", "login.html", "photo_cut.html",
    "proposal_conflict.html", "trajectory_conflict.html",
}  # fmt: skip
PHONE = (360,)
FULL = os.environ.get("AXE") == "full"
LONG = "a" * 1700


@pytest.fixture
def shown(portal_app):  # noqa: F811
    """Names of the templates that were rendered."""
    names = set()

    def note(sender, template, context, **more):
        names.add(template.name)

    with template_rendered.connected_to(note, portal_app):
        yield names


@pytest.fixture
def walk(page, site, world, look):  # noqa: F811
    """Open a page of the portal and look at it: `walk("equipo")`, `walk("equipo", PHONE)`."""

    def to(path, *more):
        page.goto(f"{site}/partido/{path}".rstrip("/"))
        look(f"partido-{path.replace('/', '-') or 'inicio'}", *more)

    return to


def send(page, look, name, button, **fields):  # noqa: F811
    """Fill what is named, press, and look at what comes."""
    for field, value in fields.items():
        page.fill(f"[name={field}]", value)
    page.click(f"main button:has-text('{button}')")
    look(f"partido-{name}", PHONE)


def test_no_page_of_the_portal_has_a_barrier_in_any_state(
    page,
    site,  # noqa: F811
    world,  # noqa: F811
    clock,  # noqa: F811
    look,  # noqa: F811
    walk,
    shown,
    tmp_path,
):
    head = f"candidaturas/{world['head']}"
    proposal = f"propuestas/{world['proposal']}"
    log_in(page, site, "lucero")
    for path in (
        "", head, f"{head}/trayectoria", f"{head}/trayectoria/vista-previa",
        f"{head}/trayectoria/retirar", f"{head}/trayectoria/versiones",
        f"{proposal}/versiones", proposal, f"{proposal}/vista-previa", f"{proposal}/retirar",
        f"{head}/propuestas/nueva", f"{head}/fotografia", "publicar", "archivos", "equipo",
        "equipo/nueva", "historial", "cuenta", "ayuda", "base-de-datos",
    ):  # fmt: skip
        walk(path, *(() if FULL or path in ("", head, proposal) else (PHONE,)))
    with_mistakes(page, look, walk, world, tmp_path)
    with_a_team(page, site, look, walk)

    for name, moment in {"cerrado": factories.SILENCE, "antes": factories.PLATFORMS}.items():
        clock.instant = moment
        page.context.clear_cookies()
        log_in(page, site, "lucero")
        for path in ("", head, proposal, f"{head}/trayectoria", "publicar", "archivos"):
            walk(path, PHONE)
            assert page.locator("main a:has-text('Cambiar')").count() == 0, name
        page.goto(f"{site}/partido/{proposal}")
        send(page, look, f"propuesta-{name}", "Guardar borrador", text="Otra cosa.")
        assert page.input_value("[name=text]") == "Otra cosa."

    clock.instant = factories.RESULTS
    page.context.clear_cookies()
    log_in(page, site, "lucero")
    walk("ideas", PHONE)  # nothing before the receipt is signed

    unseen = {each.name for each in TEMPLATES.glob("*.html")} - ELSEWHERE
    assert unseen - {name.removeprefix("actor/") for name in shown} == set()


def with_mistakes(page, look, walk, world, tmp_path):  # noqa: F811
    """Every form with something that cannot be kept, and pages that are not there."""
    head = f"candidaturas/{world['head']}"
    walk(f"propuestas/{world['proposal']}", PHONE)
    send(page, look, "propuesta-error", "Guardar borrador", text=LONG)
    walk(f"{head}/propuestas/nueva", PHONE)
    send(page, look, "propuesta-nueva-error", "Guardar borrador")
    walk(f"{head}/trayectoria", PHONE)
    send(page, look, "trayectoria-error", "Guardar borrador", motive=LONG)
    walk(f"{head}/propuestas/nueva", PHONE)
    send(page, look, "candidatura-con-borrador", "Guardar borrador", title="Sin texto")
    page.locator("li:has-text('Sin texto') a:has-text('Borrar')").first.click()
    look("partido-propuesta-borrar", PHONE)
    page.go_back()
    page.locator("li:has-text('Sin texto') a:has-text('Ver y publicar')").first.click()
    send(page, look, "propuesta-incompleta", "Publicar")
    walk("publicar", PHONE)
    for each in page.locator("main input[type=checkbox]").all():
        page.click(f"label[for={each.get_attribute('id')}]")
    send(page, look, "publicar-nada", "Publicar lo marcado")

    text = tmp_path / "texto.jpg"
    text.write_text("no soy una fotografía")
    walk(f"{head}/fotografia", PHONE)
    page.set_input_files("input[name=photo]", text)
    send(page, look, "fotografia-error", "Subir y elegir")
    walk("archivos", PHONE)
    send(page, look, "archivos-vacio", "Subir y revisar")
    page.click("label:has-text('Propuestas')")
    page.set_input_files("input[name=file]", text)
    send(page, look, "archivos-error", "Subir y revisar")
    walk("equipo/nueva", PHONE)
    send(page, look, "equipo-error", "Crear cuenta")
    walk("cuenta", PHONE)
    walk(f"candidaturas/{world['foreign']}", PHONE)  # somebody else's: not found


def with_a_team(page, site, look, walk):  # noqa: F811
    """An editor who may not publish, and an actor who has written nothing."""
    walk("equipo/nueva", PHONE)
    send(page, look, "equipo-persona", "Crear cuenta", person="Inés Prado")
    page.context.clear_cookies()
    log_in(page, site, "lucero.dos")
    for path in ("", "publicar", "equipo"):  # the last is the coordination's
        walk(path, PHONE)
    page.context.clear_cookies()
    log_in(page, site, "nopal")
    for path in ("", "publicar", "historial"):
        walk(path, PHONE)

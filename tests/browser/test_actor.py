"""The actors' portal in a real browser: no barrier on any page or state, with and without script.

`SCREENSHOTS=folder` keeps a picture of each page at 360 and 1280.
"""

import os
from pathlib import Path

import pyotp
import pytest
from PIL import Image

from decide.accounts import actions, activation
from decide.accounts.roles import Role
from decide.web.shared.context import KEY
from tests.browser.barriers import barriers
from tests.browser.test_patterns import served
from tests.portal import (  # noqa: F401
    PASSPHRASE,
    clock,
    portal_app,
    portal_database,
    portal_world,
    world,
)

pytestmark = pytest.mark.browser

SIZES = (360, 1280)
FRIENDLY = """Abriremos **dos clínicas**:

- una en el *centro*,
- otra en [San Pablo](https://ejemplo.mx/plan)."""
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "[oprima](javascript:alert(3))",
    '[oprima](https://b.mx/"onmouseover="alert(4))',
    "<svg/onload=alert(5)>",
    "<iframe srcdoc='<script>parent.alert(6)</script>'></iframe>",
)
EXPECTED = ("status of 403", "status of 404", "status of 409", "status of 422")


@pytest.fixture
def site(portal_app):  # noqa: F811
    with served(portal_app) as address:
        yield address


@pytest.fixture
def look(page, axe_source):
    """Look at the page that is open, at a phone's and at a screen's width."""
    pictures = os.environ.get("SCREENSHOTS")
    complaints = []

    def listen(told):
        if told.type == "error" and not any(part in told.text for part in EXPECTED):
            complaints.append(told.text)

    page.on("console", listen)

    def at(name, sizes=SIZES):
        for width in sizes:
            page.set_viewport_size({"width": width, "height": 900})
            assert barriers(page, axe_source) == [], name
            if pictures:
                page.screenshot(path=str(Path(pictures) / f"{name}-{width}.png"), full_page=True)
        assert complaints == [], name

    return at


def log_in(page, site, username):
    page.goto(f"{site}/partido/entrar")
    page.fill("input[name=username]", username)
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.click("main form button")
    page.wait_for_url(f"{site}/partido")


def test_the_log_in_page_has_no_barrier_in_any_state(page, site, world, look):  # noqa: F811
    page.goto(f"{site}/partido/entrar")
    look("partido-entrar")
    page.click("main form button")
    look("partido-entrar-vacio")
    assert page.evaluate("document.title").startswith("Error: ")
    page.fill("input[name=username]", "lucero")
    page.fill("input[name=passphrase]", "no es esta")
    page.click("main form button")
    look("partido-entrar-equivocado")


def test_an_empty_candidacy_shows_what_to_do(page, site, world, look):  # noqa: F811
    log_in(page, site, "nopal")
    look("partido-inicio-vacio")
    page.click("text=Completar")
    look("partido-candidatura-vacia")
    page.click("text=Escribir la trayectoria")
    page.fill("textarea[name=motive]", "Mi calle no tiene luz. " * 20)
    page.click("text=Guardar y ver antes de publicar")
    look("partido-trayectoria-previa-nueva")
    page.click("main button:has-text('Publicar')")
    assert "La trayectoria ya está publicada." in page.inner_text("main")
    look("partido-candidatura-publicada")


def test_a_conflict_shows_both_texts_without_a_barrier(page, site, world, look, context):  # noqa: F811
    log_in(page, site, "lucero")
    path = f"{site}/partido/propuestas/{world['proposal']}"
    page.goto(path)
    other = context.new_page()
    other.goto(path)
    other.fill("textarea[name=text]", "Lo que guardó la otra persona. " * 12)
    other.click("text=Guardar borrador")
    page.fill("textarea[name=text]", "Lo que escribí yo. " * 15)
    page.click("text=Guardar borrador")
    assert "Lo que guardó la otra persona." in page.inner_text("main")
    look("partido-conflicto")
    page.goto(f"{site}/partido/candidaturas/{world['head']}/trayectoria")
    other.goto(f"{site}/partido/candidaturas/{world['head']}/trayectoria")
    other.fill("textarea[name=motive]", "Otro motivo.")
    other.click("text=Guardar borrador")
    page.fill("textarea[name=motive]", "Mi motivo.")
    page.click("text=Guardar borrador")
    look("partido-conflicto-trayectoria")


def test_a_session_that_ended_keeps_the_text_without_a_barrier(page, site, world, clock, look):  # noqa: F811
    log_in(page, site, "lucero")
    page.goto(f"{site}/partido/propuestas/{world['proposal']}")
    page.fill("textarea[name=text]", "Media hora de trabajo.\n\nY otro párrafo.")
    clock.move(minutes=31)
    page.click("text=Guardar borrador")
    look("partido-sesion-terminada")
    page.fill("input[name=username]", "lucero")
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.click("main form button")
    look("partido-texto-a-salvo")
    page.click("text=Enviar lo que escribí")
    page.goto(f"{site}/partido/propuestas/{world['proposal']}")
    assert page.input_value("textarea[name=text]") == "Media hora de trabajo.\n\nY otro párrafo."


def test_a_photograph_and_a_file_are_brought_without_a_barrier(page, site, world, look, tmp_path):  # noqa: F811
    log_in(page, site, "lucero")
    picture = tmp_path / "retrato.jpg"
    Image.linear_gradient("L").resize((600, 900)).convert("RGB").save(picture)
    page.goto(f"{site}/partido/candidaturas/{world['head']}/fotografia")
    page.set_input_files("input[name=photo]", picture)
    page.click("text=Subir y elegir el recorte")
    look("partido-recorte")
    page.fill("input[name=photo_alt]", "Degradado de gris, de prueba.")
    page.click("text=Usar esta fotografía")
    page.wait_for_url(f"**/candidaturas/{world['head']}")
    look("partido-candidatura-con-foto")
    page.goto(f"{site}/partido/archivos")
    sheet = tmp_path / "propuestas.csv"
    sheet.write_text("CLAVE;TEMA;TITULO;TEXTO\nem.m106;agua;Pozos;Tres.\nem.m106;futbol;X;Y\n")
    page.click("label:has-text('Propuestas')")
    page.set_input_files("input[name=file]", sheet)
    page.click("text=Subir y revisar")
    look("partido-archivo-revisar")


def test_the_first_day_with_a_letter_has_no_barrier(page, site, world, look, portal_app, clock):  # noqa: F811
    own = portal_app.extensions[KEY].resources
    with own.database.transaction() as session:
        account = actions.create_account(
            session, username="nueva", person="Nueva Persona", role=Role.COORDINATOR,
            actor_id=world["lucero"], at=clock.instant, by=None,
        )  # fmt: skip
        letter = activation.issue(session, own.settings, account.id, at=clock.instant, by=None)
    page.goto(f"{site}/partido/activar#{letter.code.grouped}")
    assert page.input_value("input[name=code]") == letter.code.grouped
    assert "#" not in page.url
    look("partido-activar")
    page.click("main form button")
    look("partido-elegir-clave")
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.fill("input[name=passphrase_again]", PASSPHRASE)
    page.click("main form button")
    look("partido-poner-segundo-paso")
    secret = page.inner_text("code.key").replace(" ", "")
    page.fill("input[name=code]", pyotp.TOTP(secret).at(int(clock.instant.timestamp())))
    page.click("main form button")
    look("partido-codigos-de-recuperacion")
    page.click("text=Ya los guardé, continuar")
    page.wait_for_url(f"{site}/partido")
    page.click("button:has-text('Salir')")
    page.fill("input[name=username]", "nueva")
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.click("main form button")
    look("partido-segundo-paso")


def test_the_office_gives_access_without_a_barrier(page, site, world, look):  # noqa: F811
    page.goto(f"{site}/oficina/entrar")
    page.fill("input[name=username]", "jefa")
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.click("main form button")
    page.wait_for_url(f"{site}/oficina")
    for name, path in {
        "accesos": "accesos",
        "accesos-esperan": "accesos?estado=sin-carta",
        "accesos-nuevos": "accesos/nuevos",
        "accesos-personal": "accesos/personal",
        "cuenta": "cuenta",
    }.items():
        page.goto(f"{site}/oficina/{path}")
        look(f"oficina-{name}")
    page.goto(f"{site}/oficina/accesos/nuevos")
    page.fill("textarea[name=people]", "NADA; Ana Mora\nLUCERO; Ana")
    page.click("main form button")
    look("oficina-accesos-nuevos-error")
    page.goto(f"{site}/oficina/accesos")
    page.locator("main a:has-text('Ver')").first.click()
    look("oficina-accesos-cuenta")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_proposal_is_published_without_any_script(page, site, world):  # noqa: F811
    log_in(page, site, "lucero")
    page.goto(f"{site}/partido/candidaturas/{world['head']}/propuestas/nueva")
    page.select_option("select[name=topic]", "salud")
    page.fill("input[name=title]", "Clínica de noche")
    page.fill("textarea[name=text]", "Abriremos de noche.")
    page.click("text=Guardar y ver antes de publicar")
    page.click("main button:has-text('Publicar')")
    page.goto(f"{site}/candidaturas/{world['head']}")
    assert "Clínica de noche" in page.inner_text("main")


def test_a_proposal_is_written_and_published_with_the_keyboard_alone(page, site, world):  # noqa: F811
    log_in(page, site, "lucero")
    page.goto(f"{site}/partido/candidaturas/{world['head']}/propuestas/nueva")
    page.focus("select[name=topic]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Banquetas anchas")
    page.keyboard.press("Tab")
    page.keyboard.type("Haremos banquetas por las que quepan dos carriolas.")
    for _ in range(12):  # the other fields are optional
        page.keyboard.press("Tab")
        if "Guardar y ver" in page.evaluate("document.activeElement.textContent"):
            break
    assert "Guardar y ver" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/vista-previa")
    page.focus("main form button")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/candidaturas/{world['head']}")
    assert "La propuesta ya está publicada." in page.inner_text("main")


def test_a_hostile_text_runs_nowhere_and_a_friendly_one_has_its_form(page, site, world, look):  # noqa: F811
    log_in(page, site, "lucero")
    ran = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    path = f"{site}/partido/propuestas/{world['proposal']}"
    page.goto(path)
    page.click("summary:has-text('Negritas, listas y enlaces')")
    look("partido-propuesta-formas")
    page.fill("textarea[name=text]", "\n\n".join((FRIENDLY, *HOSTILE)))
    page.click("text=Guardar y ver antes de publicar")
    look("partido-propuesta-previa-formas")
    page.click("main button:has-text('Publicar')")
    for shown in (
        f"/candidaturas/{world['head']}",
        "/comparar/municipios/107?tema=agua",
        f"/embed/propuestas/{world['subject']}",
    ):
        page.goto(f"{site}{shown}")
        assert page.locator("main strong", has_text="dos").count() == 1
        for link in page.locator("main a", has_text="oprima").all():
            assert link.get_attribute("href").startswith("https://")
    page.goto(f"{site}/candidaturas/{world['head']}")
    look("candidatura-formas")
    page.wait_for_timeout(200)
    assert ran == []

"""Pressing, writing and finding one's opinions again, in a real browser, with and without script.

`SCREENSHOTS=folder` keeps a picture of each page at each width.
"""

import threading

import pytest
from werkzeug.serving import make_server

from decide.app import create_app
from decide.participation.folio import Folio, written
from decide.web.shared.context import KEY
from tests.browser.barriers import barriers, picture
from tests.browser.test_citizen import visitor  # noqa: F401
from tests.ledger import Town, set_window

pytestmark = pytest.mark.browser

WORDS = "Pongan más luz en la parada.\n\nY una banca."


@pytest.fixture
def town(resources):
    made = Town(resources)
    yield made
    made.close()


@pytest.fixture
def site(settings, town):
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    house = app.extensions[KEY]
    house.resources.close()


def press(page, town, number=0, choice="like"):
    """Press on the confirmation page of a subject, which has the same buttons as any other."""
    page.goto(f"/opiniones/{town.subjects[number]}/lista?opinion=none")
    page.click(f"button[data-choice={choice}]")


def write(page, town, words=WORDS, number=0):
    page.goto(f"/ideas/{town.subjects[number]}")
    page.fill("textarea[name=text]", words)
    page.click("text=Enviar y recibir folio")


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_an_opinion_has_a_barrier(visitor, axe_source, town, width):  # noqa: F811
    page = visitor(width=width, script=True)
    subject = town.subjects[0]
    found = {}

    def look(name):
        picture(page, name, "opinions", width)
        if barrier := barriers(page, axe_source):
            found[name] = barrier

    def visit(name, path):
        page.goto(path)
        look(name)

    visit("mine-empty", "/opiniones")
    visit("idea-form", f"/ideas/{subject}")
    page.click("text=Enviar y recibir folio")
    look("idea-error")
    write(page, town, "Mi teléfono es 722 123 4567")
    look("idea-warning")
    write(page, town)
    page.wait_for_url("**/folios/**")
    look("folio-waiting")
    folio = page.url.split("/folios/")[1].split("?")[0]
    press(page, town)
    page.get_by_text("Guardado.").wait_for()
    look("kept")
    press(page, town, 1, "dislike")
    page.get_by_text("Guardado.").wait_for()
    town.drain.once()
    visit("folio", f"/folios/{folio}")
    visit("folio-withdraw", f"/folios/{folio}/retirar")
    visit("mine", "/opiniones")
    page.get_by_role("button", name="Seguir en otro teléfono").click()
    look("carry")
    visit("bring", "/opiniones/traer")
    page.get_by_role("button", name="Traer").click()
    look("bring-error")
    visit("forget", "/opiniones/borrar")
    visit("folios", "/folios")
    page.fill("#folio", "ABC")
    page.get_by_role("button", name="Consultar").click()
    look("folios-error")
    visit("folio-unknown", f"/folios/{written(Folio(bytes(16)))}")
    with town.resources.database.transaction() as session:
        set_window(session, opens_in=-7200.0, closes_in=-3600.0)
    visit("idea-closed", f"/ideas/{subject}")
    visit("mine-closed", "/opiniones")
    assert found == {}


def test_a_press_without_network_is_kept_and_sent_later(visitor, town):  # noqa: F811
    page = visitor()
    page.goto(f"/opiniones/{town.subjects[0]}/lista?opinion=none")
    page.context.set_offline(True)
    page.click("button[data-choice=like]")
    page.get_by_text("Sin conexión").wait_for()
    assert town.drain.once() == 0
    page.context.set_offline(False)
    page.get_by_text("Guardado.").wait_for()
    town.drain.once()
    assert town.tallies() == {town.subjects[0]: (1, 0)}


def test_two_quick_presses_end_as_the_last_one_said(visitor, town):  # noqa: F811
    page = visitor()
    page.goto(f"/opiniones/{town.subjects[0]}/lista?opinion=none")
    for choice in ("like", "dislike", "like", "dislike"):
        page.click(f"button[data-choice={choice}]")
    page.get_by_text("Guardado.").wait_for()
    page.wait_for_timeout(300)
    town.drain.once()
    assert town.tallies() == {town.subjects[0]: (0, 1)}
    assert town.rows("SELECT count(*) FROM reaction") == [(1,)]


def test_a_text_survives_a_closed_tab_of_the_form_until_its_folio(visitor, town):  # noqa: F811
    page = visitor()
    path = f"/ideas/{town.subjects[0]}"
    page.goto(path)
    page.fill("textarea[name=text]", "A medio escribir")
    page.goto("/folios")
    page.goto(path)
    assert page.input_value("textarea[name=text]") == "A medio escribir"
    page.click("text=Enviar y recibir folio")
    page.wait_for_url("**/folios/**")
    page.goto(path)
    assert page.input_value("textarea[name=text]") == ""


@pytest.mark.parametrize("script", [True, False])
def test_opinions_move_to_another_phone_and_are_erased(visitor, town, script):  # noqa: F811
    page = visitor(script=script)
    press(page, town)
    if script:
        page.get_by_text("Guardado.").wait_for()
    write(page, town)
    page.wait_for_url("**/folios/**")
    town.drain.once()
    page.goto("/opiniones")
    assert "Agua 0" in page.inner_text("main")
    assert "Y una banca." in page.inner_text("main")
    page.get_by_role("button", name="Seguir en otro teléfono").click()
    code = page.inner_text(".folio__code").replace(" ", "").replace("\n", "")

    other = visitor(script=script)
    other.goto(f"/opiniones/traer#{code}" if script else "/opiniones/traer")
    if script:
        assert other.input_value("#code") == code
        assert "#" not in other.url
    else:
        other.fill("#code", code)
    other.get_by_role("button", name="Traer").click()
    other.wait_for_url("**/opiniones")
    assert "Agua 0" in other.inner_text("main")

    other.get_by_role("link", name="Borrar todo").click()
    other.get_by_role("button", name="Sí, borrar todo").click()
    assert other.inner_text("h1") == "Borramos todo"
    if script:
        assert other.evaluate("Object.keys(localStorage)") == []
    town.drain.once()
    page.goto("/opiniones")
    assert "todavía no ha opinado" in page.inner_text("main")
    assert town.tallies() == {}

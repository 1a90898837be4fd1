"""Delivery in a real browser: signing, answering, following an idea, checking without a network.

`SCREENSHOTS=folder` keeps a picture of each page.
"""

import dataclasses
import os
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from decide.accounts.actions import set_passphrase
from decide.accounts.roles import Role
from decide.app import create_app
from decide.kernel.clock import FrozenClock
from decide.participation.folio import hash_of, written
from decide.web.shared.context import KEY
from tests import factories
from tests.browser.barriers import barriers
from tests.browser.test_citizen import visitor  # noqa: F401
from tests.delivery_world import own_world, spoken_world  # noqa: F401
from tests.opinions import folio_of
from tests.person import account
from tests.portal import PASSPHRASE
from tests.verified import delivered_world, everything_delivered, members, packed  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(settings, world):
    return dataclasses.replace(settings, database_url=world["url"])


@pytest.fixture
def site(settings, office, world):
    """The service after the election, with a party's and the authority's people."""
    clock = FrozenClock(factories.RESULTS)
    app = create_app(settings, clock=clock)
    house = app.extensions[KEY]
    with house.resources.database.transaction() as session:
        for name, role, actor_id in (
            ("lucero", Role.COORDINATOR, world["actors"]["lucero"]),
            ("jefa", Role.ADMINISTRATOR, None),
        ):
            row = account(session, name, role, at=clock.instant, actor_id=actor_id)
            set_passphrase(session, settings, row.id, PASSPHRASE, at=clock.instant, by=None)
        who = session.query(factories.PoliticalActor).filter_by(is_test=True).one()
        factories.platform(session, who, factories.SECTIONS[:2])
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    house.door.close()
    house.snapshot.close()
    house.resources.close()


def looked_at(page, axe_source, name):
    """No barrier on a phone; with SCREENSHOTS at three widths, and a picture of each."""
    folder = os.environ.get("SCREENSHOTS")
    for width in (360, 768, 1280) if folder else (360,):
        page.set_viewport_size({"width": width, "height": 740})
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        assert barriers(page, axe_source) == [], (name, width)


def log_in(page, door, name):
    page.goto(f"{door}/entrar")
    page.fill("input[name=username]", name)
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{door}")


def test_from_download_to_receipt_to_answer_without_a_barrier(visitor, axe_source, world):  # noqa: F811
    page = visitor()
    log_in(page, "/partido", "lucero")
    looked_at(page, axe_source, "partido-sellos-nuevos")
    page.click("text=Confirmar")
    page.locator("text=Confirmó").wait_for()
    page.goto("/partido/base-de-datos")
    looked_at(page, axe_source, "base-de-datos")
    with page.expect_download() as taken:
        page.click("form[action$='/descargar'] button")
    assert taken.value.suggested_filename == "decide-lucero-v1.zip"
    page.reload()
    page.fill("input[name=code]", "otra")
    page.click("text=Firmar el acuse")
    page.locator("text=no es correcta").first.wait_for()
    looked_at(page, axe_source, "acuse-error")
    page.fill("input[name=code]", PASSPHRASE)
    page.click("text=Firmar el acuse")
    page.locator("text=Firmó el acuse").wait_for()
    looked_at(page, axe_source, "acuse")
    page.goto("/partido/ideas?tema=agua")
    page.locator("summary", has_text="Responder juntas").click()
    looked_at(page, axe_source, "ideas")
    page.goto("/partido/ideas")
    page.locator("summary", has_text="Responder").first.click()
    form = page.locator("form[action$='/responder']").first
    form.locator("select").select_option("declined")
    form.locator("button").click()
    page.locator("text=por qué no es viable").first.wait_for()
    looked_at(page, axe_source, "ideas-error")

    office_page = visitor()
    log_in(office_page, "/oficina", "jefa")
    office_page.goto("/oficina/entregas")
    looked_at(office_page, axe_source, "entregas")
    office_page.locator("a", has_text="Versión 1").first.click()
    office_page.locator("summary", has_text="Anotar una entrega").click()
    looked_at(office_page, axe_source, "entrega")
    with office_page.expect_download() as letter:
        office_page.click("text=Imprimir carta con frase")
    assert letter.value.suggested_filename == "frase-lucero-v1.pdf"
    office_page.reload()
    looked_at(office_page, axe_source, "entrega-frase")
    page.goto("/partido/base-de-datos")
    looked_at(page, axe_source, "base-de-datos-frase")

    citizen = visitor()
    for path, name in (
        (f"/folios/{written(folio_of(0))}", "folio"), ("/sellos", "sellos"),
        ("/sellos/54", "sello"), ("/partido-de-prueba", "partido-de-prueba"),
    ):  # fmt: skip
        citizen.goto(path)
        looked_at(citizen, axe_source, name)


def test_a_package_and_a_folio_are_checked_without_a_network(
    visitor,  # noqa: F811
    axe_source,
    office,
    tmp_path,
):
    """Good ones pass, spoiled ones are named; not one request leaves the browser meanwhile."""
    folio = folio_of(0)
    (content,) = office.world["sql"].execute(
        "SELECT encode(l.content, 'hex') FROM idea i JOIN sealed_idea l ON l.idea_id = i.id"
        " WHERE i.folio_hash = %s",
        (hash_of(folio),),
    ).fetchone()  # fmt: skip
    good = tmp_path / "good.zip"
    good.write_bytes(office.packages["lucero"])
    # A bit of a file: one of the frame may be harmless (tests.integration.test_verification).
    files = members(office.packages["lucero"])
    spoiled = bytearray(files["datos.sqlite"])
    spoiled[len(spoiled) // 2] ^= 1
    (tmp_path / "spoiled.zip").write_bytes(packed(files | {"datos.sqlite": bytes(spoiled)}))
    page = visitor()
    page.goto("/sellos/comprobar")
    looked_at(page, axe_source, "comprobar")
    for name in ("registro.txt", "cabeza.txt"):
        text = page.request.get(f"/sellos/54/{name}").text()
        (tmp_path / name).write_text(text, encoding="utf-8")
    page.context.set_offline(True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    package = page.locator("form[data-check=package]")
    package.locator("input[type=file]").set_input_files(good)
    package.locator("button").click()
    package.locator("[data-all]:not([hidden])").wait_for()
    assert "Lo firmó la autoridad" in package.inner_text()
    assert office.seals[0].root in package.inner_text()
    package.locator("input[type=file]").set_input_files(tmp_path / "spoiled.zip")
    package.locator("button").click()
    package.locator("[data-state=bad]").wait_for()
    assert package.locator("[data-all]").is_hidden()
    package.locator("input[type=file]").set_input_files(good)
    key = package.locator("textarea")
    key.fill(key.input_value().replace("+", "x+", 1))
    package.locator("button").click()
    package.locator("[data-step=signature][data-state=bad]").wait_for()

    form = page.locator("form[data-check=folio]")
    form.locator("input[name=folio]").fill(written(folio).lower())
    form.locator("input[name=content]").fill(content)
    form.locator("input[name=leaves]").set_input_files(tmp_path / "registro.txt")
    form.locator("input[name=head]").set_input_files(tmp_path / "cabeza.txt")
    form.locator("button").click()
    form.locator("[data-all]:not([hidden])").wait_for()
    looked_at(page, axe_source, "comprobado")
    lines = (tmp_path / "registro.txt").read_text().splitlines()
    (tmp_path / "registro.txt").write_text("\n".join([*lines[1:], lines[0]]) + "\n")
    form.locator("input[name=leaves]").set_input_files(tmp_path / "registro.txt")
    form.locator("button").click()
    form.locator("[data-step=root][data-state=bad]").wait_for()
    form.locator("input[name=content]").fill("ab" * 32)
    form.locator("button").click()
    form.locator("[data-step=leaf][data-state=bad]").wait_for()
    assert asked == []

"""Opining under siege in a real browser, with and without script.

`SCREENSHOTS=folder` keeps a picture of each page at each width.
"""

import pytest

from decide.participation import pressure, proof
from decide.participation.circumstance import read
from decide.participation.proof import WAITED, WORKED
from tests.browser.barriers import barriers, picture
from tests.browser.test_citizen import visitor  # noqa: F401
from tests.browser.test_opinions import WORDS, press, site, town, write  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def siege(town):  # noqa: F811
    with town.resources.database.transaction() as session:
        at = town.resources.clock.now(session)
        pressure.set_level(session, "siege", reason="Prueba", at=at, by=None, revision=0)
    return town


def look(page, name):
    for width in (768, 1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        picture(page, name, "pressure", width)


def ways(town):  # noqa: F811
    town.drain.once()
    return [read(row[0]).proof for row in town.rows("SELECT circumstance FROM reaction")]


def test_a_script_solves_by_itself_and_the_citizen_only_waits_a_moment(visitor, siege):  # noqa: F811
    page = visitor()
    page.goto(f"/opiniones/{siege.subjects[0]}/lista?opinion=none")
    asked = []
    page.on("response", lambda answer: asked.append(answer.status))
    page.click("button[data-choice=like]")
    page.get_by_text("Guardado.").wait_for()
    assert asked.count(428) == 1
    press(page, siege, 1, "dislike")
    page.get_by_text("Guardado.").wait_for()
    assert asked.count(428) == 1
    assert ways(siege) == [WORKED, WORKED]


def test_without_script_one_more_page_is_all(visitor, siege, monkeypatch):  # noqa: F811
    monkeypatch.setattr(proof, "WAIT", 300)  # whatever the machine does, it is too soon
    page = visitor(script=False)
    write(page, siege)
    assert page.inner_text("h1") == "Confirme su envío"
    assert "Y una banca." in page.inner_text("main")
    look(page, "prove-idea")
    page.get_by_role("button", name="Confirmar").click()
    assert "Espere unos segundos" in page.inner_text("main")
    look(page, "prove-soon")
    monkeypatch.setattr(proof, "WAIT", 0)
    page.get_by_role("button", name="Confirmar").click()
    page.wait_for_url("**/folios/**")
    press(page, siege)
    assert "Guardamos su" in page.inner_text("h1")
    siege.drain.once()
    assert siege.rows("SELECT text FROM idea") == [(WORDS,)]
    assert ways(siege) == [WAITED]


def test_the_second_page_has_no_barrier(visitor, siege, axe_source):  # noqa: F811
    page = visitor(script=True)
    write(page, siege)
    assert page.inner_text("h1") == "Confirme su envío"
    assert not barriers(page, axe_source)

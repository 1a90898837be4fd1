"""A draft keeps itself while it is written, and the buttons go on as if nothing had been."""

import pytest

from tests.browser.test_actor import log_in, site  # noqa: F401
from tests.portal import (  # noqa: F401
    clock,
    portal_app,
    portal_database,
    portal_world,
    world,
)

pytestmark = pytest.mark.browser


def saved(page):
    page.wait_for_function(
        "() => document.querySelector('#guardado').textContent.includes('guardado')"
    )


def test_a_draft_keeps_itself_and_the_button_saves_without_a_conflict(page, site, world):  # noqa: F811
    log_in(page, site, "lucero")
    page.goto(f"{site}/partido/candidaturas/{world['head']}/propuestas/nueva")
    page.fill("input[name=title]", "Banquetas anchas")
    saved(page)
    assert page.url.rsplit("/", 2)[1] == "propuestas"
    page.fill("textarea[name=text]", "Haremos banquetas.")
    page.wait_for_timeout(100)
    page.evaluate("document.querySelector('#guardado').textContent = ''")
    saved(page)
    kept = page.url
    page.goto(kept)
    assert page.input_value("textarea[name=text]") == "Haremos banquetas."
    page.fill("textarea[name=text]", "Haremos banquetas anchas.")
    page.click("button:has-text('Guardar borrador')")
    page.wait_for_url(f"**/candidaturas/{world['head']}")
    assert "Guardamos la propuesta" in page.inner_text("main")
    page.goto(f"{site}/partido/candidaturas/{world['head']}")
    assert page.locator("h3:has-text('Banquetas anchas')").count() == 1


def test_a_draft_that_somebody_else_changed_is_not_overwritten(page, site, world, context):  # noqa: F811
    log_in(page, site, "lucero")
    path = f"{site}/partido/candidaturas/{world['head']}/trayectoria"
    page.goto(path)
    other = context.new_page()
    other.goto(path)
    other.fill("textarea[name=motive]", "Lo que guardó la otra persona.")
    other.click("text=Guardar borrador")
    page.fill("textarea[name=motive]", "Lo mío.")
    page.wait_for_function(
        "() => document.querySelector('#guardado').textContent.includes('Ya no se guarda solo')"
    )
    assert page.input_value("textarea[name=motive]") == "Lo mío."
    page.click("button:has-text('Guardar borrador')")
    page.wait_for_selector("h1:has-text('Otra persona guardó cambios')")

"""Without a network, after one visit: the shell, the Quitadudas and ¿Dónde voto? go on working."""

import pytest

from tests.browser.test_citizen import (  # noqa: F401  # noqa: F401
    clock,
    portal_app,
    portal_database,
    portal_world,
    site,
    visitor,
    world,
)

pytestmark = pytest.mark.browser

KEPT = """async () => {
  const addresses = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      addresses.push(new URL(request.url).pathname);
  return addresses;
}"""


@pytest.fixture
def page(visitor, world):  # noqa: F811
    """A phone that has been on the site once, looked around, and lost its signal."""
    page = visitor()
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    for path in ("/quitadudas/planilla", "/candidaturas", f"/candidaturas/{world['head']}"):
        page.goto(path)
    page.goto("/partido/entrar")
    page.context.set_offline(True)
    yield page
    page.context.set_offline(False)


def test_where_to_vote_is_answered_from_the_phone(page):
    page.goto("/donde-voto")
    page.fill("#seccion", "5176")
    page.click("text=Ver mis elecciones")
    page.locator("[data-where]:not([hidden])").wait_for()
    told = page.inner_text("[data-where]")
    assert "Toluca" in told
    assert "distrito 2" in told
    assert page.input_value("#seccion") == "5176"
    page.fill("#seccion", "9999")
    page.click("text=Ver mis elecciones")
    page.locator("[data-where]:not([hidden])").wait_for()
    assert "no está en la lista" in page.inner_text("[data-where]")


def test_words_can_be_read_and_offers_cannot(page, world):  # noqa: F811
    page.goto("/quitadudas")
    assert page.inner_text("h1") == "Quitadudas electoral"
    page.goto("/quitadudas/planilla")
    assert page.inner_text("h1") == "Planilla"
    for path in ("/plataformas", "/actores/lucero", f"/candidaturas/{world['other']}"):
        page.goto(path)
        assert page.inner_text("h1") == "No hay conexión"


def test_nothing_is_kept_that_may_be_withdrawn_or_belongs_to_a_log_in(page):
    page.goto("/")
    kept = page.evaluate(KEPT)
    assert "/quitadudas/planilla" in kept
    forbidden = ("/partido", "/oficina", "/candidaturas", "/actores", "/plataformas", "/folios")
    assert [path for path in kept if path.startswith(forbidden)] == []

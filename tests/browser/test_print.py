"""What a person prints: one or two sheets, the words of the page, no way around the site (U15)."""

import io

import pypdfium2
import pytest

from tests.browser.test_citizen import site, visitor  # noqa: F401
from tests.portal import clock, portal_app, portal_database, portal_world, world  # noqa: F401

pytestmark = pytest.mark.browser


def sheets(page):
    """The text of each sheet of letter paper."""
    with pypdfium2.PdfDocument(io.BytesIO(page.pdf(format="Letter"))) as printed:
        return [sheet.get_textpage().get_text_bounded() for sheet in printed]


@pytest.fixture
def page(visitor):  # noqa: F811
    return visitor(width=1280)


def looked_at(page, *words):
    """One or two sheets with these words, the address, and neither menu nor buttons."""
    told = sheets(page)
    assert len(told) in (1, 2)
    whole = " ".join(" ".join(told).split())
    for word in (*words, "http://"):
        assert word in whole, whole
    for word in ("Me gusta", "Saltar al contenido", "Buscar"):
        assert word not in whole
    assert all(sheet.strip() for sheet in told), "no empty sheet"


def test_a_candidacy(page, world):  # noqa: F811
    page.goto(f"/candidaturas/{world['head']}")
    titles = page.locator(".proposal :is(h3, h4)").all_inner_texts()
    looked_at(page, world["owner"], "Propuestas", "Trayectoria", "Su registro", *titles)


def test_a_comparison_of_three(page):
    page.goto("/comparar?tema=agua&lote=8&actor=lucero&actor=raiz&actor=lucero-raiz")
    looked_at(page, "El orden salió por sorteo", *page.locator(".side h2").all_inner_texts())


def test_the_heads_of_an_election(page):
    page.goto("/comparar/municipios/107?lote=9")
    looked_at(page, "El orden salió por sorteo", *page.locator(".side h2").all_inner_texts())


def test_a_folio(page, world):  # noqa: F811
    page.goto(f"/ideas/{world['subject']}")
    page.fill("textarea[name=text]", "Que pongan una pileta comunitaria junto a la escuela.")
    page.click("text=Enviar y recibir folio")
    page.wait_for_url("**/folios/**")
    looked_at(page, "Recibimos su idea", *page.url.split("/folios/")[1].split("?")[0].split("-"))

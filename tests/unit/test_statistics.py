"""What is counted of an address, from where a visit comes, and what may be told of a count."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decide.statistics.disclosure import disclosed, enough
from decide.statistics.pages import Page, page_of
from decide.statistics.sources import Source, is_robot, source_of

PHONE = (
    "Mozilla/5.0 (Linux; Android 13; SM-A245M) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/124.0.0.0 Mobile Safari/537.36"
)
PATHS = {
    "/": Page("home"),
    "/municipios": Page("place"),
    "/municipios/106": Page("place", "m106"),
    "/distritos/2": Page("place", "d2"),
    "/resultados": Page("result"),
    "/resultados/municipios/59": Page("result", "m59"),
    "/resultados/distritos/45": Page("result", "d45"),
    "/quitadudas/planilla": Page("glossary", "planilla"),
    "/guias/como-votar": Page("guide", "como-votar"),
    "/guias/como-votar/lectura-facil": Page("guide", "como-votar"),
    "/datos/resultados/votos.csv": Page("download", "resultados/votos.csv"),
    "/candidaturas.csv": Page("download"),
    "/feeds/actores/lucero.xml": Page("feed"),
    "/sellos.atom": Page("feed"),
    "/privacidad/resumen": Page("about"),
    # Never which one:
    "/actores/lucero": Page("actor"),
    "/resultados/actores/lucero": Page("result"),
    "/candidaturas/81": Page("candidacy"),
    "/plataformas/lucero/municipal": Page("platform"),
    "/ideas/12": Page("idea"),
    "/folios/0ABC-DEF0": Page("folio"),
    # Not counted at all:
    "/partido": None,
    "/oficina/entregas": None,
    "/reacciones/7": None,
    "/static/css/site.css": None,
    "/robots.txt": None,
    "/estado": None,
    "/wp-login.php": None,
}


@pytest.mark.parametrize("path", PATHS)
def test_an_address_is_counted_by_its_kind_and_never_by_an_actor(path):
    assert page_of(path) == PATHS[path]


def test_every_page_that_citizens_may_open_has_a_kind(app):
    # Pictures, short addresses that lead to a page which is counted, what a phone keeps for later.
    uncounted = (
        *(
            "/robots.txt",
            "/estado",
            "/salud",
            "/lista",
            "/metricas",
            "/patrones",
            "/fotos/",
            "/tarjetas/",
            "/m/",
            "/d/",
        ),
        *("/sin-conexion", "/aplicacion.webmanifest", "/aplicacion.js", "/secciones.json"),
    )
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("public.") and "GET" in rule.methods:
            path = re.sub(r"<any\((\w+)[^<>]*>", r"\1", rule.rule)
            assert page_of(path) or path.startswith(uncounted), rule.rule


def test_no_address_of_an_actor_candidacy_or_proposal_leaves_an_item(app):
    telling = {"slug", "candidacy_id", "subject_id", "folio"}
    texts = {"public.term", "public.guide", "public.guide_easy"}
    for rule in app.url_map.iter_rules():
        if telling & rule.arguments and rule.endpoint not in texts:
            page = page_of(rule.rule.replace("<int:", "<").replace("<string:", "<"))
            assert page is None or page.item == "", rule.rule


SOURCES = [
    ("", "", Source.DIRECT),
    ("", "https://decide.example.org/municipios", Source.INSIDE),
    ("utm_medium=qr", "", Source.QR),
    ("utm_source=embebido&utm_medium=embed", "https://diario.example/nota", Source.EMBED),
    ("utm_medium=feed", "", Source.FEED),
    ("utm_medium=share", "https://www.facebook.com/", Source.SHARE),
    ("utm_source=radio", "", Source.CAMPAIGN),
    ("utm_medium=correo&utm_campaign=junio", "", Source.CAMPAIGN),
    ("", "https://www.google.com.mx/", Source.SEARCH),
    ("", "https://duckduckgo.com/?q=x", Source.SEARCH),
    ("q=planilla", "https://l.facebook.com/", Source.SOCIAL),
    ("", "https://t.co/abc", Source.SOCIAL),
    ("", "https://web.whatsapp.com/", Source.SOCIAL),
    ("", "https://diario.example/nota", Source.SITE),
    ("", "https://notfacebook.com/", Source.SITE),
    ("", "::no address::[", Source.SITE),
]


@pytest.mark.parametrize(("query", "referer", "source"), SOURCES)
def test_a_visit_has_the_source_that_its_link_or_its_browser_tells(query, referer, source):
    assert source_of(query, referer, "decide.example.org") is source


@given(st.text(), st.text())
def test_no_query_and_no_referer_can_stop_the_counting(query, referer):
    assert source_of(query, referer, "decide.example.org") in set(Source)


@pytest.mark.parametrize(
    "agent",
    ["", "-", "curl/8.5", "Googlebot/2.1 (+http://www.google.com/bot.html)", "python-requests/2.32",
     "Mozilla/5.0 (compatible; bingbot/2.0)", "facebookexternalhit/1.1 (+http://www.facebook.com)",
     "WhatsApp/2.23.20.0 A and more text", "Mozilla/5.0 HeadlessChrome/124.0 Safari"],
)  # fmt: skip
def test_programs_are_told_from_people(agent):
    assert is_robot(agent)
    assert not is_robot(PHONE)


@given(st.integers(0, 10**9))
def test_a_told_figure_is_a_ten_and_within_five_of_the_count(count):
    told = disclosed(count)
    if count < 10:
        assert told is None
    else:
        assert told % 10 == 0
        assert abs(told - count) <= 5


@given(st.integers(10, 10**6))
def test_one_action_more_mostly_changes_nothing_that_is_told(count):
    assert disclosed(count + 1) in (disclosed(count), disclosed(count) + 10)


def test_a_sum_over_two_actors_is_not_told():
    assert not enough(2)
    assert enough(3)

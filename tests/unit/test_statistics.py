"""What is counted of an address, from where a visit comes, and what may be told of a count."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decide.statistics.disclosure import disclosed, enough
from decide.statistics.funnel import Funnel, funnel, in_hundred
from decide.statistics.pages import Page, page_of
from decide.statistics.sources import Source, is_robot, source_of
from decide.statistics.speed import MEASURES, speeds, step_of, steps_of

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
            "/senas/",
            "/tarjetas/",
            "/m/",
            "/d/",
            "/a/",
            "/c/",
        ),
        *("/sin-conexion", "/aplicacion.webmanifest", "/aplicacion.js", "/secciones.json"),
    )
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("public.") and "GET" in rule.methods:
            path = re.sub(r"<any\((\w+)[^<>]*>", r"\1", rule.rule)
            assert page_of(path) or path.startswith(uncounted), rule.rule


def test_no_address_of_an_actor_candidacy_or_proposal_leaves_an_item(app):
    telling = {"slug", "actor_id", "key", "candidacy_id", "subject_id", "folio"}
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


def test_the_funnel_is_made_of_told_figures_alone():
    told = funnel([104, 99], reactions=61, ideas=14, hidden=False)
    assert told == Funnel(200, 60, 10)
    assert [share for _, _, share in told.steps] == [100, 30, 5]


def test_the_funnel_tells_no_opinion_while_few_actors_take_part_nor_a_small_cell():
    assert funnel([500], reactions=61, ideas=14, hidden=True) == Funnel(500, None, None)
    assert funnel([500], reactions=61, ideas=9, hidden=False).ideas_in_hundred is None
    assert funnel([9], reactions=61, ideas=14, hidden=False).reactions_in_hundred is None
    # In a report on some days, more opinions may have been taken back than given.
    assert funnel([500], reactions=-61, ideas=-3, hidden=False) == Funnel(500, None, None)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**5))
def test_a_share_is_what_anybody_could_reckon_from_the_two_figures(visits, reactions, ideas):
    told = funnel([visits], reactions=reactions, ideas=ideas, hidden=False)
    for _, count, share in told.steps[1:]:
        assert share == in_hundred(count, told.visits)
        if share is not None:
            assert abs(share - 100 * count / told.visits) <= 0.5


def test_a_sum_over_two_actors_is_not_told():
    assert not enough(2)
    assert enough(3)


def test_a_browsers_numbers_fall_into_their_steps_and_nonsense_into_none():
    told = {"lcp": "2500", "cls": "0.1001", "inp": "1000.5", "ttfb": "0", "other": "7"}
    assert dict(steps_of(told)) == {"lcp": "2500", "cls": "0.15", "inp": "over", "ttfb": "100"}
    for nonsense in ("", "x", "-1", "nan", "inf", "1e999", "١x"):
        assert list(steps_of({"lcp": nonsense})) == []


@given(st.lists(st.floats(0, 20_000), min_size=10, max_size=300))
def test_three_quarters_of_the_visits_were_as_fast_as_is_told(values):
    steps = Counter(step_of(MEASURES["lcp"], value) for value in values)
    counts = {f"place lcp {step}": count for step, count in steps.items()}
    (told,) = speeds(counts, fewest=10)
    most = told.three_quarters if told.three_quarters is not None else float("inf")
    assert sum(value <= most for value in values) >= 0.75 * len(values)
    good = 100 * sum(value <= 2500 for value in values) / len(values)
    assert abs(told.good - good) <= 0.5


def test_of_few_visits_no_speed_is_told():
    assert speeds({"place lcp 2500": 9}, fewest=10) == ()

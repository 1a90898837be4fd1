"""What a citizen reads: every page, in every phase, complete, neutral, cheap, without a cookie."""

import csv
import gzip
import io
import json
import re
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from itertools import pairwise

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select, update

from decide.app import create_app
from decide.catalog import queries_platforms
from decide.catalog.actions import touch_content
from decide.catalog.models import Candidacy, Subject
from decide.editorial import signing
from decide.geography.models import Section
from decide.web.public import candidacies
from decide.web.shared.context import KEY
from tests import factories

# A page of each kind, with the phase from which on it can be seen.
GUIDE = (
    "/", "/donde-voto", "/donde-voto?seccion=5176", "/donde-voto?municipio=chalco",
    "/distritos", "/distritos/2", "/municipios", "/municipios/107", "/municipios/34",
    "/quitadudas", "/quitadudas?q=planilla", "/quitadudas?categoria=jornada",
    "/quitadudas/planilla", "/organos", "/organos/lectura-facil", "/guias",
    "/guias/como-votar", "/guias/como-votar/lectura-facil", "/buscar", "/buscar?q=agua",
)  # fmt: skip
PLATFORM = (
    "/actores", "/actores/lucero", "/actores/lucero-raiz", "/actores/ind1",
    "/plataformas", "/plataformas/lucero/municipal", "/temas", "/temas/agua", "/temas/campo",
    "/bloques", "/bloques/lucero", "/comparar?lote=7",
    "/comparar?tema=agua&ambito=legislatura&lote=8",
)  # fmt: skip
CANDIDACY = (
    "/candidaturas", "/candidaturas?nombre=penaloza&orden=nombre",
    "/comparar/municipios/107?lote=9", "/comparar/distritos/2?lote=9",
)  # fmt: skip
ALWAYS = (
    "/calendario", "/como-funciona", "/como-funciona/lectura-facil", "/privacidad",
    "/privacidad/resumen", "/privacidad/derechos/estado", "/privacidad/lectura-facil",
    "/accesibilidad",
    "/lectura-facil", "/accesibilidad/lectura-facil", "/terminos", "/terminos/lectura-facil",
    "/patrones",
)  # fmt: skip
STATEMENTS = {
    "/": 0,
    "/donde-voto": 1,
    "/donde-voto?seccion=5176": 3,
    "/distritos": 2,
    "/distritos/2": 4,
    "/municipios": 2,
    "/municipios/107": 5,
    "/actores": 2,
    "/actores/lucero": 5,
    "/plataformas": 2,
    "/plataformas/lucero/municipal": 3,  # the third tells the size of the registered PDF
    "/temas": 1,
    "/bloques": 1,
    "/bloques/lucero": 2,
    "/temas/agua": 1,
    "/comparar?tema=agua&lote=3": 3,
    "/comparar/municipios/107?lote=3": 3,
    "/candidaturas": 0,
    "/candidaturas?nombre=penaloza&orden=nombre": 0,
    "/candidaturas?municipio=107&genero=mujer&publico=1&escolaridad=superior&actor=lucero": 0,
    "/buscar?q=agua": 1,
    "/buscar?q=5176": 3,
    "/quitadudas": 0,
    "/organos": 0,
    "/calendario": 0,
    "/privacidad": 0,
}


@pytest.fixture
def visit(portal_app):
    """Open a page as a stranger; gives the answer."""
    return portal_app.test_client().get


@pytest.fixture
def every_path(world):
    """The address of a page of each kind."""
    return (*GUIDE, *PLATFORM, *CANDIDACY, *ALWAYS, candidacy_path(world))


@pytest.fixture
def quiet_app(settings, portal_database, clock):
    """The same application, which looks at calendar and subjects only once, and keeps no page."""
    made = create_app(
        replace(settings, database_url=portal_database, snapshot_seconds=3600.0, page_cache_mib=0),
        clock=clock,
    )
    yield made
    made.extensions[KEY].resources.close()


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def candidacy_path(world):
    return f"/candidaturas/{world['head']}"


@contextmanager
def statements(app):
    """The SQL statements sent meanwhile, without those that open and close transactions."""
    seen = []
    engine = app.extensions[KEY].resources.database.engine

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_each_page_has_one_heading_a_title_and_no_cookie(visit, every_path):
    for path in every_path:
        answer = visit(path)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 200, path
        assert len(re.findall(r"<h1\b", html)) == 1, path
        title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1].strip()
        # The site's name goes first where a title would not fit into a search result.
        assert "Decide" in title or len(f"{title} · Decide") > 60, (path, title)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert answer.headers["Cache-Control"].startswith("public")
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), path


def test_levels_of_headings_are_not_skipped(visit, every_path):
    for path in every_path:
        levels = [int(n) for n in re.findall(r"<h([1-6])\b", visit(path).get_data(as_text=True))]
        for above, below in pairwise(levels):
            assert below <= above + 1, (path, levels)


def test_a_page_takes_a_fixed_number_of_statements(quiet_app, portal_world):
    client = quiet_app.test_client()
    client.get("/")  # the snapshot's own look
    # The register of candidacies is read when it changes, what was published when somebody does.
    once_read = (
        ("/candidaturas?nombre=a", 5),
        ("/candidaturas?publico=1", 1),
        ("/buscar?q=pozo", 3),
    )
    for path, once in once_read:
        with statements(quiet_app) as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= once, (path, seen)
    for path, most in {**STATEMENTS, candidacy_path(portal_world): 3}.items():
        with statements(quiet_app) as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= most, (path, seen)


def test_publishing_one_proposal_changes_exactly_the_pages_that_show_it(
    visit, every_path, portal_app, world
):
    paths = (*every_path, f"/candidaturas/{world['other']}", "/buscar?q=pileta", "/en/")
    before = {path: visit(path).headers["ETag"] for path in paths}
    title = "Pileta comunitaria en cada barrio"
    with portal_app.extensions[KEY].resources.database.transaction() as session:
        head = session.get_one(Candidacy, world["head"])
        factories.proposal(session, head, title=title, text="Una pileta con agua de lluvia.")
    after = {path: visit(path) for path in paths}
    changed = {path for path, answer in after.items() if answer.headers["ETag"] != before[path]}
    showing = {path for path, answer in after.items() if "pileta" in answer.text.lower()}
    assert changed == showing
    assert f"/candidaturas/{world['head']}" in changed
    assert len(changed) < 6
    # Whoever has a page that did not change is told so, and gets no byte of it again.
    for path in set(paths) - changed:
        same = visit(path, headers={"If-None-Match": before[path]})
        assert (same.status_code, same.data) == (304, b""), path


def test_before_the_first_phase_only_what_is_about_the_site_is_open(visit, clock, world):
    clock.instant = factories.BEFORE
    assert "10 de abril" in text_of(visit("/"))
    for path in (*GUIDE[1:], *PLATFORM, *CANDIDACY, candidacy_path(world)):
        answer = visit(path)
        assert answer.status_code == 404, path
        assert "calendario" in text_of(answer).lower()
        assert "Abrimos pronto" in text_of(answer), path
        assert 'href="/calendario"' in answer.text
        assert "Revise que la dirección" not in text_of(answer)
    for path in ALWAYS:
        assert visit(path).status_code == 200
        assert "/quitadudas/" not in visit(path).text, path
    assert "No encontramos esta página" in text_of(visit("/nada"))


# Page, word, term: the first occurrence leads to what it means.
WORDS = (
    ("/donde-voto", "sección", "seccion-electoral"),
    ("/donde-voto?seccion=5176", "distrito local", "distrito-electoral-local"),
    ("/distritos/2", "diputación", "diputacion-de-mayoria-relativa"),
    ("/municipios/107", "ayuntamiento", "ayuntamiento"),
    ("/actores", "boleta", "boleta-electoral"),
    ("/plataformas", "plataforma", "plataforma-electoral"),
    ("/plataformas/lucero/municipal", "Plataforma", "plataforma-electoral"),
    ("/bloques", "igualdad", "paridad-de-genero"),
    ("/candidaturas", "suplentes", "suplente"),
    ("/folios", "folio", "folio"),
    ("/calendario", "veda", "veda"),
    ("/", "Campañas", "campana-electoral"),
)


def test_a_difficult_word_leads_to_what_it_means_where_it_first_stands(visit, world):
    for path, word, slug in (
        *WORDS,
        (candidacy_path(world), "Presidencia municipal", "presidencia-municipal"),
    ):
        html = visit(path).text
        assert html.count(f'<a href="/quitadudas/{slug}">{word}</a>') == 1, path
        assert visit(f"/quitadudas/{slug}").status_code == 200


def test_who_mistypes_a_section_gets_a_light_answer_without_the_map(visit):
    wrong = visit("/donde-voto?seccion=9999")
    assert wrong.status_code == 404
    assert 'name="municipio"' in wrong.text
    assert "map" not in re.findall(r'<figure class="(\w+)', wrong.text)
    assert "map" in re.findall(r'<figure class="(\w+)', visit("/donde-voto").text)
    assert len(wrong.data) < 12_000


@pytest.mark.parametrize(
    ("phase", "heading", "steps"),
    [
        ("PLATFORMS", "Conozca, compare y opine", "Su opinión, en tres pasos"),
        ("CAMPAIGN", "Conozca, compare y opine", "Su opinión, en tres pasos"),
        ("SILENCE", "Lea y compare con calma", "Qué pasa con las opiniones"),
        ("COUNT", "Lea y compare con calma", "Qué pasa con las opiniones"),
        ("RESULTS", "Vea los resultados", "Qué pasa con las opiniones"),
    ],
)
def test_the_first_page_says_what_can_be_done_in_each_phase(visit, clock, phase, heading, steps):
    clock.instant = getattr(factories, phase)
    text = text_of(visit("/"))
    others = {"Su opinión, en tres pasos", "Qué pasa con las opiniones"} - {steps}
    assert heading in text
    assert steps in text
    assert not any(each in text for each in others)
    assert ("Vea los resultados" in text) == (phase == "RESULTS")


def test_candidacies_open_with_the_campaign_and_pages_say_when(visit, clock, world):
    clock.instant = factories.PLATFORMS
    for path in (*CANDIDACY, candidacy_path(world), "/candidaturas.csv"):
        assert visit(path).status_code == 404
    for path in ("/municipios/107", "/distritos/2", "/donde-voto?seccion=5176", "/actores/lucero"):
        answer = visit(path)
        assert answer.status_code == 200
        assert "se abre el 30 de abril" in text_of(answer), path
        assert world["owner"] not in text_of(answer)
    assert (
        "Candidaturas"
        not in re.findall(
            r"<nav class=\"menu\".*?</nav>", visit("/").get_data(as_text=True), re.DOTALL
        )[0]
    )


def test_in_the_silence_everything_can_be_read_and_nothing_answered(visit, clock, world):
    clock.instant = factories.SILENCE
    for path in ("/plataformas/lucero/municipal", "/temas/agua", candidacy_path(world)):
        answer = visit(path)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert 'name="choice"' not in html
        assert "Ya no se reciben opiniones" in html
        assert "/ideas/" not in html


@pytest.mark.parametrize("phase", ["SILENCE", "COUNT"])
def test_once_the_polls_have_closed_nobody_wants_a_vote_any_more(visit, clock, phase):
    clock.instant = getattr(factories, phase)
    over = phase == "COUNT"
    pages = ("/", "/donde-voto", "/donde-voto?seccion=5176", "/municipios/107", "/distritos/2")
    for path in pages:
        told = text_of(visit(path))
        assert any(word in told for word in ("compitieron", "Usted eligió")) is over, path
        assert any(word in told for word in ("quieren", "Usted elige")) is not over, path


def test_with_the_results_a_section_leads_to_its_own(visit, clock):
    clock.instant = factories.RESULTS
    html = visit("/donde-voto?seccion=5176").get_data(as_text=True)
    assert "/resultados/municipios/" in html
    assert "/resultados/distritos/" in html


def test_what_is_closed_is_not_promised(visit, clock, world):
    clock.instant = factories.SILENCE
    assert "Ya no se reciben opiniones ni ideas." in text_of(visit("/opiniones"))
    assert "opinar" not in text_of(visit("/estado"))
    early = visit("/resultados")
    assert early.status_code == 404
    assert "Se abre el 14 de junio." in text_of(early)


def test_in_the_campaign_every_text_has_two_buttons_and_a_way_to_write(visit, world):
    html = visit(candidacy_path(world)).get_data(as_text=True)
    assert html.count('data-choice="like"') == 3
    assert html.count('data-choice="dislike"') == 3
    assert f'action="/reacciones/{world["subject"]}"' in html
    assert f'href="/ideas/{world["subject"]}"' in html
    platform = visit("/plataformas/lucero/municipal").get_data(as_text=True)
    assert platform.count('data-choice="like"') == 5  # four sections and the whole


def test_no_draft_and_no_withdrawn_text_is_shown(visit, world, portal_app):
    page = text_of(visit(candidacy_path(world)))
    assert "Agua todos los días" in page
    assert "Borrador que nadie ve" not in page
    with portal_app.extensions[KEY].resources.database.transaction() as session:
        session.get(Subject, world["subject"]).open = False
    assert "Agua todos los días" not in text_of(visit(candidacy_path(world)))


def test_who_has_published_nothing_is_said_plainly(visit, world):
    page = text_of(visit(f"/candidaturas/{world['other']}"))
    assert "No ha publicado propuestas." in page
    assert "No ha publicado su trayectoria." in page


def test_a_section_leads_to_its_two_elections(visit):
    page = text_of(visit("/donde-voto?seccion=5176"))
    assert "Usted vota en Toluca" in page
    assert "Ayuntamiento de Toluca" in page


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("55oo", 200, "sólo números"),
        ("50000", 200, "tiene cuatro"),
        ("9999", 404, "no es de este estado"),
    ],
)
def test_a_mistaken_section_keeps_what_was_typed_and_says_what_to_check(
    visit, typed, status, words
):
    answer = visit(f"/donde-voto?seccion={typed}")
    assert answer.status_code == status
    assert words in text_of(answer)
    assert f'value="{typed}"' in answer.get_data(as_text=True)
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)


def test_a_municipality_is_found_by_a_misspelt_name(visit):
    assert visit("/donde-voto?municipio=ecatepec").headers["Location"] == "/municipios/34"
    close = re.findall(r'href="/municipios/(\d+)"', visit("/donde-voto?municipio=Ecatepek").text)
    assert close[0] == "34"
    several = text_of(visit("/donde-voto?municipio=Chalco"))
    assert "Valle de Chalco Solidaridad" in several
    assert "No encontramos ese municipio" in text_of(visit("/donde-voto?municipio=xqzw"))


def test_actors_stand_in_the_order_of_their_registration(visit):
    for path in ("/actores", "/plataformas", "/temas/agua", "/municipios/107"):
        page = text_of(visit(path)).split("Ayuda")[0]
        places = [
            page.find(name) for name in ("Partido Lucero", "Partido Raíz", "Movimiento Nopal")
        ]
        assert places == sorted(places), path
        assert -1 not in places, path


def test_the_test_actor_is_in_no_list_and_says_what_it_is(visit):
    for path in ("/actores", "/plataformas", "/temas/agua", "/candidaturas"):
        assert "Partido de prueba" not in text_of(visit(path))
    assert "No es un partido" in text_of(visit("/actores/prueba"))


def test_an_alliance_names_its_members_and_a_party_its_alliances(visit):
    assert "La forman Partido Lucero, Partido Raíz." in text_of(visit("/actores/lucero-raiz"))
    assert "Juntas por el Estado" in text_of(visit("/actores/raiz"))


def test_a_list_counts_the_words_of_a_platform_as_its_page_does(portal_app):
    with portal_app.extensions[KEY].resources.database.reading() as session:
        lines = queries_platforms.platforms(session)
        pages = [queries_platforms.platform_page(session, at.actor.slug, at.scope) for at in lines]
    assert [line.words for line in lines] == [page.words for page in pages]
    assert min(line.words for line in lines) > 5


def test_a_search_by_name_forgives_accents_and_wildcards_mean_themselves(visit):
    found = text_of(visit("/candidaturas?nombre=PENALOZA"))
    assert "Peñaloza" in found
    assert "Nadie coincide" in text_of(visit("/candidaturas?nombre=%25"))
    assert "Nadie coincide" in text_of(visit("/candidaturas?nombre=_"))
    assert "Nadie coincide" in text_of(visit("/candidaturas?nombre=%5C"))


def test_each_filter_narrows_and_can_be_taken_away(visit):
    answer = visit("/candidaturas?actor=lucero&cargo=presidencia&genero=mujer")
    html = answer.get_data(as_text=True)
    assert "1 candidatura" in text_of(answer)
    assert 'href="/candidaturas?actor=lucero&amp;genero=mujer"' in html
    assert 'href="/candidaturas?cargo=presidencia&amp;genero=mujer"' in html
    assert "Mujeres" in text_of(answer)


def test_only_those_who_published_can_be_asked_for(visit, world):
    page = text_of(visit("/candidaturas?publico=1"))
    assert world["owner"] in page
    assert "2 candidaturas" in page


def test_values_nobody_offers_are_as_if_they_were_not_there(visit):
    everyone = text_of(visit("/candidaturas"))
    odd = text_of(visit("/candidaturas?cargo=rey&genero=x&distrito=abc&pagina=-1"))
    assert re.search(r"\d+ candidaturas", odd)[0] == re.search(r"\d+ candidaturas", everyone)[0]


def test_a_name_corrected_while_a_list_is_made_is_new_on_every_later_list(
    settings, clock, monkeypatch
):
    app = create_app(replace(settings, snapshot_seconds=3600.0), clock=clock)
    house = app.extensions[KEY]
    database, visit = house.resources.database, app.test_client().get
    with database.transaction() as session:
        head = factories.small_world(session)["heads"]["RAIZ"]
        number, old = head.id, head.owner_name
    house.snapshot.renew()
    assert old in text_of(visit("/candidaturas"))
    write = candidacies.written_lines

    def correct_first(*lines):
        monkeypatch.undo()
        with database.transaction() as session:
            session.execute(
                update(Candidacy).where(Candidacy.id == number).values(owner_name="Eva Robles Mar")
            )
        house.snapshot.renew()
        return write(*lines)

    monkeypatch.setattr(candidacies, "written_lines", correct_first)
    assert old in text_of(visit("/candidaturas?orden=nombre")), "it had read the names already"
    later = text_of(visit("/candidaturas?actor=raiz"))
    assert "Eva Robles Mar" in later
    assert old not in later
    house.resources.close()


def test_a_page_after_the_last_is_not_found(visit):
    assert visit("/candidaturas?pagina=50").status_code == 404


def test_the_download_holds_the_narrowed_list_and_runs_no_formula(visit, portal_app, world):
    database = portal_app.extensions[KEY].resources.database
    with database.transaction() as session:
        district = session.get_one(factories.PoliticalActor, world["lucero"])
        district.name = "=HYPERLINK(1)"
    answer = visit("/candidaturas.csv?actor=lucero")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert {row["siglas"] for row in rows} == {"LUCERO"}
    assert {row["actor_politico"] for row in rows} == {"'=HYPERLINK(1)"}
    assert len(rows) == 9
    assert rows[0]["pagina"] == candidacy_path(world)


def test_the_list_is_the_same_in_every_format(visit):
    lines = list(csv.DictReader(io.StringIO(visit("/candidaturas.csv?cargo=presidencia").text)))
    told = json.loads(visit("/candidaturas.json?cargo=presidencia").data)
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(visit("/candidaturas.xlsx?cargo=presidencia").data)
    )
    sheet = book.get_sheet_by_name("datos").to_python()
    assert [each["persona_propietaria"] for each in told] == [
        each["persona_propietaria"] for each in lines
    ]
    owner = sheet[0].index("persona_propietaria")
    assert [row[owner] for row in sheet[1:]] == [each["persona_propietaria"] for each in lines]
    assert len(told) == 4


def test_ages_are_asked_in_ranges(visit):
    told = json.loads(visit("/candidaturas.json?edad=30-44").data)
    assert told
    assert all(30 <= each["edad"] <= 44 for each in told)


def test_schooling_is_found_by_the_words_of_published_trajectories(visit, world):
    assert world["owner"] in text_of(visit("/candidaturas?escolaridad=superior"))
    assert "Licenciatura o ingeniería" in text_of(visit("/candidaturas?escolaridad=superior"))
    assert world["owner"] not in text_of(visit("/candidaturas?escolaridad=posgrado"))


def test_what_does_not_exist_is_not_found(visit):
    for path in (
        "/distritos/99", "/municipios/126", "/actores/nadie", "/plataformas/lucero/federal",
        "/temas/ovnis", "/candidaturas/999999", "/quitadudas/nada", "/guias/nada",
    ):  # fmt: skip
        assert visit(path).status_code == 404, path


def test_pages_fit_their_budget(visit, every_path):
    """Compressed HTML of goals §3: one first flight."""
    for path in every_path:
        size = len(gzip.compress(visit(path).data, 6))
        assert size <= (30_000 if path.startswith(("/patrones", "/comparar")) else 14_000), (
            path,
            size,
        )


def test_robots_may_read_the_offer_and_not_the_portals(visit):
    rules = visit("/robots.txt").get_data(as_text=True)
    assert "Disallow: /partido" in rules
    assert "Disallow: /oficina" in rules
    assert "Disallow: /folios" in rules
    assert "/candidaturas" not in rules


def test_the_state_of_the_service_is_told_without_a_database(settings, clock):
    dead = replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    app = create_app(dead, clock=clock)
    answer = app.test_client().get("/estado")
    assert answer.status_code == 200
    assert "Hay una falla" in text_of(answer)


def test_a_comparison_without_a_lot_draws_one_for_this_visit(visit):
    answer = visit("/comparar?tema=agua&actor=raiz&actor=nopal")
    assert answer.status_code == 302
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r"/comparar\?tema=agua&actor=raiz&actor=nopal&lote=\d{1,4}", answer.headers["Location"]
    )


def test_a_comparison_shows_each_chosen_actor_once_in_the_order_of_its_lot(visit):
    def order(path):
        html = visit(path).get_data(as_text=True)
        return re.findall(r'<h2 id="a\d+"><a [^>]*>([^<]*)</a>', html)

    everyone = order("/comparar?tema=agua&lote=1")
    assert sorted(everyone) == sorted(
        ["Partido Lucero", "Partido Raíz", "Movimiento Nopal", "Juntas por el Estado"]
    )
    assert order("/comparar?tema=agua&lote=1") == everyone
    assert len({tuple(order(f"/comparar?tema=agua&lote={lot}")) for lot in range(12)}) > 4
    two = order("/comparar?tema=agua&lote=1&actor=raiz&actor=nopal&actor=nadie")
    assert two == [each for each in everyone if each in ("Partido Raíz", "Movimiento Nopal")]


def test_heads_of_an_election_are_compared_and_silence_is_said(visit, world):
    page = text_of(visit("/comparar/municipios/107?lote=5"))
    assert world["owner"] in page
    assert "No ha publicado propuestas." in page
    assert visit("/comparar/municipios/3?lote=5").status_code == 404
    assert visit("/comparar/distritos/2?lote=5").status_code == 200


def test_one_search_finds_people_places_actors_texts_and_terms(visit, world):
    page = text_of(visit(f"/buscar?q={world['owner'].split()[0].lower()}"))
    assert world["owner"] in page
    assert "Municipios" in text_of(visit("/buscar?q=tolucka"))
    assert "Partido Lucero" in text_of(visit("/buscar?q=lusero"))
    assert "Clínica abierta" in text_of(visit("/buscar?q=clinicas"))
    assert "Todo sobre agua" in text_of(visit("/buscar?q=agua"))
    assert "Planilla" in text_of(visit("/buscar?q=planiya"))
    assert "Toluca" in text_of(visit("/buscar?q=5176"))


def test_a_search_without_result_helps_and_is_marked(visit):
    answer = visit("/buscar?q=qwrtzx")
    assert answer.status_code == 200
    assert "Revise cómo está escrito" in text_of(answer)
    assert answer.headers["X-Found"] == "0"
    assert visit("/candidaturas?nombre=qwrtzx").headers["X-Found"] == "0"
    assert "X-Found" not in visit("/buscar?q=toluca").headers


def test_a_search_finds_nothing_that_the_calendar_hides(visit, clock, world):
    clock.instant = factories.PLATFORMS
    page = text_of(visit(f"/buscar?q={world['owner']}"))
    assert f"{world['owner']} " not in page.replace(f"«{world['owner']}»", "")
    assert "Agua todos los días" not in text_of(visit("/buscar?q=agua+todos+los+dias"))


def test_what_is_typed_is_shown_as_text(visit):
    for path in ("/buscar?q=", "/quitadudas?q=", "/candidaturas?nombre=", "/donde-voto?municipio="):
        html = visit(path + "%3Cscript%3Ealert(1)%3C/script%3E").get_data(as_text=True)
        assert "<script>alert" not in html


def test_the_service_worker_is_small_and_names_files_that_exist(visit):
    script = visit("/sin-conexion.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert len(script.data) <= 5_000
    shell = json.loads(re.search(r"const SHELL = (\[.*?\]);", script.text, re.DOTALL)[1])
    assert len(shell) > 10
    for path in shell:
        assert visit(path).status_code == 200, path


def test_the_application_can_stand_on_a_home_screen(visit):
    told = json.loads(visit("/aplicacion.webmanifest").data)
    assert told["start_url"] == "/"
    for icon in told["icons"]:
        assert visit(icon["src"]).status_code == 200


def test_the_table_on_the_phone_says_what_the_server_says(visit, portal_app):
    told = json.loads(visit("/secciones.json").data)
    assert len(gzip.compress(visit("/secciones.json").data)) < 10_000
    seen = {
        number: (district, municipality)
        for first, last, district, municipality in told["runs"]
        for number in range(first, last + 1)
    }
    with portal_app.extensions[KEY].resources.database.reading() as session:
        rows = session.execute(
            select(Section.number, Section.district_number, Section.municipality_number)
        )
        assert seen == {number: (within, of) for number, within, of in rows}
    assert told["municipalities"]["107"] == "Toluca"


def test_a_signed_video_stands_on_its_page_with_captions_and_transcript(portal_app, tmp_path):
    folder = portal_app.extensions[KEY].resources.settings.files_folder
    video, captions, transcript = (tmp_path / name for name in ("v", "c", "t"))
    video.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(5000))
    captions.write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nBusque dónde vota.\n")
    transcript.write_text("Busque dónde vota.")
    client = portal_app.test_client()
    pages = {"inicio": "/", "como-funciona": "/como-funciona", "como-votar": "/guias/como-votar"}
    for slug, path in pages.items():
        assert "<video" not in client.get(path).text
        assert client.get(f"/senas/{slug}.mp4").status_code == 404
        signing.keep(folder, slug, video=video, captions=captions, transcript=transcript)
        with portal_app.extensions[KEY].resources.database.transaction() as session:
            touch_content(session)
        html = client.get(path).text
        assert f'<track kind="captions" src="/senas/{slug}.vtt" srclang="es"' in html
        assert 'preload="none"' in html
        assert "Busque dónde vota." in html
        with client.get(f"/senas/{slug}.mp4", headers={"Range": "bytes=0-99"}) as part:
            assert (part.status_code, len(part.data), part.mimetype) == (206, 100, "video/mp4")
        with client.get(f"/senas/{slug}.vtt") as told:
            assert told.text.startswith("WEBVTT")
        assert "media-src 'self'" in told.headers["Content-Security-Policy"]

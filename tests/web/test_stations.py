"""Results by polling station on the web, and the legal standing of a result, from files alone."""

import csv
import io
from collections import defaultdict
from dataclasses import replace

import pytest

from decide.imports import actions as imports
from decide.imports.history import undo
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.results import queries
from decide.settings import Settings
from tests import factories
from tests.page import Page
from tests.polling_world import STATIONS, register_2015
from tests.real_process import copied, opened

pytestmark = pytest.mark.shared

MUNICIPALITIES = (1, 17)  # only the stations of these are loaded


@pytest.fixture(scope="module")
def stations():
    """Rows of the real file by section, with its header."""
    with STATIONS.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    return header, [row for row in rows if int(row[0]) in MUNICIPALITIES]


@pytest.fixture(scope="module")
def ground(postgres, template_database, stations, tmp_path_factory):
    url = copied(postgres, "by_station", template_database)
    house = open_resources(
        Settings(
            database_url=url, redis_url="redis://", queue_url="redis://", secret_key="x",
            process_key="x", files_folder=tmp_path_factory.mktemp("files"),
        )
    )  # fmt: skip
    with house.database.transaction() as session:
        factories.process(session)
        register_2015(session)
        loaded(session, None, as_csv(*stations))
    house.close()
    return url


def as_csv(header, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def data(client, path):
    with client.get(path) as answer:
        return answer.json


def loaded(session, layout, body):
    plan = imports.dry_run(session, layout, io.BytesIO(body), "casillas.csv")
    assert plan.problems == ()
    return imports.commit(session, plan, at=factories.RESULTS, by=None)


@pytest.fixture
def mine(settings, postgres, ground):
    """A copy that one test writes to: its resources, and what opens the site on it."""
    url = copied(postgres, "by_station_copy", "by_station")
    house = open_resources(replace(settings, database_url=url))
    closing = [house.close]

    def site():
        app, close = opened(settings, url, FrozenClock(factories.RESULTS))
        closing.append(close)
        return app.test_client()

    yield house, site
    for close in reversed(closing):
        close()


@pytest.fixture
def client(settings, ground):
    app, close = opened(settings, ground, FrozenClock(factories.RESULTS))
    yield app.test_client()
    close()


def test_each_section_shows_its_stations_as_the_file_has_them(client, stations):
    _, rows = stations
    by_section = defaultdict(list)
    for row in rows:
        by_section[int(row[2])].append(row)
    for section, group in by_section.items():
        page = Page(client.get(f"/resultados/secciones/{section}").text)
        head, *told = page.tables[f"Votos en la sección {section}"]
        names = sorted(row[3] for row in group)
        assert head == ["Opción", *(f"Casilla {name}" for name in names), "Sección"]
        figures = {line[0]: line[1:] for line in told}
        for label, place in (("Votos nulos", 23), ("Total de votos", 24)):
            counts = {row[3]: int(row[place]) for row in group}
            whole = sum(counts.values())
            assert figures[label] == [f"{each:,}" for each in (*map(counts.get, names), whole)]
        options = [line for line in told if line[0] not in (
            "Votos nulos", "Total de votos", "Candidaturas no registradas")]  # fmt: skip
        for at, name in enumerate(names, start=1):
            row = next(row for row in group if row[3] == name)
            votes = sum(int(line[at].replace(",", "")) for line in options)
            assert votes == sum(map(int, row[4:22]))


def test_a_municipality_adds_up_its_sections_and_links_each(client, stations):
    _, rows = stations
    for number in MUNICIPALITIES:
        mine = [row for row in rows if int(row[0]) == number]
        page = Page(client.get(f"/resultados/municipios/{number}/secciones").text)
        (table,) = page.tables.values()
        told = table[1:]
        assert len(told) == len({row[2] for row in mine})
        assert sum(int(line[1]) for line in told) == len(mine)
        assert sum(int(line[3].replace(",", "")) for line in told) == sum(
            int(row[24]) for row in mine
        )
        assert f"/resultados/secciones/{mine[0][2]}" in page.links
        above = client.get(f"/resultados/municipios/{number}").text
        assert f"/resultados/municipios/{number}/secciones" in above
    assert client.get("/resultados/municipios/3/secciones").status_code == 404
    assert client.get("/resultados/secciones/9999").status_code == 404
    assert "/secciones" not in client.get("/resultados/municipios/3").text


def test_stations_are_open_data_as_the_file_has_them(client, stations):
    _, rows = stations
    told = data(client, "/datos/casillas/casillas.json")
    assert {(each["seccion"], each["casilla"]): each["total"] for each in told} == {
        (int(row[2]), row[3]): int(row[24]) for row in rows
    }
    votes = data(client, "/datos/casillas/votos-por-casilla.json")
    assert sum(each["votos"] for each in votes) == sum(sum(map(int, row[4:22])) for row in rows)


BLANK = "clave_ine,municipio,pan,pri,validos,no_registrados,nulos,total,lista_nominal,estado\n"
BODY = (
    "clave_ine,municipio,pan,pri,validos,no_registrados,nulos,total,lista_nominal,estado,fuente\n"
    "3,Aculco,{},0,{},0,3,{},900,{},{}\n"
)


def test_the_same_contest_goes_from_preliminary_to_final_and_each_step_says_what_changed(
    mine,
):
    house, site = mine
    steps = (
        (100, "preliminar", "PREP a las 22:00"),
        (140, "cómputo", "Acta de cómputo municipal"),
        (139, "definitivo", "Sentencia JI-12/2021"),
        (150, "extraordinaria", "Acta de la elección extraordinaria"),
    )
    with house.database.transaction() as session:
        for votes, status, source in steps:
            body = BODY.format(votes, votes, votes + 3, status, source)
            loaded(session, "resultados-ayuntamientos", body.encode())
    page = Page(site().get("/resultados/municipios/3").text)
    places = [page.text.index(f"Versión {number}") for number in (4, 3, 2, 1)]
    assert places == sorted(places)
    for words in ("Preliminar", "Cómputo", "Definitivo", "Elección extraordinaria"):
        assert words in page.text
    for _, _, source in steps:
        assert f"Fuente: {source}." in page.text
    assert "PAN: antes 140, ahora 139" in page.text
    assert "Total de votos: antes 103, ahora 143" in page.text
    assert "En Aculco ganó PAN, con 150 votos." in page.text
    with house.database.transaction() as session:
        body = f"{BLANK}3,Aculco,,,,,,,900,anulada\n"
        run = loaded(session, "resultados-ayuntamientos", body.encode())
        assert queries.of_municipality(session, 3).status == "annulled"
        undo(session, run.id, at=factories.RESULTS, by=None, reason="Prueba")
        assert queries.of_municipality(session, 3).status == "extraordinary"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("3,Aculco,5,0,5,0,3,8,900,quizá,", "estado"),
        ("3,Aculco,5,0,5,0,3,8,900,anulada,", "estado"),
    ],
)
def test_a_standing_that_is_none_is_refused(settings, ground, row, column):
    house = open_resources(replace(settings, database_url=ground))
    with house.database.reading() as session:
        plan = imports.dry_run(
            session, "resultados-ayuntamientos",
            io.BytesIO((BODY.partition("\n")[0] + "\n" + row + "\n").encode()), "x.csv",
        )  # fmt: skip
    house.close()
    assert [problem.column for problem in plan.problems] == [column]


def test_stations_keep_the_list_that_is_known_and_their_versions_page(mine, stations):
    """A municipal result with its list, then stations: turnout stays; a third file, no stations."""
    house, site = mine
    header, _ = stations
    with house.database.transaction() as session:
        loaded(session, "resultados-ayuntamientos",
               BODY.format(9, 9, 12, "preliminar", "PREP").encode())  # fmt: skip
        first = ["3", "Aculco", "300", "B"] + ["0"] * 18 + ["0", "4", "24"]
        first[4] = "20"
        loaded(session, "resultados-casillas", as_csv(header, [first]))
        known = queries.of_municipality(session, 3)
        assert (known.version, known.total, known.nominal_list) == (2, 24, 900)
        too_many = [*first]
        too_many[4], too_many[24] = "2000", "2004"
        plan = imports.dry_run(
            session, "resultados-casillas", io.BytesIO(as_csv(header, [too_many])), "x.csv"
        )
        assert "más que la lista nominal" in plan.problems[0].what
        loaded(session, "resultados-ayuntamientos",
               BODY.format(21, 21, 24, "definitivo", "Sentencia").encode())  # fmt: skip
    page = site().get("/resultados/municipios/3/secciones").text
    assert "Versión 2" in page


def test_results_of_districts_take_whatever_options_there_are(mine):
    house, site = mine
    head = "distrito,cabecera,PAN,PRI,MORENA,Ana Independiente,validos,no_registrados,nulos,total,"
    body = (
        f"{head}lista_nominal,nota\n"
        "1,Chalco de Díaz Covarrubias,100,50,,7,157,1,2,160,400,\n"
        "2,Toluca de Lerdo,,,,,,,,,500,Elección anulada\n"
    )
    with house.database.transaction() as session:
        loaded(session, None, body.encode())
        plan = imports.dry_run(
            session,
            "resultados-distritos",
            io.BytesIO(body.replace("157", "158").encode()),
            "x.csv",
        )
        assert [problem.column for problem in plan.problems] == ["validos", "total"]
    client = site()
    page = Page(client.get("/resultados/distritos/1").text)
    assert page.stats["participación"] == "40.00 %"
    assert "ganó PAN, con 100 votos" in page.text
    _, *lines = next(iter(page.tables.values()))
    assert [line[0].split()[0] for line in lines[:3]] == ["PAN", "PRI", "Ana"]
    assert "Esta elección se anuló" in Page(client.get("/resultados/distritos/2").text).text
    assert client.get("/resultados/distritos/mapa").status_code == 200

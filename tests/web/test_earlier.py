"""A process of the past beside today's results: every figure against the file alone."""

import csv
import io
from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest

from decide.imports import actions as imports
from decide.imports.history import undo
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.results import queries_earlier
from decide.results.actions_earlier import EarlierForm, save_process
from decide.settings import Settings
from tests import factories
from tests.page import Page
from tests.polling_world import STATIONS
from tests.real_process import copied, opened, real_client, real_clock, real_database

__all__ = ["real_client", "real_clock", "real_database"]

pytestmark = pytest.mark.shared

SOURCE = "Cómputos por casilla 2015, IEEM"
MUNICIPAL = "anterior-municipios@2015"


def registered(session, *, name="Elección de ayuntamientos 2015", note="Hubo otros partidos."):
    return save_process(
        session, None, EarlierForm(name, date(2015, 6, 7), SOURCE, note),
        today=factories.RESULTS.date(), revision=0, at=factories.RESULTS, by=None,
    )  # fmt: skip


def data(client, path):
    with client.get(path) as answer:
        return answer.json


def loaded(session, layout, body, name="archivo.csv"):
    plan = imports.dry_run(session, layout, io.BytesIO(body), name)
    assert plan.problems == ()
    return plan, imports.commit(session, plan, at=factories.RESULTS, by=None)


@pytest.fixture(scope="module")
def with_2015(postgres, real_database, tmp_path_factory):
    """The real process of 2021, and all stations of 2015 as the authority published them."""
    url = copied(postgres, "real_2021_with_2015", "real_2021")
    house = open_resources(
        Settings(
            database_url=url, redis_url="redis://", queue_url="redis://", secret_key="x",
            process_key="x", files_folder=tmp_path_factory.mktemp("files"),
        )
    )  # fmt: skip
    with house.database.transaction() as session:
        assert registered(session) == "2015"
        loaded(session, "anterior-casillas@2015", STATIONS.read_bytes(), STATIONS.name)
    house.close()
    return url


@pytest.fixture
def client(settings, with_2015, real_clock):
    app, close = opened(settings, with_2015, real_clock)
    yield app.test_client()
    close()


@pytest.fixture(scope="module")
def file_2015():
    """Sums by municipality made from the file alone, parties that went together apart."""
    with STATIONS.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    sums = defaultdict(lambda: [0] * len(header))
    for row in rows:
        for place in range(4, len(header)):
            sums[int(row[0])][place] += int(row[place])
    return header, sums, len(rows)


def together(header, line):
    """Votes by option: PRI, PVEM and NA are one where a column that joins them has votes."""
    named = dict(zip(header[4:20], line[4:20], strict=True))
    independents = [line[20], line[21]]
    joint = sum(named[each] for each in ("PRI PVEM NA", "PRI PVEM", "PRI NA", "PVEM NA"))
    parties = {name for name in named if " " not in name}
    groups = []
    if joint:
        words = {word for name in named if " " in name and named[name] and name != "PAN PT"
                 for word in name.split()}  # fmt: skip
        groups.append((sorted(words, key=header.index), joint))
    if named["PAN PT"]:
        groups.append((["PAN", "PT"], named["PAN PT"]))
    found = {}
    for members, extra in groups:
        found["-".join(members)] = extra + sum(named[each] for each in members)
        parties -= set(members)
    found |= {name: named[name] for name in parties}
    found |= {f"Candidato Independiente {n}": v for n, v in enumerate(independents, start=1)}
    return {name: votes for name, votes in found.items() if votes}


def test_every_municipality_shows_the_sums_of_the_stations_of_2015(client, file_2015):
    header, sums, _ = file_2015
    for number, line in sums.items():
        page = Page(client.get(f"/resultados/municipios/{number}").text)
        name = number
        table = next(rows for title, rows in page.tables.items()
                     if title.endswith("en 2015 y 2021"))  # fmt: skip
        told = {row[0]: row[1:] for row in table[1:]}
        assert told["Votos"][0] == f"{line[24]:,}", name
        assert told["Participación"][0] == "sin dato"
        assert told["Votos nulos, de cada cien"][0] == f"{100 * line[23] / line[24]:.2f} %"
        expected = together(header, line)
        _, *rows = page.tables["Votos por opción en 2015"]
        assert {row[0]: row[1].split()[0] for row in rows} == {
            option: f"{votes:,}" for option, votes in expected.items()
        }, name
        first, second = sorted(expected.values(), reverse=True)[:2]
        best = [option for option, votes in expected.items() if votes == first]
        assert told["Primer lugar"][0] == (best[0] if first > second else "–")


def test_the_state_page_compares_only_where_both_have_votes(client, file_2015, shared_data):
    _, sums, _ = file_2015
    with (shared_data / "resultados_ayuntamientos_2021.csv").open(encoding="utf-8-sig") as stream:
        now = {int(row["clave_ine"]): row for row in csv.DictReader(stream)}
    both = [number for number in sums if now[number]["total"]]
    assert len(both) == 124  # Nextlalpan was annulled in 2021
    page = Page(client.get("/resultados/comparar/2015").text)
    told = {row[0]: row[1:] for row in page.tables["Sumas de las dos elecciones"][1:]}
    then_votes = sum(sums[number][24] for number in both)
    now_votes = sum(int(now[number]["total"]) for number in both)
    assert told["Votos"] == [f"{then_votes:,}", f"{now_votes:,}", f"{now_votes - then_votes:+,}"]
    assert now_votes == 6_687_908
    then_null = 100 * sum(sums[number][23] for number in both) / then_votes
    assert told["Votos nulos, de cada cien"][0] == f"{then_null:.2f} %"
    assert told["Participación"][0] == "sin dato"
    assert "124 municipios con votos en las dos" in page.text
    assert "no trae la lista nominal" in page.text
    assert "Hubo otros partidos." in page.text
    rows = {row[0]: row for row in page.tables["Las dos elecciones por municipio"][1:]}
    assert len(rows) == 125
    assert rows["Nextlalpan"][2] == "sin dato"
    assert rows["Nextlalpan"][4] == "–"
    options = {row[0]: row[1].split()[0] for row in page.tables["Votos por opción en 2015"][1:]}
    assert sum(int(votes.replace(",", "")) for votes in options.values()) == sum(
        sum(line[4:22]) for line in sums.values()
    )
    assert "/resultados/comparar/2015" in Page(client.get("/resultados").text).links


def test_the_past_is_open_data_and_never_an_actor_of_today(client, file_2015):
    _, sums, stations = file_2015
    rows = data(client, "/datos/procesos-anteriores/resultados-anteriores.json")
    assert {row["municipio"]: row["total"] for row in rows} == {
        number: line[24] for number, line in sums.items()
    }
    assert sum(row["casillas"] for row in rows) == stations
    assert {row["lista_nominal"] for row in rows} == {None}
    page = client.get("/resultados/comparar/2015").text
    assert "/resultados/actores/" not in page[page.index('id="opciones"') :].split("descargas")[0]
    assert client.get("/resultados/comparar/1999").status_code == 404


def test_a_blank_is_not_a_zero_and_a_list_gives_turnout(settings, postgres, real_database):
    url = copied(postgres, "real_2021_copy", "real_2021")
    house = open_resources(replace(settings, database_url=url))
    body = (
        "clave_ine,municipio,ROJO,AZUL,no_registrados,nulos,total,lista_nominal\n"
        "59,Nextlalpan,300,0,0,20,320,640\n"
        "1,Acambay de Ruíz Castañeda,,10000,1,99,10100,40400\n"
        "2,Acolman,,,,,,50000\n"
    ).encode()
    with house.database.transaction() as session:
        registered(session)
        _, run = loaded(session, MUNICIPAL, body)
    app, close = opened(settings, url, FrozenClock(factories.RESULTS))
    client = app.test_client()
    acambay = Page(client.get("/resultados/municipios/1").text)
    assert [row[0] for row in acambay.tables["Votos por opción en 2015"][1:]] == ["AZUL"]
    nextlalpan = Page(client.get("/resultados/municipios/59").text)
    rows = {row[0]: row[1:] for row in nextlalpan.tables["Votos por opción en 2015"][1:]}
    assert rows["AZUL"][0].startswith("0 ")
    told = {row[0]: row[1:] for row in nextlalpan.tables["Nextlalpan en 2015 y 2021"][1:]}
    assert told["Participación"] == ["50.00 %", "sin dato", "–"]
    state = Page(client.get("/resultados/comparar/2015").text)
    sums = {row[0]: row[1:] for row in state.tables["Sumas de las dos elecciones"][1:]}
    assert sums["Votos"] == ["10,100", "30,960", "+20,860"]  # Acambay alone has both
    assert sums["Participación"] == ["25.00 %", "63.99 %", "+38.99 puntos"]
    close()
    with house.database.transaction() as session:
        undo(session, run.id, at=factories.RESULTS, by=None, reason="Prueba")
    with house.database.reading() as session:
        assert queries_earlier.told(session) == ()
        assert queries_earlier.results_of(session, "2015") == ()
    house.close()


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        ("1,Acambay,5,5,0,1,12", "total", "suman 11"),
        ("1,Acambay,cinco,5,0,1,11", "ROJO", "no es un número"),
        ("1,Toluca,5,5,0,1,11", "clave_ine", "Toluca"),
        ("1,Acambay,5,5,0,1,", "total", "vacía"),
    ],
)
def test_what_is_wrong_in_a_file_of_the_past_is_said_at_its_cell(
    settings, with_2015, row, column, what
):
    house = open_resources(replace(settings, database_url=with_2015))
    body = f"clave_ine,municipio,ROJO,AZUL,no_registrados,nulos,total\n{row}\n".encode()
    with house.database.reading() as session:
        plan = imports.dry_run(session, MUNICIPAL, io.BytesIO(body), "x.csv")
    house.close()
    assert [problem.column for problem in plan.problems] == [column]
    assert what in plan.problems[0].what

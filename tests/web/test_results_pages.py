"""Every figure on the pages of results, against sums made from the authority's files alone."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from python_calamine import CalamineWorkbook

from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.results.actions import record_result
from decide.results.entries import ResultEntry, VoteEntry
from decide.results.models import ResultStatus
from tests import factories
from tests.page import Page
from tests.real_process import opened, real_client, real_clock, real_copy, real_database

__all__ = ["real_client", "real_clock", "real_copy", "real_database"]

pytestmark = pytest.mark.shared

LABELS = {
    "pan": "PAN", "pan_pri_prd": "PAN-PRI-PRD", "pri": "PRI", "prd": "PRD", "pt": "PT",
    "pt_morena_naem_coal": "PT-MORENA-NAEM (coalición)", "pvem": "PVEM", "mc": "MC",
    "morena": "MORENA", "naem": "NAEM", "pes": "PES", "rsp": "RSP", "fxm": "FXM",
    "pt_morena_naem_cc": "PT-MORENA-NAEM (candidatura común)",
    "ind1": "Candidatura independiente 1", "ind2": "Candidatura independiente 2",
}  # fmt: skip
SLUGS = {"PAN-PRI-PRD": "pan_pri_prd", "PT-MORENA-NAEM": "pt_morena_naem_coal",
         "PT-MORENA-NAEM-CC": "pt_morena_naem_cc"}  # fmt: skip


def file(folder, name):
    with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def votes(shared_data):
    """The authority's results, one dictionary for each municipality."""
    rows = file(shared_data, "resultados_ayuntamientos_2021.csv")
    return sorted(rows, key=lambda row: int(row["clave_ine"]))


@pytest.fixture
def read(real_client):
    def page(path):
        answer = real_client.get(path)
        assert answer.status_code == 200, path
        return Page(answer.text)

    return page


def added(rows, column):
    return sum(int(row[column]) for row in rows if row[column])


def share(part, whole):
    return f"{100 * part / whole:.2f} %"


def test_the_state_page_shows_the_sums_of_the_official_file(read, votes):
    page = read("/resultados")
    assert page.stats["votos"] == "6,687,908" == f"{added(votes, 'total'):,}"
    assert page.stats["personas en la lista nominal"] == "12,376,517"
    assert added(votes, "lista_nominal") == 12_376_517
    counted = [row for row in votes if row["total"]]
    assert page.stats["participación"] == share(
        added(counted, "total"), added(counted, "lista_nominal")
    )
    assert page.stats["votos nulos"] == f"{added(votes, 'nulos'):,}"
    assert page.stats["ayuntamientos con votos"] == f"{len(counted)} / {len(votes)}" == "124 / 125"


def test_every_option_has_its_votes_its_share_and_its_victories(read, votes):
    _, *rows = read("/resultados").tables["Votos por opción en los ayuntamientos"]
    assert len(rows) == len(LABELS)
    won = Counter(row["ganador"] for row in votes if row["ganador"])
    for column, label in LABELS.items():
        row = next(each for each in rows if f"{each[0]} ".startswith(f"{label} "))
        total = added(votes, column)
        assert row[1] == f"{total:,} {share(total, 6_687_908)}"
        ran = sum(bool(each[column]) for each in votes)
        assert row[2] == f"{won[label]} de {ran}", label
    assert sum(won.values()) == 124


def test_each_of_the_125_pages_shows_exactly_the_row_of_the_file(read, votes):
    for row in votes:
        page = read(f"/resultados/municipios/{row['clave_ine']}")
        if not row["total"]:
            continue
        _, *lines = page.tables[f"Votos en {row['municipio']}"]
        ran = [column for column in LABELS if row[column] != ""]
        total = int(row["total"])
        expected = [f"{int(row[each]):,} {share(int(row[each]), total)}" for each in ran]
        expected += [
            f"{int(row[each]):,} {share(int(row[each]), total)}"
            for each in ("no_registrados", "nulos", "total")
        ]
        assert [line[1] for line in lines] == expected, row["municipio"]
        for column, line in zip(ran, lines, strict=False):
            assert line[0].startswith(LABELS[column])
        assert page.stats["votos"] == f"{total:,}"
        assert page.stats["personas en la lista nominal"] == f"{int(row['lista_nominal']):,}"
        assert page.stats["participación"] == f"{float(row['participacion_pct']):.2f} %"
        assert page.stats["votos nulos"] == f"{int(row['nulos']):,}"
        ahead = int(row["votos_ganador"]) - int(row["votos_segundo"] or 0)
        assert (
            f"En {row['municipio']} ganó {row['ganador']}, con {int(row['votos_ganador']):,} votos."
            in page.text
        )
        assert f"{ahead:,} votos, {float(row['margen_pct']):.2f} % del total" in page.text


def test_the_list_of_municipalities_names_each_winner_margin_and_turnout(read, votes, shared_data):
    people = {
        row["clave_ine"]: row["persona"]
        for row in file(shared_data, "presidencias_municipales_electas_2021.csv")
    }
    _, *rows = read("/resultados/municipios").tables["Resultados de los ayuntamientos"]
    expected = [
        [
            row["municipio"],
            row["ganador"] or "Elección anulada",
            people[row["clave_ine"]],
            f"{float(row['margen_pct']):.2f} %" if row["margen_pct"] else "–",
            f"{float(row['participacion_pct']):.2f} %" if row["participacion_pct"] else "–",
        ]
        for row in votes
    ]
    assert rows == expected


def test_the_annulled_election_shows_no_votes_and_who_holds_the_seat(read):
    page = read("/resultados/municipios/59")
    assert "Esta elección se anuló" in page.text
    assert "Podían votar 31,281 personas." in page.text
    assert "Elección ordinaria anulada; hubo elección extraordinaria." in page.text
    assert list(page.tables) == ["Lugares del ayuntamiento"]
    assert page.stats == {}
    assert "Lorena Alameda Juárez" in page.text
    assert "En Nextlalpan ganó" not in page.text
    assert "ocupa los lugares de mayoría" not in page.text
    assert "/resultados/municipios/59" in read("/resultados").links


def test_both_legal_figures_of_the_same_parties_stand_apart(read, votes):
    places = {}
    for slug, column in SLUGS.items():
        page = read(f"/resultados/actores/{slug.lower()}")
        _, *rows = page.tables["Votos por ayuntamiento"]
        ours = [row for row in votes if row[column]]
        assert [row[0] for row in rows] == [row["municipio"] for row in ours]
        assert [row[1] for row in rows] == [f"{int(row[column]):,}" for row in ours]
        assert page.stats["votos"] == f"{added(votes, column):,}"
        places[column] = {row[0] for row in rows}
    assert not places["pt_morena_naem_coal"] & places["pt_morena_naem_cc"]


def test_a_party_shows_only_what_it_won_alone_and_says_so(read, votes):
    page = read("/resultados/actores/morena")
    assert page.stats["votos"] == f"{added(votes, 'morena'):,}" == "10,855"
    assert page.stats["lugares donde compitió"] == "4"
    assert "solo están los votos que tuvo sin alianza" in page.text
    assert "/resultados/actores/pt-morena-naem-cc" in page.links


def test_who_did_not_run_is_absent_and_who_had_no_vote_shows_a_zero(read, votes):
    zeros = [(row, column) for row in votes for column in LABELS if row[column] == "0"]
    for row, column in zeros:
        _, *lines = read(f"/resultados/municipios/{row['clave_ine']}").tables[
            f"Votos en {row['municipio']}"
        ]
        line = next(each for each in lines if each[0].startswith(LABELS[column]))
        assert line[1] == "0 0.00 %"
    first = read("/resultados/municipios/1")
    assert votes[0]["pt"] == ""
    assert not any(
        each[0].startswith("PTPartido")
        for each in first.tables["Votos en Acambay de Ruíz Castañeda"]
    )


def test_the_legislature_has_the_75_people_of_the_list(read, real_client, shared_data):
    people = file(shared_data, "legislatura_LXI_2021.csv")
    counted = Counter((row["grupo_parlamentario"], row["principio"]) for row in people)
    page = read("/resultados")
    _, *rows = page.tables["Lugares de cada partido en la Legislatura"]
    for number, row in enumerate(rows, start=1):
        party = re.match(r"(\d+) · ([A-Z]+?)(?=[A-Z][a-z])", row[0])
        assert int(party[1]) == number
        majority, listed = counted[party[2], "MR"], counted[party[2], "RP"]
        assert row[1:] == [str(majority), str(listed), str(majority + listed)]
    assert sum(int(row[3]) for row in rows) == 75 == len(people)
    html = real_client.get("/resultados").text
    assert len(re.findall(r"<circle ", html)) == 75
    assert len(re.findall(r'class="seat--list"', html)) == 30
    for row in people:
        if row["principio"] == "MR":
            place = read(f"/resultados/distritos/{row['distrito']}")
            assert row["persona"] in place.text
            assert "todavía no están cargados" in place.text


def test_whoever_was_elected_is_linked_to_what_they_promised(read):
    page = read("/resultados/municipios/1")
    assert "Maribel Alcántara Núñez" in page.text
    target = next(each for each in page.links if re.fullmatch(r"/candidaturas/\d+", each or ""))
    assert "JORGE PLATA FLORES" in read(target).text
    html_links = [each for each in page.links if re.fullmatch(r"/candidaturas/\d+", each or "")]
    assert any("MARIBEL ALCANTARA NUÑEZ" in read(each).text for each in html_links)


def test_a_correction_is_a_new_version_and_says_what_changed(settings, real_copy, real_clock):
    resources = open_resources(replace(settings, database_url=real_copy))
    with resources.database.transaction() as session:
        record_result(
            session,
            ResultEntry(
                contest="em.m059", status=ResultStatus.EXTRAORDINARY, source="Acta extraordinaria",
                valid=300, unregistered=0, null_votes=12, total=312, nominal_list=31281,
                votes=(VoteEntry(1, "PAN", "PAN", 100), VoteEntry(9, "MORENA", "MORENA", 200)),
            ),
            at=factories.RESULTS, by=None,
        )  # fmt: skip
    resources.close()
    app, close = opened(settings, real_copy, real_clock)
    page = Page(app.test_client().get("/resultados/municipios/59").text)
    close()
    assert "En Nextlalpan ganó MORENA, con 200 votos." in page.text
    assert page.text.index("Versión 2") < page.text.index("Versión 1")
    assert "Votos nulos : antes sin dato, ahora 12" in page.text.replace("nulos:", "nulos :")
    assert "MORENA: antes sin dato, ahora 200" in page.text
    assert "Lista nominal: antes" not in page.text


@pytest.mark.parametrize("moment", ["CAMPAIGN", "SILENCE", "COUNT"])
def test_before_their_day_the_results_do_not_exist(settings, real_database, moment):
    clock = FrozenClock(getattr(factories, moment))
    app, close = opened(settings, real_database, clock)
    client = app.test_client()
    for path in ("/resultados", "/resultados/municipios/1", "/datos/resultados/votos.csv"):
        assert client.get(path).status_code == 404
    assert "/resultados" not in client.get("/").text
    close()


def test_the_files_carry_the_same_rows_in_every_format(real_client, votes):
    base = "/datos/resultados/resultados"
    table = list(csv.reader(io.StringIO(real_client.get(f"{base}.csv").text, newline="")))
    objects = json.loads(real_client.get(f"{base}.json").data)
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(real_client.get(f"{base}.xlsx").data)
    ).get_sheet_by_name("datos")
    cells = sheet.to_python()
    assert len(table) == len(objects) + 1 == len(cells) == 126
    assert table[0] == list(objects[0]) == cells[0]
    for line, each, row in zip(table[1:], objects, cells[1:], strict=True):
        assert line == ["" if value is None else str(value) for value in each.values()]
        for name, cell in zip(each, row, strict=True):
            assert cell == (each[name] if each[name] is not None else ""), name
    assert sum(each["total"] or 0 for each in objects) == 6_687_908
    assert sum(each["lista_nominal"] for each in objects) == 12_376_517
    lines = json.loads(real_client.get("/datos/resultados/votos.json").data)
    for column, label in LABELS.items():
        assert sum(each["votos"] for each in lines if each["opcion"] == label) == added(
            votes, column
        )


def test_csv_is_as_the_standard_wants_it(real_client):
    body = real_client.get("/datos/resultados/resultados.csv").data
    assert body.count(b"\r\n") == body.count(b"\n") == 126
    assert not body.startswith(b"\xef\xbb\xbf")
    assert '"Cómputos municipales, Instituto Electoral del Estado de México"' in body.decode()


def test_options_stand_in_the_order_of_registration_whatever_they_won(read):
    _, *rows = read("/resultados").tables["Votos por opción en los ayuntamientos"]
    counts = [int(row[1].split()[0].replace(",", "")) for row in rows]
    assert any(later > earlier for earlier, later in pairwise(counts))
    assert rows[0][0].startswith("PAN")
    assert rows[-1][0] == "Candidatura independiente 2"


def test_the_map_says_in_letters_numbers_and_a_table_what_the_file_says(real_client, votes):
    html = real_client.get("/resultados/municipios/mapa").text
    section = dict(
        re.findall(r'<section[^>]*aria-labelledby="(\w+)">(.*?)</section>', html, re.DOTALL)
    )
    winners = Counter(LABELS[winner_of(row)] for row in votes if winner_of(row))
    legend = re.findall(
        r"<text[^>]*>([A-Z]+)</text></svg><span>([^<]+)</span><small>(\d+)</small>", section["gano"]
    )
    assert [sign for sign, _, _ in legend] == sorted(sign for sign, _, _ in legend)
    assert {label: int(count) for _, label, count in legend} == winners
    letters = {sign: label for sign, label, _ in legend}
    drawn = tiles_of(section["gano"])
    assert len(drawn) == 125
    for row in votes:
        sign, told = drawn[int(row["clave_ine"])]
        expected = LABELS[winner_of(row)] if winner_of(row) else None
        assert letters.get(sign) == expected, row["municipio"]
        assert told.endswith(expected or "sin ganador")
    turnout = tiles_of(section["participacion"])
    for row in votes:
        if row["total"]:
            percent = 100 * int(row["total"]) / int(row["lista_nominal"])
            assert turnout[int(row["clave_ine"])][0] == f"{percent:.0f}", row["municipio"]
    steps = re.findall(
        r"<span>(?:de|más de) (\d+) (?:a|y hasta) (\d+) de cada cien</span><small>(\d+)</small>",
        html,
    )
    assert sum(int(count) for _, _, count in steps) == 124
    page = Page(html)
    assert len(page.tables["Ganador y participación por lugar"]) == 1 + 125


def tiles_of(section):
    """Number of the municipality → (what stands in its tile, what is read of it)."""
    found = re.findall(
        r'<a href="/resultados/municipios/(\d+)"><title>([^<]+)</title>'
        r"<use[^>]*/><text[^>]*>([^<]+)",
        section,
    )
    return {int(number): (sign, told) for number, told, sign in found}


def winner_of(row):
    """The column with most votes; None in an annulled election."""
    counts = {column: int(row[column]) for column in LABELS if row[column]}
    return max(counts, key=counts.get) if row["total"] else None


def test_there_is_no_map_of_districts_while_no_votes_of_districts_are_loaded(real_client):
    assert real_client.get("/resultados/distritos/mapa").status_code == 404

"""The real process of 2021, from the authority's own files into an empty database."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from decide.calendar import queries as calendar
from decide.catalog import registry
from decide.errors import NotFound
from decide.geography import queries as geography
from decide.imports import actions, command, tables
from decide.kernel.clock import Clock
from decide.results import queries as results
from tests.import_files import copied
from tests.import_files import stream as stream_of

pytestmark = pytest.mark.shared


class Opened:
    """As much of a process' resources as an import needs."""

    settings = SimpleNamespace(time_zone="America/Mexico_City")
    clock = Clock()

    def __init__(self, database):
        self.database = database


@pytest.fixture(scope="module")
def resources(postgres, template_database):
    """An empty database; tests that write into it come last, on their own."""
    with copied(postgres, template_database) as database:
        yield Opened(database)


@pytest.fixture(scope="module")
def loaded(resources, shared_data):
    """The report of loading everything, once for all tests that only ask."""
    return command.import_process_2021(resources, shared_data)


@pytest.fixture
def empty(postgres, template_database):
    """An empty database of a test's own."""
    with copied(postgres, template_database) as database:
        yield Opened(database)


def rows_of(folder, name, separator=","):
    """A shared file, read without any of our code."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def test_the_real_process_loads_into_an_empty_database(resources, loaded):
    counts = {each.plan.layout: each.plan for each in loaded.files}
    assert counts["municipios"].unchanged == 125
    assert counts["distritos"].unchanged == 45
    assert counts["composicion"].unchanged == 148
    assert counts["secciones"].unchanged == 6530
    assert counts["integracion"].unchanged == 125
    assert len(counts["actores"].create) == 15
    assert len(counts["alianzas-ayuntamientos"].create) == 193
    assert len(counts["alianzas-diputaciones"].create) == 72
    assert len(counts["candidaturas"].create) == 55
    assert len(counts["resultados-ayuntamientos"].create) == 125
    with resources.database.reading() as session:
        assert registry.counted(session) == {
            "contests": 171, "actors": 15, "alliances": 265, "candidacies": 55,
        }  # fmt: skip
        assert calendar.process(session).key == "em.2021"
        campaign = calendar.standing_at(session, datetime(2021, 5, 10, tzinfo=UTC))
        assert "proposal" in campaign.takes_part


def test_loading_it_twice_changes_nothing(resources, loaded, shared_data):
    again = command.import_process_2021(resources, shared_data)
    assert not again.territory_written
    assert again.contests_created == 0
    assert all(each.plan.repeated and each.run is None for each in again.files)


def test_every_shipped_section_is_where_the_official_list_puts_it(resources, loaded, shared_data):
    with resources.database.reading() as session:
        runs = geography.section_table(session)
        names = {each.number: each for each in geography.municipalities(session)}
    ours = {
        number: (district, place, names[place].inegi_key)
        for first, last, district, place in runs
        for number in range(first, last + 1)
    }
    theirs = {
        int(row["seccion"]): (
            int(row["distrito_local"]), int(row["clave_ine"]), int(row["clave_inegi"]),
        )
        for row in rows_of(shared_data, "secciones_2021.csv")
    }  # fmt: skip
    assert ours == theirs


def test_coalition_and_common_candidacy_of_the_same_parties_are_two_actors(resources, loaded):
    with resources.database.reading() as session:
        alliances = registry.alliances(session).values()
        actors = registry.actors(session)
    by_actor = Counter(each.actor for each in alliances if each.contest.startswith("em.m"))
    assert by_actor == {"PAN-PRI-PRD": 73, "PT-MORENA-NAEM": 90, "PT-MORENA-NAEM (CC)": 30}
    districts = Counter(each.actor for each in alliances if each.contest.startswith("em.d"))
    assert districts == {"PAN-PRI-PRD": 28, "PT-MORENA-NAEM": 34, "PT-MORENA-NAEM (CC)": 10}
    assert [each.contest for each in alliances if each.extraordinary] == ["em.m059"]
    coalition, common = actors["PT-MORENA-NAEM",], actors["PT-MORENA-NAEM (CC)",]
    assert coalition.members == common.members == ("PT", "MORENA", "NAEM")
    assert (coalition.kind.value, common.kind.value) == ("coalition", "common_candidacy")


def test_the_candidates_are_those_of_the_authoritys_list(resources, loaded, shared_data):
    name = "ieem_candidaturas_ayuntamientos_2021_municipios_1_a_8.csv"
    theirs = Counter(
        (int(row["IDENTIFICADOR_MUNICIPIO"]), row["CANDIDATURA_PROPIETARIA"].strip())
        for row in rows_of(shared_data, name, ";")
    )
    with resources.database.reading() as session:
        ours = registry.candidacies(session).values()
        alliances = set(registry.alliances(session))
    assert Counter((int(each.contest[-3:]), each.owner_name) for each in ours) == theirs
    for each in ours:
        if "-" in each.actor:
            assert (each.contest, each.actor) in alliances


def test_the_results_are_those_of_the_authority_and_add_up(resources, loaded, shared_data):
    with resources.database.reading() as session:
        listed = results.of_ayuntamientos(session)
        by_number = {each.municipality: each for each in listed}
        votes_of = Counter()
        for each in listed:
            for line in each.votes:
                votes_of[line.actor or "INDEP"] += line.votes
    state = results.totals(listed)
    assert (state.contests, state.counted) == (125, 124)
    assert state.nominal_list == 12_376_517
    assert state.total == 6_687_908
    for row in rows_of(shared_data, "resultados_ayuntamientos_2021.csv"):
        ours = by_number[int(row["clave_ine"])]
        options = list(row)[3 : list(row).index("validos")]
        assert [line.votes for line in ours.votes] == [int(row[o]) for o in options if row[o]]
        assert ours.total == (int(row["total"]) if row["total"] else None)
    official = rows_of(shared_data, "actores_2021.csv")
    assert votes_of == {row["siglas"]: int(row["votos_ayuntamientos"]) for row in official}


def test_the_annulled_election_has_no_figures_and_says_why(resources, loaded):
    with resources.database.reading() as session:
        result = results.of_municipality(session, 59)
    assert (result.status, result.total, result.votes) == ("annulled", None, ())
    assert "anulada" in result.note
    assert result.nominal_list == 31_281


def test_blank_means_did_not_run_and_zero_stays_zero(resources, loaded):
    with resources.database.reading() as session:
        aculco = results.of_municipality(session, 3)
    assert "PAN" not in {line.label for line in aculco.votes}
    assert aculco.votes[0].label == "PAN-PRI-PRD"


def test_one_bad_file_stops_the_whole_process(empty, shared_data, tmp_path):
    for path in shared_data.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    bad = tmp_path / "resultados_ayuntamientos_2021.csv"
    bad.write_bytes(bad.read_bytes().replace(b",8750,,9866,", b",8751,,9866,"))
    with pytest.raises(command.FilesRefused, match="resultados") as caught:
        command.import_process_2021(empty, tmp_path)
    problems = caught.value.reports[-1].plan.problems
    assert {(each.row, each.column) for each in problems} == {
        (2, "validos"),
        (2, "votos_segundo"),
    }
    with empty.database.reading() as session:
        assert registry.counted(session)["actors"] == 0


def test_a_missing_file_is_named(empty, tmp_path):
    with pytest.raises(NotFound, match=r"municipios_125\.csv"):
        command.import_process_2021(empty, tmp_path)


DAMAGE = {
    "votes above the nominal list": (",48380,63.99,", ",30000,63.99,", "total"),
    "a share that is wrong": (",63.99,", ",64.99,", "participacion_pct"),
    "another winner": (",63.99,PRI,", ",63.99,MC,", "ganador"),
    "a total that does not add up": (",748,30960,", ",748,30961,", "total"),
    "an INEGI key for the INE's number": ("15025,26,Chalco", "15025,25,Chalco", "clave_ine"),
    "votes beside one's alliance": ("15003,3,Aculco,,9219,,", "15003,3,Aculco,,9218,1,", "pri"),
    "an alliance that did not stand there": (
        "Castañeda,8750,,", "Castañeda,8749,1,", "pan_pri_prd",
    ),
    "no votes and no reason": (
        "Elección ordinaria anulada; hubo elección extraordinaria", "", "total",
    ),
    "letters among the votes": (",12723,,", ",12723x,,", "pan"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_results_that_contradict_themselves_are_refused(resources, loaded, shared_data, name):
    old, new, column = DAMAGE[name]
    text = (shared_data / "resultados_ayuntamientos_2021.csv").read_text("utf-8")
    assert text.count(old) == 1
    file = (text.replace(old, new)).encode()
    with resources.database.reading() as session:
        plan = actions.dry_run(session, None, stream_of(file), "resultados.csv")
    assert column in {problem.column for problem in plan.problems}
    assert len(plan.refused) == 1


def test_a_territory_that_differs_is_refused_by_column(resources, loaded, shared_data):
    text = (shared_data / "secciones_2021.csv").read_text("utf-8")
    row = text[: text.index("\n100,")].count("\n") + 2
    text = text.replace("\n100,", "\n6640,", 1)
    with resources.database.reading() as session:
        plan = actions.dry_run(session, None, stream_of(text.encode()), "secciones.csv")
    assert [(each.row, each.value) for each in plan.problems] == [(None, "100"), (row, "6640")]


def test_an_inegi_key_in_the_place_of_the_ines_number_is_named_in_the_territory_too(
    resources, loaded, shared_data
):
    text = (shared_data / "municipios_125.csv").read_text("utf-8")
    text = text.replace("15025,26,Chalco", "15025,15025,Chalco")
    with resources.database.reading() as session:
        plan = actions.dry_run(session, None, stream_of(text.encode()), "municipios.csv")
    problem = next(each for each in plan.problems if each.row is not None)
    assert (problem.column, problem.value) == ("clave_ine", "15025")
    assert problem.remedy == "Escriba 26."


def test_results_saved_by_excel_with_thousands_commas_and_percent_signs_are_the_same(
    resources, loaded, shared_data
):
    rows = rows_of(shared_data, "resultados_ayuntamientos_2021.csv")
    for row in rows:
        for column, value in row.items():
            if value.isdigit() and not column.startswith("clave"):
                row[column] = f"{int(value):,}"
        row["participacion_pct"] += "%" if row["participacion_pct"] else ""
    target = io.StringIO()
    csv.writer(target, delimiter=";").writerows([list(rows[0]), *(row.values() for row in rows)])
    title = "Resultados;;;\n\nElección de ayuntamientos 2021;;;\n"
    with resources.database.reading() as session:
        plan = actions.dry_run(
            session,
            None,
            stream_of((title + target.getvalue()).encode("cp1252")),
            "r.csv",
        )
    assert plan.problems == ()
    assert plan.unchanged == 125


def test_the_polling_stations_of_2015_are_read_with_all_their_odd_columns(shared_data):
    with (shared_data / "resultados_casilla_ieem_2015_ayuntamientos.csv").open("rb") as file:
        table = tables.read(file)
    assert len(table.rows) == 18_178
    assert "NA" in table.header
    assert table.header.count("Candidato Independiente") == 2
    total = table.header.index("Total")
    for row in table.rows:
        assert sum(int(cell) for cell in row.cells[4:total]) == int(row.cells[total])
    assert sum(int(row.cells[total]) for row in table.rows) == 5_554_072

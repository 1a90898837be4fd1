"""Results by polling station, added up by municipality; seeded errors are all found."""

import csv
import io

import pytest

from decide.catalog.entries import contest_of_municipality
from decide.imports import actions
from tests.import_files import copied, stream
from tests.polling_world import STATIONS, register_2015, stood

pytestmark = pytest.mark.shared
SEEDED = {  # row of the file → (column, value, what is said)
    3: (6, "mil", "El valor no es un número entero."),
    40: (24, "1", "Los votos de la casilla suman"),
    60: (0, "126", ""),
    80: (3, "", "La celda está vacía."),
}


@pytest.fixture(scope="module")
def stations(postgres, template_database):
    with copied(postgres, template_database) as database:
        with database.transaction() as session:
            register_2015(session)
        yield database


def lines(first=0, last=None):
    """Rows of the real file with its header."""
    with STATIONS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return [rows[0], *rows[1 + first : last]]


def plan_of(database, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    with database.reading() as session:
        return actions.dry_run(session, None, stream(text.getvalue()), "casillas.csv")


def test_stations_add_up_to_the_municipality_and_combinations_go_to_the_alliance(stations):
    rows = lines(last=401)
    plan = plan_of(stations, rows)
    assert (plan.layout, plan.problems) == ("resultados-casillas", ())
    first = [row for row in rows[1:] if row[0] == "1"]
    entry = next(c.after for c in plan.create if c.after.contest == "em.m001")
    assert entry.total == sum(int(row[24]) for row in first)
    by_actor = {vote.actor: vote.votes for vote in entry.votes if vote.actor}
    assert by_actor["PAN"] == sum(int(row[4]) for row in first)
    summed, strangers = plan.notes
    assert "casillas se suman en" in summed
    # A file of another process would have no other trace than this: its parties are nobody here.
    assert "solo con su nombre: Candidato Independiente" in strangers
    assert "PAN" not in strangers


def test_every_seeded_error_is_found_at_its_row(stations):
    rows = lines(last=101)
    for number, (column, value, _) in SEEDED.items():
        rows[number - 1][column] = value
    rows.append(list(rows[9]))  # row 10 again at the end
    plan = plan_of(stations, rows)
    assert plan.refused == (*SEEDED, len(rows))
    for number, (_, _, what) in SEEDED.items():
        assert any(p.row == number and p.what.startswith(what) for p in plan.problems)
    assert plan.problems[-1].what == "Es la misma casilla que la fila 10."


def test_votes_of_an_alliance_that_does_not_stand_there_are_refused(stations):
    standing = {each.contest for each in stood() if each.actor == "PAN-PT"}
    rows = lines()
    row = next(row for row in rows[1:] if contest_of_municipality(int(row[0])) not in standing)
    row[19], row[24] = "7", str(int(row[24]) + 7)
    plan = plan_of(stations, [rows[0], row])
    assert [(p.row, p.column) for p in plan.problems] == [(2, "PAN PT")]


def test_a_name_with_abbreviated_words_is_understood(stations):
    """The last municipalities: one is written "V. DE CHALCO SOLIDARIDAD"."""
    plan = plan_of(stations, lines(first=17_600))
    assert plan.problems[:1] == ()
    assert "em.m122" in {change.after.contest for change in plan.create}

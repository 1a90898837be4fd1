"""Rules of every import: few statements, one bad cell spoils one row, memory stays flat."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from decide.imports import actions, tables
from tests.import_files import (
    AT,
    GOOD,
    HEADER,
    listing,
    registered_world,  # noqa: F401
    session_that_forgets,  # noqa: F401
    stream,
)

ROOT = Path(__file__).resolve().parents[2]
WORDS = st.text(
    alphabet=st.characters(
        exclude_characters=';"\r\n', exclude_categories=["Cs", "Cc", "Zl", "Zp"]
    ),
    max_size=30,
)
ODD = st.one_of(
    WORDS,
    st.sampled_from(
        ["", "0", "1", "15001", "025", "-1", "1,2", "1e9", "99999999999", "#N/A", "=1+1", "NA",
         "pan", "pri", "pan-pri-prd", "pt-morena-pna", "PT-MORENA-NAEM (CC)", "---", "pna-pna",
         "ACULCO", "<script>alert(1)</script>", "'; DROP TABLE candidacy; --", "\u202eNAP"]
    ),
)  # fmt: skip


@given(row=st.integers(0, len(GOOD) - 1), column=st.integers(0, 5), value=ODD)
@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_one_odd_cell_spoils_at_most_its_own_row(session, row, column, value):
    rows = [line.split(";") for line in GOOD]
    rows[row][column] = value
    text = listing(*(";".join(cells) for cells in rows))
    plan = actions.dry_run(session, "candidaturas", stream(text), "lista.csv")
    # Two rows that say the same are found at the second of them.
    twins = {problem.row for problem in plan.problems if "que la fila" in problem.what}
    assert set(plan.refused) <= {row + 2} | twins
    assert len(plan.create) + len(set(plan.refused)) == len(GOOD)
    for problem in plan.problems:
        assert problem.what.endswith(".")
        assert problem.remedy


@pytest.mark.parametrize("count", [1, 5])
def test_an_import_takes_the_same_number_of_statements_however_long(session, count):
    asked = []
    bind = session.get_bind()

    def one_more(connection, cursor, statement, *_):
        asked.append(statement.split(None, 3)[:3])

    event.listen(bind, "before_cursor_execute", one_more)
    try:
        plan = actions.dry_run(session, None, stream(listing(*GOOD[:count])), "lista.csv")
        dry = len(asked)
        actions.commit(session, plan, at=AT, by=None)
    finally:
        event.remove(bind, "before_cursor_execute", one_more)
    assert dry <= 12
    assert len(asked) - dry <= 16


# ru_maxrss would still carry what the parent used when it forked.
MEASURE = """
import json, sys
from pathlib import Path
from decide.imports import tables
with open(sys.argv[1], "rb") as stream:
    table = tables.read(stream)
status = Path("/proc/self/status").read_text().splitlines()
peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps([len(table.rows), peak // 1024]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures as Linux does")
def test_thirty_thousand_rows_with_long_texts_stay_below_300_mib(tmp_path):
    path = tmp_path / "larga.csv"
    with path.open("w", encoding="utf-8-sig") as file:
        file.write(f"{HEADER};historia;motivo;propuesta\n")
        for number in range(30_000):
            words = f"Propuesta {number}: repararemos las fugas de la red en cada colonia. " * 7
            file.write(f"{number};1;ACAMBAY;pan;PERSONA;SUPLENTE;{words};{words};{words}\n")
    assert path.stat().st_size > 40 * tables.MIB
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, path], cwd=ROOT, capture_output=True, check=True
    )
    rows, peak = json.loads(done.stdout)
    assert rows == 30_000
    assert peak < 300

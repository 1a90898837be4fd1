"""The table of `make faults` says what ran, what did not, and which sabotage was found out."""

from tests import rehearsal
from tests.rehearsal import ASSURANCE, Results, rows, table


class Report:
    def __init__(self, nodeid, outcome="passed"):
        self.nodeid, self.outcome, self.when, self.duration = nodeid, outcome, "call", 2.0


def test_all_sixteen_goals_are_rehearsed_by_tests_that_the_command_runs():
    found = rows(ASSURANCE.read_text(encoding="utf-8"))
    assert [row.goal for row in found] == [f"R{n}" for n in range(1, 17)] + ["whole"]
    asked = rehearsal.wanted()
    for row in found:
        assert row.shown, row.goal
        for each in (*row.shown, *row.sabotage):
            assert each in asked or each.startswith("tests/faults/"), each


def test_a_failed_test_and_one_that_did_not_run_show_in_the_table():
    results = Results()
    first = rows(ASSURANCE.read_text(encoding="utf-8"))[0]
    results.pytest_runtest_logreport(Report(f"{first.shown[0]}[x]", "failed"))
    for each in first.sabotage:
        results.pytest_runtest_logreport(Report(each))
    lines = table(results, {"R1": ["kept 7"]}, form="short", seconds=60).splitlines()
    (told,) = [line for line in lines if line.startswith("| R1 ")]
    (other,) = [line for line in lines if line.startswith("| R2 ")]
    assert "**failed**" in told
    assert "kept 7" in told
    assert "1 passed" in told
    assert "**not run**" in other

"""docs/asvs.csv: ASVS 5.0.0, levels 1 and 2, answered whole and by no name that is gone."""

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["id", "level", "chapter", "requirement", "answer", "shown by"]
NAMED = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
FILE = re.compile(r"([\w./-]+): \S.*")
# What OWASP's own file of version 5.0.0 holds for the first two levels.
LEVELS = {"1": 70, "2": 183, "3": 4}
CHOSEN = ["V1.2.10", "V2.3.5", "V13.2.6", "V15.4.2"]


def rows():
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return list(reader)


ROWS = rows()


@cache
def text_of(file):
    path = ROOT / file
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def dead(cell):
    """Tests that a cell names and that do not exist."""
    found = NAMED.findall(cell)
    return [name for file, name in found if f"\ndef {name}(" not in text_of(file)]


def faults(row):
    """What is wrong with one line, as sentences."""
    wrong = [f"no such test: {name}" for name in dead(row["shown by"])]
    if not row["requirement"]:
        wrong.append("no words")
    if row["answer"] == "met":
        for part in row["shown by"].split("; "):
            file = FILE.fullmatch(part)
            if not NAMED.fullmatch(part) and not (file and (ROOT / file[1]).is_file()):
                wrong.append(f"neither a test nor a file with a reason: {part}")
    elif row["answer"] not in ("not applicable", "open"):
        wrong.append(f"no answer: {row['answer']}")
    elif len(row["shown by"]) < 7:
        wrong.append("no reason")
    return wrong


def test_every_requirement_of_both_levels_stands_in_the_list_once():
    ids = [row["id"] for row in ROWS]
    assert len(ids) == len(set(ids)) == 253 + 4
    assert Counter(row["level"] for row in ROWS) == LEVELS
    assert [row["id"] for row in ROWS if row["level"] == "3"] == CHOSEN
    assert all(row["chapter"].split(" ")[0] == row["id"].split(".")[0] for row in ROWS)


def test_the_ids_stand_in_their_order():
    numbers = [tuple(map(int, row["id"].removeprefix("V").split("."))) for row in ROWS]
    assert numbers == sorted(numbers)
    assert {len(each) for each in numbers} == {3}


def test_each_is_answered_by_tests_that_exist_or_by_a_reason():
    assert {row["id"]: wrong for row in ROWS if (wrong := faults(row))} == {}


@pytest.mark.parametrize(
    "change",
    [
        {"answer": "met", "shown by": "tests/unit/test_asvs.py::test_that_was_renamed"},
        {"answer": "met", "shown by": "tests/unit/test_gone.py::test_anything"},
        {"answer": "met", "shown by": "decide/gone.py: it was moved"},
        {"answer": "met", "shown by": "somebody looked at it"},
        {"answer": "met", "shown by": ""},
        {"answer": "open", "shown by": ""},
        {"answer": "not applicable", "shown by": " "},
        {"answer": "open", "shown by": "see tests/unit/test_asvs.py::test_that_was_renamed"},
        {"answer": "", "shown by": "nobody has looked yet"},
    ],
)
def test_a_dead_name_or_a_missing_reason_is_noticed(change):
    assert faults(ROWS[0]) == []
    assert faults(ROWS[0] | change)


def test_the_counts_in_the_table_of_assurance_are_those_of_the_list():
    counted = Counter(row["answer"] for row in ROWS)
    line = next(each for each in text_of("docs/assurance.md").splitlines() if "| R20 " in each)
    for answer in ("met", "not applicable", "open"):
        assert f"{counted[answer]} {answer}" in line

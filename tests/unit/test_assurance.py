"""What docs/assurance.md names exists: a dead name would be a promise without proof."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "assurance.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)))


def test_the_table_names_tests():
    assert len(NAMED) > 20


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_is_named_is_there(file, name):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not name or f"\ndef {name}(" in text


def test_a_measured_figure_stands_where_one_is_promised():
    assert not re.search(r"@R\d+@", TEXT)


def test_every_goal_has_a_line_in_its_order():
    lines = re.findall(r"^\| R(\d+) ", TEXT, re.MULTILINE)
    assert [int(number) for number in lines] == list(range(1, 36))

"""The guide of formats names every layout with its columns, and layouts are told apart."""

from pathlib import Path

import pytest

from decide.imports.cells import plain
from decide.imports.layouts import LAYOUTS, OF_THE_PAST, find, nearest, recognised

GUIDE = (Path(__file__).resolve().parents[2] / "docs/import-formats.md").read_text(encoding="utf-8")


PAST = [find(f"{key}@AÑO") for key in OF_THE_PAST]


@pytest.mark.parametrize("layout", [*LAYOUTS, *PAST], ids=lambda layout: layout.key)
def test_the_guide_names_every_column_and_whether_it_may_be_missing(layout):
    line = next(line for line in GUIDE.splitlines() if line.startswith(f"| `{layout.key}` |"))
    for column in layout.columns:
        if layout.key == "resultados-ayuntamientos" and column.name == plain(column.header):
            continue  # one for each option
        shown = f"`{column.header}`"
        assert shown in line
        assert (f"*{shown}*" in line) is not column.required


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_a_layout_is_recognised_by_its_own_header_and_by_its_required_columns(layout):
    whole = [column.header for column in layout.columns]
    assert recognised(whole) is layout
    assert recognised([header.upper().replace("_", " ") for header in whole]) is layout
    required = [column.header for column in layout.columns if column.required]
    assert recognised(required) is layout


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_a_layout_that_lacks_one_column_is_still_taken_for_itself(layout):
    whole = [column.header for column in layout.columns]
    required = [column.header for column in layout.columns if column.required]
    for left_out in required:
        header = [each for each in whole if each != left_out]
        assert nearest(header) is layout or recognised(header) is not None


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_no_header_means_two_columns_of_one_layout(layout):
    names = [name for column in layout.columns for name in column.known]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("layout", PAST, ids=lambda layout: layout.key)
def test_a_list_of_the_past_is_never_taken_for_one_unless_somebody_says_so(layout):
    whole = [column.header for column in layout.columns]
    assert recognised(whole) not in PAST
    assert find(layout.key.partition("@")[0]) is None

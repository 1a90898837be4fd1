"""The run begins with modules that exist, and xdist leaves the order alone."""

from types import SimpleNamespace

from tests.order import LONGEST, TESTS, longest_first


def test_every_long_module_is_there_once():
    assert [name for name in LONGEST if not (TESTS / name).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)


def test_long_modules_come_first_and_the_others_keep_their_order():
    short = [
        TESTS / "unit/test_order.py",
        TESTS / "web/test_assets.py",
        TESTS / "unit/test_lots.py",
    ]
    long = [TESTS / LONGEST[0], TESTS / LONGEST[1]]
    paths = [short[0], long[1], short[1], long[0], short[2], long[1]]
    items = [SimpleNamespace(path=path) for path in paths]
    longest_first(items)
    assert [each.path for each in items] == [long[0], long[1], long[1], *short]


def test_the_makefile_keeps_xdist_from_sorting_by_the_number_of_tests():
    made = (TESTS.parent / "Makefile").read_text(encoding="utf-8")
    (line,) = [each for each in made.splitlines() if each.startswith("PYTEST :=")]
    assert "--dist loadscope --no-loadscope-reorder" in line

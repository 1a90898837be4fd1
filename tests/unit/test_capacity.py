"""The sheet of what an election needs is what its command writes, and its sums move rightly."""

import copy
import json
import tomllib

import pytest

from bench.capacity import ASSUMED, MEASURED, PAGE, PRESSES, READERS, Sums, page

MEASUREMENT = json.loads(MEASURED.read_text(encoding="utf-8"))
ASSUMPTIONS = tomllib.loads(ASSUMED.read_text(encoding="utf-8"))


def sums(assumed=ASSUMPTIONS, **facts):
    return Sums(MEASUREMENT["facts"] | facts, MEASUREMENT["memory_mb"], assumed)


def test_the_page_is_what_the_command_writes():
    """Red when somebody edits the page, or the prices without `make capacity`."""
    assert PAGE.read_text(encoding="utf-8") == page(MEASUREMENT, ASSUMPTIONS)


def test_another_price_is_another_page():
    other = copy.deepcopy(ASSUMPTIONS)
    other["prices"]["core"] *= 2
    assert page(MEASUREMENT, other) != PAGE.read_text(encoding="utf-8")


def test_ten_times_as_much_needs_more_of_everything_that_grows():
    for first, second in ((PRESSES[0], PRESSES[1]), (PRESSES[1], PRESSES[2])):
        small, large = sums().of_presses(first), sums().of_presses(second)
        assert large.copies == pytest.approx(10 * small.copies)
        assert large.disk > small.disk
        assert large.cores >= small.cores
    small, large = (sums().of_readers(readers) for readers in READERS[1:])
    assert large.traffic == pytest.approx(10 * small.traffic)
    assert large.cores > small.cores


def test_a_press_that_costs_twice_as_much_needs_more_cores():
    much = PRESSES[-1]
    dear = sums(press_cpu_us=2 * MEASUREMENT["facts"]["press_cpu_us"])
    assert dear.of_presses(much).cores > sums().of_presses(much).cores


def test_the_page_of_performance_tells_the_run_that_the_sums_rest_on():
    told = (PAGE.parent / "performance.md").read_text(encoding="utf-8")
    assert f"on {MEASUREMENT['measured_on']}" in told
    for row in MEASUREMENT["rows"]:
        assert f"| {row['name']} | {row['rate']:,.0f} " in told

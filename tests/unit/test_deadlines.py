"""Twenty working days, from the day after receipt, without weekends and national rest days."""

from datetime import date, timedelta

import pytest

from decide.listening.deadlines import due_on, works


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 6, 1), date(2026, 6, 29)),  # a Monday: four whole weeks
        (date(2026, 6, 6), date(2026, 7, 3)),  # a Saturday counts from Monday
        (date(2026, 4, 15), date(2026, 5, 14)),  # over 1 May
        (date(2026, 1, 15), date(2026, 2, 13)),  # over the first Monday of February
        (date(2026, 3, 2), date(2026, 3, 31)),  # over the third Monday of March
        (date(2026, 11, 2), date(2026, 12, 1)),  # over the third Monday of November
        (date(2026, 12, 15), date(2027, 1, 14)),  # over Christmas and New Year
    ],
)
def test_the_answer_is_due_on_the_twentieth_working_day(received, due):
    assert due_on(received) == due


def test_rest_days_of_every_year_and_of_every_sixth():
    off = (date(2027, 2, 1), date(2027, 3, 15), date(2027, 9, 16), date(2027, 11, 15))
    assert [day for day in off if works(day)] == []
    assert not works(date(2030, 10, 1))
    assert works(date(2027, 10, 1))
    assert works(date(2027, 2, 8))


def test_nothing_is_ever_due_on_a_day_of_rest():
    first = date(2025, 1, 1)
    dues = [due_on(first + timedelta(days=each)) for each in range(800)]
    assert [day for day in dues if not works(day)] == []
    assert dues == sorted(dues)

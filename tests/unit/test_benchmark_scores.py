"""The arithmetic of the benchmark, and the questionnaire that is shipped."""

import pytest

from decide.benchmarks.entries import QuestionEntry, place_of
from decide.benchmarks.scores import score_of
from decide.benchmarks.shipped import questionnaire
from decide.editorial.plain import sentences, words
from decide.web.shared.benchmark import yearly

SECTIONS = (
    "Imagen y presentación", "Información", "Participación", "Integración", "Transacción",
    "Interacción", "Transparencia", "Procedimientos",
)  # fmt: skip
ASKED = (
    QuestionEntry(2021, "1.1", "Uno", "¿?", 3, "No/En parte/Sí"),
    QuestionEntry(2021, "1.2", "Uno", "¿?", 1, "No/Sí"),
    QuestionEntry(2021, "2.1", "Dos", "¿?", 4, "No/Sí"),
)


@pytest.mark.parametrize(
    ("levels", "total", "one", "two"),
    [
        ({"1.1": 2, "1.2": 1, "2.1": 1}, 100, 100, 100),
        ({"1.1": 0, "1.2": 0, "2.1": 0}, 0, 0, 0),
        ({"1.1": 1, "1.2": 1, "2.1": 0}, 31.25, 62.5, 0),  # 2.5 of 8, 2.5 of 4
        ({"1.1": 1, "1.2": None, "2.1": None}, 50, 50, None),  # what does not apply weighs nothing
        ({}, None, None, None),
    ],
)
def test_scores_are_shares_of_the_weight(levels, total, one, two):
    found = score_of(ASKED, levels)
    assert (found.total, found.sections) == (total, {"Uno": one, "Dos": two})


def test_the_shipped_questionnaire_has_its_sections_and_can_be_answered():
    asked = questionnaire(2026)
    assert tuple(dict.fromkeys(each.section for each in asked)) == SECTIONS
    assert len({each.code for each in asked}) == len(asked) == 30
    assert all(2 <= len(each.steps) <= 6 and 1 <= each.weight <= 100 for each in asked)
    assert all(len(words(one)) <= 20 for each in asked for one in sentences(each.text))
    places = [place_of(each.code) for each in asked]
    assert places == sorted(places)


def test_the_chart_of_years_keeps_the_newest_and_its_proportion():
    chart = yearly([(2000 + n, 10.0 * n) for n in range(1, 11)])
    bars = chart.groups[0].bars
    assert [each.label for each in bars] == [str(2000 + n) for n in range(3, 11)]
    assert bars[-1].height == pytest.approx(2 * bars[2].height)

"""The rule of the daily review: what it finds and what it leaves alone (R35 in short)."""

from collections import Counter

import pytest

from bench.abuse import World, simulate
from decide.abuse import rule
from decide.abuse.copies import LEAST, copied, fingerprint
from decide.abuse.rule import DISLIKE, LIKE, Cell, ItemDay, discovered, judge

FLAT = dict.fromkeys(range(24), 1 / 24)


def day(subject, likes=10, dislikes=5, more=None):
    """The same in every hour, of old devices and new ones alike; `more` answers in cells."""
    cells = Counter(
        {
            Cell(hour, choice, new, crowded=False): count
            for hour in range(24)
            for choice, count in ((LIKE, likes), (DISLIKE, dislikes))
            for new in (False, True)
        }
    )
    cells.update(more or {})
    return ItemDay(subject, cells)


def held(*, days=2):
    """R35 in short: made-up campaigns are found, and days without one are left alone."""
    score = simulate(days=days, subjects=60, seed=35)
    assert score.recall >= 0.9, score.told()
    assert score.false <= 0.01, score.told()
    for attack in ("script", "proxies", "cgnat", "drip", "copies"):
        assert score.found[attack] == score.made[attack], score.told()


def test_the_simulated_campaigns_are_found_and_clean_days_left_alone():
    held()


def believes_each(doubts):
    """Takes every doubt below one in twenty for a campaign, however many questions were asked."""
    return [(doubt, p) for doubt, p in doubts if p < 0.05]


@pytest.mark.parametrize(
    ("name", "defect"), [("discovered", believes_each), ("LEAST", 100_000)],
    ids=["accuses too many", "looks at nobody"],
)  # fmt: skip
def test_a_rule_that_accuses_too_many_or_looks_at_nobody_is_found_out(monkeypatch, name, defect):
    monkeypatch.setattr(rule, name, defect)
    with pytest.raises(AssertionError):
        held(days=1)


def test_a_campaign_of_one_hour_is_marked_there_and_nowhere_else():
    found = judge([day(1), day(2, more={Cell(9, DISLIKE, new=True, crowded=False): 200})])
    assert {each.subject_id for each in found} == {2}
    (window,) = found
    assert window.test == "window"
    assert window.where.choice == DISLIKE
    assert window.where.new
    assert window.where.first_hour <= 9 < window.where.first_hour + window.where.hours
    assert 150 < window.added < 220


def test_a_surge_with_the_usual_choices_is_no_campaign():
    surge = {
        Cell(9, choice, new, crowded=False): count
        for choice, count in ((LIKE, 400), (DISLIKE, 200))
        for new in (True, False)
    }
    assert judge([day(1), day(2, more=surge)]) == []


def test_few_answers_are_never_reviewed():
    small = ItemDay(1, Counter({Cell(9, LIKE, new=True, crowded=True): rule.LEAST - 1}))
    assert judge([small]) == []


def test_a_clock_is_told_from_people():
    world = World(1)
    people = [world.chance.random() * 3600 for _ in range(200)]
    clock = [second * 18.0 for second in range(200)]
    heard = [
        next(iter(rule.rhythms(ItemDay(1, times={(9, LIKE): times}))))[1]
        for times in (people, clock)
    ]
    assert heard[0] > 0.01
    assert heard[1] < 1e-6


def test_of_many_questions_only_the_surest_are_kept():
    doubt = next(iter(rule.kinds(day(1), Counter())))
    told = [(doubt, p) for p in (0.0001, 0.004, 0.02, 0.5, 0.9)]
    assert [p for _, p in discovered(told)] == [0.0001, 0.004]
    assert discovered([]) == []


def test_ideas_that_repeat_one_another_are_grouped():
    text = "Pedimos que arreglen la calle principal de la colonia centro antes de las lluvias"
    copies = [text.upper(), text + "!", "¡" + text, text.replace("calle", "avenida")] * 2
    others = World(1).ideas(60)
    told = list(enumerate([*copies, *others]))
    assert copied(told) == [list(range(len(copies)))]
    assert len(copies) == LEAST
    assert copied(told[1:]) == []
    assert copied([(n, "más seguridad por favor") for n in range(50)]) == []
    assert fingerprint("más luz") is None

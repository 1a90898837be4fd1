"""How answers become scores: 0 to 100, by section and in all. Pure arithmetic, no rounding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from decide.benchmarks.entries import QuestionEntry


@dataclass(frozen=True)
class Score:
    """What one portal reached. None where no question was answered with a step of its scale."""

    total: float | None
    sections: Mapping[str, float | None]


def score_of(questions: Sequence[QuestionEntry], levels: Mapping[str, int | None]) -> Score:
    """The score of one portal from its levels by the question's code.

    A level is a place on the question's scale, the worst answer 0; the best one earns the whole
    weight, those between their even share. Unanswered and not applicable ones weigh nothing.
    """
    sections = dict.fromkeys(each.section for each in questions)
    return Score(
        share(questions, levels),
        {
            section: share((each for each in questions if each.section == section), levels)
            for section in sections
        },
    )


def share(questions: Iterable[QuestionEntry], levels: Mapping[str, int | None]) -> float | None:
    """Earned weight of a hundred."""
    earned, possible = 0.0, 0
    for each in questions:
        level = levels.get(each.code)
        if level is not None:
            possible += each.weight
            earned += each.weight * level / (len(each.steps) - 1)
    return 100 * earned / possible if possible else None

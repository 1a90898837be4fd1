"""The questionnaire that the product ships: our own wording, which each place may replace."""

import csv
from pathlib import Path

from decide.benchmarks.entries import QuestionEntry

QUESTIONNAIRE = Path(__file__).parent / "content" / "cuestionario.csv"


def questionnaire(year: int) -> tuple[QuestionEntry, ...]:
    """The shipped questions, for a year."""
    with QUESTIONNAIRE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            QuestionEntry(
                year, row["clave"], row["seccion"], row["pregunta"], int(row["peso"]), row["escala"]
            )
            for row in csv.DictReader(stream)
        )

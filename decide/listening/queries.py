"""Asking what people said. For staff; the public learns nothing of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.listening.kinds import SCORES, Occasion, SuggestionState
from decide.listening.models import Suggestion, SurveyAnswer

NEWEST = 100
ANSWERS = select(SurveyAnswer.day, SurveyAnswer.occasion, SurveyAnswer.score, SurveyAnswer.text)


@dataclass(frozen=True)
class Answer:
    """One answer to the survey."""

    day: date
    occasion: str
    score: int
    text: str


@dataclass(frozen=True)
class Scores:
    """How many gave each score, from 1 to 5."""

    occasion: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many answered."""
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        """From 1 to 5; None while nobody has answered."""
        given = sum(score * count for score, count in zip(SCORES, self.counts, strict=True))
        return given / self.total if self.total else None


@dataclass(frozen=True)
class SuggestionLine:
    """One suggestion."""

    id: int
    day: date
    about: str
    text: str
    state: str


def scores(session: Session) -> tuple[Scores, ...]:
    """Scores by occasion, all of them in one line first; one statement."""
    rows = session.execute(
        select(SurveyAnswer.occasion, SurveyAnswer.score, func.count()).group_by(
            SurveyAnswer.occasion, SurveyAnswer.score
        )
    ).all()
    found = {(occasion.value, score): count for occasion, score, count in rows}
    lines = [
        Scores(kind.value, tuple(found.get((kind.value, score), 0) for score in SCORES))
        for kind in Occasion
    ]
    together = tuple(sum(line.counts[place] for line in lines) for place in range(len(SCORES)))
    return (Scores("", together), *lines)


def satisfaction(session: Session, year: int) -> tuple[float | None, int]:
    """The mean score of a year, from 1 to 5, and how many answered; one statement."""
    mean, count = session.execute(
        select(func.avg(SurveyAnswer.score), func.count()).where(
            SurveyAnswer.day.between(date(year, 1, 1), date(year, 12, 31))
        )
    ).one()
    return (None if mean is None else float(mean)), count


def newest_texts(session: Session) -> tuple[Answer, ...]:
    """The newest answers that say something; one statement."""
    rows = session.execute(
        ANSWERS.where(SurveyAnswer.text != "").order_by(SurveyAnswer.id.desc()).limit(NEWEST)
    )
    return tuple(Answer(day, kind.value, score, text) for day, kind, score, text in rows)


def every_answer(session: Session) -> Iterator[Answer]:
    """All answers, the oldest first; one statement."""
    rows = session.execute(ANSWERS.order_by(SurveyAnswer.id))
    for day, kind, score, text in rows:
        yield Answer(day, kind.value, score, text)


def suggestions(
    session: Session, state: str = "", *, start: int = 0, size: int = NEWEST
) -> tuple[SuggestionLine, ...]:
    """Some suggestions, the newest first, of one state where given; one statement."""
    wanted = select(
        Suggestion.id, Suggestion.day, Suggestion.about, Suggestion.text, Suggestion.state
    ).order_by(Suggestion.id.desc())
    if state:
        wanted = wanted.where(Suggestion.state == SuggestionState(state))
    rows = session.execute(wanted.offset(start).limit(size))
    return tuple(SuggestionLine(*row[:4], row[4].value) for row in rows)


def suggestion_counts(session: Session) -> dict[str, int]:
    """How many stand in each state; one statement."""
    rows = session.execute(select(Suggestion.state, func.count()).group_by(Suggestion.state)).all()
    found = {state.value: count for state, count in rows}
    return {state.value: found.get(state.value, 0) for state in SuggestionState}

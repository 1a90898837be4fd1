"""Keeping what people say, and saying what became of it."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import NotFound, Refused, Sentence
from decide.listening.kinds import (
    LONGEST_ANSWER,
    LONGEST_SUGGESTION,
    SCORES,
    Occasion,
    SuggestionState,
)
from decide.listening.models import Suggestion, SurveyAnswer

NUL = "\x00"  # PostgreSQL keeps it in no text


class NoScore(Refused):
    """The question was left unanswered."""


class TextRefused(Refused):
    """The text is missing or too long."""


def answer_survey(
    session: Session, *, occasion: Occasion, score: int | None, text: str, day: date
) -> None:
    """Keep an answer. NoScore without one; TextRefused when the text is too long."""
    if score not in SCORES:
        raise NoScore("Elija una de las cinco respuestas.")
    words = tidy(text)
    if len(words) > LONGEST_ANSWER:
        raise TextRefused(too_long(LONGEST_ANSWER, words))
    session.add(SurveyAnswer(day=day, occasion=occasion, score=score, text=words))


def suggest(session: Session, *, about: str, text: str, day: date) -> None:
    """Keep a suggestion under the page `about`. TextRefused when there is none or too much."""
    words = tidy(text)
    if not words:
        raise TextRefused(Sentence("Escriba qué le gustaría saber."))
    if len(words) > LONGEST_SUGGESTION:
        raise TextRefused(too_long(LONGEST_SUGGESTION, words))
    session.add(Suggestion(day=day, about=about, text=words, state=SuggestionState.NEW))


def move_suggestion(
    session: Session, suggestion_id: int, state: SuggestionState, *, at: datetime, by: int | None
) -> None:
    """Say what became of a suggestion; NotFound. Any state may follow any other."""
    row = session.get(Suggestion, suggestion_id, with_for_update=True)
    if row is None:
        raise NotFound("Esa sugerencia no existe.")
    if row.state == state:
        return
    before, row.state, row.changed_at = row.state, state, at
    audit.record(
        session,
        "suggestion.moved",
        at=at,
        by=by,
        subject=("suggestion", suggestion_id),
        before={"state": before.value},
        after={"state": state.value},
    )


def too_long(most: int, words: str) -> Sentence:
    """What is said when more was written than can be kept."""
    return Sentence("Escriba hasta %(most)s caracteres; escribió %(n)s.", most=most, n=len(words))


def tidy(text: str) -> str:
    """As typed, with one kind of line end and nothing around it."""
    return text.replace(NUL, "").replace("\r\n", "\n").replace("\r", "\n").strip()

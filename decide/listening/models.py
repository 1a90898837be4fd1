"""Answers to the survey and suggestions; who wrote them is not known."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of
from decide.listening.kinds import (
    LONGEST_ANSWER,
    LONGEST_SUGGESTION,
    Occasion,
    SuggestionState,
)


class SurveyAnswer(Base):
    """How somebody found the tool, from 1 to 5, and what they said; only the day is kept."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint(f"char_length(text) <= {LONGEST_ANSWER}", name="text_length"),
    )

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(Date, index=True)
    occasion: Mapped[Occasion] = mapped_column(choice_of(Occasion, "occasion"))
    score: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text)


class Suggestion(Base):
    """What somebody would like to know, under the text (`about`) that left them wondering."""

    __tablename__ = "suggestion"
    __table_args__ = (
        CheckConstraint(
            f"char_length(text) BETWEEN 1 AND {LONGEST_SUGGESTION}", name="text_length"
        ),
    )

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(Date)
    about: Mapped[str] = mapped_column(Text)  # the path of a page, without the first slash
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[SuggestionState] = mapped_column(choice_of(SuggestionState, "state"), index=True)
    changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

"""Answers to the survey, suggestions, requests about personal data; who wrote them is not known."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, Index, LargeBinary, SmallInteger, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of
from decide.listening.kinds import (
    LONGEST_ANSWER,
    LONGEST_REPLY,
    LONGEST_REQUEST,
    LONGEST_SUGGESTION,
    MailState,
    Occasion,
    RequestState,
    Right,
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


class ArcoRequest(Base):
    """Somebody asks to see, correct or erase their data, or says no to a use of them.

    Only the hash of the number is kept. `address` is encrypted; it goes once its mail has gone.
    """

    __tablename__ = "arco_request"
    __table_args__ = (
        CheckConstraint(f"char_length(text) <= {LONGEST_REQUEST}", name="text_length"),
        CheckConstraint(f"char_length(answer) <= {LONGEST_REPLY}", name="answer_length"),
        CheckConstraint("(text = '') = (state = 'withdrawn')", name="erased_when_withdrawn"),
        CheckConstraint("(answer <> '') = (state = 'answered')", name="answer_when_answered"),
        CheckConstraint(
            "(closed_at IS NOT NULL) = (state IN ('answered', 'withdrawn'))", name="closed"
        ),
        Index("ix_arco_request_mail", "mail_due_at", postgresql_where=sql("mail = 'queued'")),
    )

    id: Mapped[Key]
    number_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    kind: Mapped[Right] = mapped_column(choice_of(Right, "kind"))
    text: Mapped[str] = mapped_column(Text)
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[RequestState] = mapped_column(choice_of(RequestState, "state"), index=True)
    answer: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    mail: Mapped[MailState] = mapped_column(choice_of(MailState, "mail"))
    attempts: Mapped[int] = mapped_column(SmallInteger)
    mail_due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

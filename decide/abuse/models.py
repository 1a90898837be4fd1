"""Reviews and markings. A marking is a condition over answers, never a copy of them: so it can be
taken back without touching the ledger, and an answer that its citizen changes later leaves it."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    SmallInteger,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from decide.abuse.states import MarkingState
from decide.kernel.db import Base, Key, choice_of


class Review(Base):
    """A day that the rule has been held against."""

    __tablename__ = "review"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    through: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    rule_version: Mapped[int] = mapped_column(SmallInteger)
    reviewed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answers: Mapped[int] = mapped_column(BigInteger)
    subjects: Mapped[int] = mapped_column(Integer)


class Marking(Base):
    """Which answers are marked: by the rule (`day` and `test`), or by two people (`reason`).

    Empty conditions do not narrow. The database itself refuses an approval by who proposed.
    """

    __tablename__ = "marking"
    __table_args__ = (
        CheckConstraint("until > since", name="order"),
        CheckConstraint("approved_by <> proposed_by", name="two_people"),
        CheckConstraint("(day IS NULL) = (proposed_by IS NOT NULL)", name="source"),
        CheckConstraint(
            "day IS NOT NULL OR state NOT IN ('approved', 'applied', 'reverted')"
            " OR approved_by IS NOT NULL",
            name="approved",
        ),
    )

    id: Mapped[Key]
    state: Mapped[MarkingState] = mapped_column(choice_of(MarkingState, "state"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"), index=True)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    choice: Mapped[int | None] = mapped_column(SmallInteger)
    new_only: Mapped[bool] = mapped_column(Boolean)
    crowded_only: Mapped[bool] = mapped_column(Boolean)
    day: Mapped[date | None] = mapped_column(Date, index=True)
    test: Mapped[str | None] = mapped_column(Text)
    p: Mapped[float | None] = mapped_column(Double)
    added: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int | None] = mapped_column(BigInteger)
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    counted: Mapped[int] = mapped_column(BigInteger)  # answers it held when it was last counted
    approved_by: Mapped[int | None] = mapped_column(BigInteger)
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reverted_by: Mapped[int | None] = mapped_column(BigInteger)
    reverted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class IdeaMark(Base):
    """An idea that the rule found to repeat many others."""

    __tablename__ = "idea_mark"

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(Date, index=True)
    copies: Mapped[int] = mapped_column(Integer)

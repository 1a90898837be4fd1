"""The dissemination plan, and posters made in batches."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of
from decide.outreach.kinds import ActivityKind, BatchState
from decide.outreach.sheets import About


class Activity(Base):
    """One effort to spread the word. Its links carry its id, so that what it brings is counted."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("done_on IS NULL OR evidence <> ''", name="evidence_when_done"),
    )

    id: Mapped[Key]
    kind: Mapped[ActivityKind] = mapped_column(choice_of(ActivityKind, "kind"))
    title: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)  # who is responsible
    planned_on: Mapped[date] = mapped_column(Date, index=True)
    done_on: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(Text)
    evidence_link: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PosterBatch(Base):
    """Posters ordered together. `facts` is what they say, frozen when they were ordered.

    All files are made of it alone, so that a batch begun anew gives the same bytes. `made` of
    `total` posters are written; the row is also the outbox of its job.
    """

    __tablename__ = "poster_batch"
    __table_args__ = (
        CheckConstraint("made BETWEEN 0 AND total", name="made"),
        CheckConstraint(
            "(state = 'ready') = (sha256 IS NOT NULL AND bytes IS NOT NULL)", name="ready"
        ),
    )

    id: Mapped[Key]
    about: Mapped[About] = mapped_column(choice_of(About, "about"))
    form: Mapped[str] = mapped_column(Text)  # a size of paper, or the square
    state: Mapped[BatchState] = mapped_column(choice_of(BatchState, "state"), index=True)
    made: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)
    attempt: Mapped[int] = mapped_column(SmallInteger)
    ordered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ordered_by: Mapped[int | None] = mapped_column(BigInteger)
    touched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    failure: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    bytes: Mapped[int | None] = mapped_column(BigInteger)

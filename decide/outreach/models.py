"""The dissemination plan."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of
from decide.outreach.kinds import ActivityKind


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

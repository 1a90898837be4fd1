"""The process and its phases, as data."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key


class ElectoralProcess(Base):
    """The one process of this deployment (row 1)."""

    __tablename__ = "electoral_process"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text)  # "em.2021"
    name: Mapped[str] = mapped_column(Text)
    election_day: Mapped[date] = mapped_column(Date)


class CalendarNotice(Base):
    """A phase's dates moved, as the public reads it; written with the change, never altered."""

    __tablename__ = "calendar_notice"

    id: Mapped[Key]
    phase_key: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    announced_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # before the change
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opens_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # from now on
    closes_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(Text)


class Phase(Base):
    """A window of time and what it opens. Windows may overlap; their effects add up.

    `visible`, `takes_part` and `editable` hold values of `calendar.rules.Area`. `closes_at` is the
    first instant that no longer belongs; empty means open-ended.
    """

    __tablename__ = "phase"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="order"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closes_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    visible: Mapped[list[str]] = mapped_column(ARRAY(Text))
    takes_part: Mapped[list[str]] = mapped_column(ARRAY(Text))
    editable: Mapped[list[str]] = mapped_column(ARRAY(Text))

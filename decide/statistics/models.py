"""What is kept of visits: sums for each hour, and one line for each day that is over."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, DateTime, Integer, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base


class VisitCount(Base):
    """Views of one kind of page from one source in one hour of the authority's zone.

    `item` is a place ("m106", "d02"), a term or a file, and empty where it would name an actor. The
    kind "effort" counts links of the dissemination plan, by number. The
    kind "speed" counts steps of how fast pages were: kind of page, measure, upper end of the step.
    """

    __tablename__ = "visit_count"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    hour: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    item: Mapped[str] = mapped_column(Text, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    views: Mapped[int] = mapped_column(Integer)


class VisitBatch(Base):
    """A batch of counts that has been added: the same batch is never added twice."""

    __tablename__ = "visit_batch"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    settled_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class ClosedDay(Base):
    """A day that is over and may be published, with what stood at its end.

    `reactions` and `ideas` are all that had come in until then, over all actors together.
    """

    __tablename__ = "closed_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    visitors: Mapped[int] = mapped_column(Integer)  # by a sketch: right within two in a hundred
    reactions: Mapped[int] = mapped_column(BigInteger)
    ideas: Mapped[int] = mapped_column(BigInteger)
    closed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

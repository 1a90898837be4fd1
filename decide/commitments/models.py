"""The activities of the commitment and the files that prove them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key


class CommitmentActivity(Base):
    """One activity; `line` is its line of action. Real dates stay empty until they have come."""

    __tablename__ = "commitment_activity"
    __table_args__ = (
        CheckConstraint("planned_end >= planned_start", name="planned_order"),
        CheckConstraint(
            "actual_end IS NULL OR (actual_start IS NOT NULL AND actual_end >= actual_start)",
            name="actual_order",
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(Text, unique=True)  # "1.2"
    position: Mapped[int] = mapped_column(Integer)
    line: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    objective: Mapped[str] = mapped_column(Text)
    verification: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)
    planned_start: Mapped[date] = mapped_column(Date)
    planned_end: Mapped[date] = mapped_column(Date)
    actual_start: Mapped[date | None] = mapped_column(Date)
    actual_end: Mapped[date | None] = mapped_column(Date)


class CommitmentEvidence(Base):
    """A file that proves an activity; it lies under its hash and never changes."""

    __tablename__ = "commitment_evidence"

    id: Mapped[Key]
    activity_id: Mapped[int] = mapped_column(
        ForeignKey("commitment_activity.id", ondelete="RESTRICT"), index=True
    )
    title: Mapped[str] = mapped_column(Text)
    ending: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

"""Reports. `facts` is what was true when the report was made; both papers are made of it alone."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of
from decide.reports.states import ReportState


class Report(Base):
    """One report on the days from `since` to `until`, both inside."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("until >= since", name="order"),
        CheckConstraint(
            "(state = 'ready') = (facts IS NOT NULL AND pdf_sha256 IS NOT NULL"
            " AND xlsx_sha256 IS NOT NULL)",
            name="ready",
        ),
        Index(
            "uq_report_of_the_program", "since", "until", unique=True,
            postgresql_where=text("ordered_by IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    state: Mapped[ReportState] = mapped_column(choice_of(ReportState, "state"), index=True)
    ordered_by: Mapped[int | None] = mapped_column(BigInteger)
    ordered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    pdf_sha256: Mapped[str | None] = mapped_column(Text)
    xlsx_sha256: Mapped[str | None] = mapped_column(Text)

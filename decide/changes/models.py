"""Proposals of change. A row holds all that the deed needs; nothing has happened yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from decide.changes.states import ChangeState, Kind
from decide.kernel.db import Base, Key, choice_of


class Change(Base):
    """One proposal. The database itself refuses that one person proposes and confirms."""

    __tablename__ = "change"
    __table_args__ = (
        CheckConstraint(
            "state <> 'confirmed' OR (decided_by IS NOT NULL AND decided_by <> proposed_by)",
            name="two_people",
        ),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided"),
        # One open proposal about a thing: two would be confirmed in an order that nobody chose.
        Index(
            "uq_change_open", "kind", "about", unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    kind: Mapped[Kind] = mapped_column(choice_of(Kind, "kind"))
    about: Mapped[str] = mapped_column(Text)  # key of what changes: "campaign"
    title: Mapped[str] = mapped_column(Text)
    told: Mapped[dict[str, Any]] = mapped_column(JSONB)  # before and after, as the kind wants it
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ChangeState] = mapped_column(choice_of(ChangeState, "state"), index=True)
    proposed_by: Mapped[int] = mapped_column(BigInteger)
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

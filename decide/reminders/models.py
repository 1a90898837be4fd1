"""Mails as rows: the row is the outbox, and what staff see of it."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of
from decide.reminders.kinds import MailKind, MailState


class Mail(Base):
    """One mail to one account. `occasion` makes it the only one of its kind for that reason."""

    __tablename__ = "mail"
    __table_args__ = (UniqueConstraint("account_id", "kind", "occasion"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[MailKind] = mapped_column(choice_of(MailKind, "kind"))
    occasion: Mapped[str] = mapped_column(Text)
    state: Mapped[MailState] = mapped_column(choice_of(MailState, "state"))
    attempts: Mapped[int] = mapped_column(SmallInteger)
    planned_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failure: Mapped[str | None] = mapped_column(Text)  # kind of the fault; never an address

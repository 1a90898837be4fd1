"""Bulletins with all their versions, who asked for them by mail, and the mails themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of
from decide.newsroom.kinds import BulletinState, LetterState


class Bulletin(Base):
    """One bulletin. `shown` is the number of the version that the public reads."""

    __tablename__ = "bulletin"
    __table_args__ = (
        CheckConstraint("(state = 'scheduled') = (due_at IS NOT NULL)", name="due_when_scheduled"),
        CheckConstraint("state <> 'published' OR shown IS NOT NULL", name="shown_when_published"),
    )

    id: Mapped[Key]
    state: Mapped[BulletinState] = mapped_column(choice_of(BulletinState, "state"), index=True)
    revision: Mapped[int] = mapped_column(Integer)
    shown: Mapped[int | None] = mapped_column(SmallInteger)
    by_mail: Mapped[bool]
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)


class BulletinVersion(Base):
    """One version; it changes only until it is published. `images` has name, alt, caption, size."""

    __tablename__ = "bulletin_version"
    __table_args__ = (UniqueConstraint("bulletin_id", "number"),)

    id: Mapped[Key]
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletin.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)  # what changed, for readers of an earlier version
    images: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    written_by: Mapped[int | None] = mapped_column(BigInteger)
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Subscriber(Base):
    """Somebody who wants bulletins by mail. Leaving deletes the row and all its mails."""

    __tablename__ = "subscriber"

    id: Mapped[Key]
    mark: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # keyed hash: finds the address
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # the address, encrypted
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Letter(Base):
    """One mail to the list: a bulletin, or (without one) the question whether they asked for it."""

    __tablename__ = "letter_to_list"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "bulletin_id", postgresql_nulls_not_distinct=True),
        Index("ix_letter_to_list_due", "due_at", postgresql_where=text("state = 'queued'")),
    )

    id: Mapped[Key]
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    bulletin_id: Mapped[int | None] = mapped_column(ForeignKey("bulletin.id"), index=True)
    state: Mapped[LetterState] = mapped_column(choice_of(LetterState, "state"))
    attempts: Mapped[int] = mapped_column(SmallInteger)
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    failure: Mapped[str | None] = mapped_column(Text)  # kind of the fault; never an address

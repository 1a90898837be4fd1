"""Texts that staff wrote in place of the shipped ones or beside them, with all their versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from decide.editorial.kinds import Kind
from decide.kernel.db import Base, Key, choice_of


class EditorialText(Base):
    """One text in one language. Numbers name versions; without `shown` the shipped one is read."""

    __tablename__ = "editorial_text"
    __table_args__ = (
        UniqueConstraint("kind", "slug", "language"),
        CheckConstraint("(scheduled IS NULL) = (due_at IS NULL)", name="due_when_scheduled"),
    )

    id: Mapped[Key]
    kind: Mapped[Kind] = mapped_column(choice_of(Kind, "kind"))
    slug: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)
    shown: Mapped[int | None] = mapped_column(SmallInteger)
    working: Mapped[int | None] = mapped_column(SmallInteger)
    scheduled: Mapped[int | None] = mapped_column(SmallInteger)
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class EditorialVersion(Base):
    """One version; it changes only until a second person approved it."""

    __tablename__ = "editorial_version"
    __table_args__ = (
        UniqueConstraint("text_id", "number"),
        CheckConstraint(
            "published_at IS NULL OR approved_at IS NOT NULL", name="approved_when_published"
        ),
    )

    id: Mapped[Key]
    text_id: Mapped[int] = mapped_column(ForeignKey("editorial_text.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    fields: Mapped[dict[str, str]] = mapped_column(JSONB)
    images: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(Text)  # what changed, for the colleagues
    # Of a translation: the version of the Spanish text that it says the same as; 0 = the shipped.
    translates: Mapped[int | None] = mapped_column(SmallInteger)
    old_easy: Mapped[bool]  # its twin in lectura fácil says what an earlier text said
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    written_by: Mapped[int | None] = mapped_column(BigInteger)
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    approved_by: Mapped[int | None] = mapped_column(BigInteger)
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class EditorialLink(Base):
    """An address of the web in a text, and who opened it last to see whether it is right."""

    __tablename__ = "editorial_link"
    __table_args__ = (UniqueConstraint("text_id", "address"),)

    id: Mapped[Key]
    text_id: Mapped[int] = mapped_column(ForeignKey("editorial_text.id"))
    address: Mapped[str] = mapped_column(Text)
    reviewed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reviewed_by: Mapped[int | None] = mapped_column(BigInteger)

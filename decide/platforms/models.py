"""The PDF of a registered platform, and drafts on their way to one."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from decide.catalog.models import PlatformScope
from decide.kernel.db import Base, Key, choice_of


class PlatformFile(Base):
    """The document as it was registered. Citizens download it beside the text."""

    __tablename__ = "platform_file"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PlatformDraft(Base):
    """Sections taken out of a PDF while somebody corrects them; gone once they are registered.

    `sections` are {"title", "topic", "text", "page"} in their order. `revision` counts every save.
    """

    __tablename__ = "platform_draft"
    __table_args__ = (UniqueConstraint("actor_id", "scope"),)

    id: Mapped[Key]
    actor_id: Mapped[int] = mapped_column(ForeignKey("political_actor.id"))
    scope: Mapped[PlatformScope] = mapped_column(choice_of(PlatformScope, "scope"))
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_by: Mapped[int | None] = mapped_column(BigInteger)

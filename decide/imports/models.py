"""What was imported, when, from which file, and what it changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key


class ImportRun(Base):
    """One committed file. `summary` holds the counts (created, changed, unchanged)."""

    __tablename__ = "import_run"

    id: Mapped[Key]
    layout: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text, index=True)
    rows: Mapped[int] = mapped_column(Integer)
    summary: Mapped[dict[str, Any]] = mapped_column(JSONB)
    committed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ImportChange(Base):
    """One entry that an import wrote, and what stood there; `before` is empty for a new one.

    Serves to say what a list changed against the one before, and to undo it.
    """

    __tablename__ = "import_change"

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    row: Mapped[int] = mapped_column(Integer)  # of the file, as a spreadsheet numbers it
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)

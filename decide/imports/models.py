"""What was imported, when, from which file, and what it changed; how files are read; who writes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of


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


class ImportMapping(Base):
    """Which column of a source stands for which of ours. A source is known by its header.

    `places` maps the names of a layout's columns to the number of the file's column, from 1; 0 says
    that the file has none.
    """

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("layout", "header_sha256"),)

    id: Mapped[Key]
    layout: Mapped[str] = mapped_column(Text)
    header_sha256: Mapped[str] = mapped_column(Text)
    places: Mapped[dict[str, int]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    account_id: Mapped[int | None] = mapped_column(BigInteger)


class TaskState(StrEnum):
    """Where the writing of a large file stands; the steps between are in `imports.tasks`."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportTask(Base):
    """A large file that the worker writes: the row is the outbox, one for each kept upload."""

    __tablename__ = "import_task"

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(Text, unique=True)  # of the upload
    file_name: Mapped[str] = mapped_column(Text)
    state: Mapped[TaskState] = mapped_column(choice_of(TaskState, "state"))
    progress: Mapped[int] = mapped_column(SmallInteger)  # percent
    attempt: Mapped[int] = mapped_column(SmallInteger)
    ordered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    touched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    failure: Mapped[str | None] = mapped_column(Text)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))

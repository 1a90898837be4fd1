"""What citizens answered. Nothing here can name a citizen or a device.

`press_id` is HMAC(process key, device ‖ subject): two presses of one device on two subjects cannot
be linked from this table, nor from the stream.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of
from decide.participation.choices import Choice, IdeaKind

__all__ = [
    "Choice",
    "DrainCursor",
    "DrainMisfit",
    "HourMark",
    "Idea",
    "IdeaKind",
    "Pressure",
    "PressureSample",
    "Reaction",
    "Tally",
]


class Reaction(Base):
    """One current choice per device and subject: the key is the rule (R13).

    The columns stand in the order that wastes no padding: there are millions of these rows. A
    press id is no UUID by birth; that type alone holds 16 bytes without a header.
    """

    __tablename__ = "reaction"

    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    pressed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    press_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    choice: Mapped[int] = mapped_column(SmallInteger)
    # A class of few values (`circumstance`); it takes the room of the row's last padding.
    circumstance: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class Tally(Base):
    """Choices per subject and version, changed in the same transaction as the rows it counts."""

    __tablename__ = "tally"

    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    likes: Mapped[int] = mapped_column(BigInteger)
    dislikes: Mapped[int] = mapped_column(BigInteger)


class DrainCursor(Base):
    """How far the drain has copied a shard's stream; moves in the same transaction as the rows."""

    __tablename__ = "drain_cursor"

    stream: Mapped[str] = mapped_column(Text, primary_key=True)
    entry: Mapped[str] = mapped_column(Text)  # a stream id, "1700000000000-0"
    copied: Mapped[int] = mapped_column(BigInteger)  # entries copied since the beginning
    # The latest instant of any press so far: should the database's clock be set back, workers go
    # on from here, or a citizen's later word would count as older than the earlier one.
    latest_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DrainMisfit(Base):
    """An entry of the press log that could not be stored: kept byte for byte, never dropped."""

    __tablename__ = "drain_misfit"

    stream: Mapped[str] = mapped_column(Text, primary_key=True)
    entry: Mapped[str] = mapped_column(Text, primary_key=True)
    fields: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Idea(Base):
    """A text sent to the actor of a subject. Only the hash of its folio is kept."""

    __tablename__ = "idea"
    __table_args__ = (UniqueConstraint("folio_hash"),)

    id: Mapped[Key]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[IdeaKind] = mapped_column(choice_of(IdeaKind, "kind"))
    text: Mapped[str] = mapped_column(Text)
    topic: Mapped[str | None] = mapped_column(Text)
    municipality_number: Mapped[int | None] = mapped_column(SmallInteger)
    folio_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    # By this its device, and nobody else, finds it again; erased with the text.
    author: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    received_on: Mapped[date] = mapped_column(Date, index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Pressure(Base):
    """How hard the citizens' door is being pushed (row 1; absent: normal)."""

    __tablename__ = "pressure"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("level IN ('normal', 'alert', 'siege')", name="level"),
    )

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(Text)
    automatic: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)


class PressureSample(Base):
    """How many answers had come in at an instant, over everybody; kept for an hour."""

    __tablename__ = "pressure_sample"

    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    # Named as it was when the rule looked at what the drain had copied: older programs write it.
    arrived: Mapped[int] = mapped_column("copied", BigInteger)


class HourMark(Base):
    """How many answers and ideas had been copied at the last look within an hour; all together."""

    __tablename__ = "hour_mark"

    hour: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    presses: Mapped[int] = mapped_column(BigInteger)
    ideas: Mapped[int] = mapped_column(BigInteger)

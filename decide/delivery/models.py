"""Deliveries: the row is the outbox, the file is its product."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
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
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of


class DeliveryState(StrEnum):
    """Where a delivery stands; the steps between are in `delivery.states`."""

    ORDERED = "ordered"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


class Delivery(Base):
    """One actor's database, built for one cut-off."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("actor_id", "version"),
        Index(
            "uq_delivery_in_hand",
            "actor_id",
            unique=True,
            postgresql_where=text("state IN ('ordered', 'building')"),
        ),
    )

    id: Mapped[Key]
    actor_id: Mapped[int] = mapped_column(ForeignKey("political_actor.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    cutoff: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[DeliveryState] = mapped_column(choice_of(DeliveryState, "state"))
    attempt: Mapped[int] = mapped_column(SmallInteger)
    progress: Mapped[int] = mapped_column(SmallInteger)  # per cent
    ordered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    touched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # the builder's heartbeat
    failure: Mapped[str | None] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None] = mapped_column(BigInteger)
    reactions: Mapped[int | None] = mapped_column(Integer)
    ideas: Mapped[int | None] = mapped_column(Integer)
    seal_number: Mapped[int | None] = mapped_column(ForeignKey("seal.number"))


class DeliveryDownload(Base):
    """Every download, by whom and why."""

    __tablename__ = "delivery_download"

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(Text)


class Acknowledgement(Base):
    """An actor's receipt for a package, on signed paper that is kept as it was given."""

    __tablename__ = "acknowledgement"

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), unique=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    folio: Mapped[str] = mapped_column(Text, unique=True)
    sha256: Mapped[str] = mapped_column(Text)  # of the package, as it was acknowledged
    paper: Mapped[bytes] = mapped_column(LargeBinary)  # the PDF
    signature: Mapped[str] = mapped_column(Text)  # the note that signs the PDF's hash


class DeliveryHandover(Base):
    """A copy handed over on a medium, with the person who received it."""

    __tablename__ = "delivery_handover"

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # when it was written down
    handed_on: Mapped[date] = mapped_column(Date)
    medium: Mapped[str] = mapped_column(Text)
    received_by: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)  # number of the letter that went with it
    scan_name: Mapped[str | None] = mapped_column(Text)  # of the signed receipt, kept by its hash
    scan_sha256: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger)


class DeliveryLetter(Base):
    """A formal letter that was printed. The newest one's words are where the next one begins."""

    __tablename__ = "delivery_letter"

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    number: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    account_id: Mapped[int] = mapped_column(BigInteger)


class DeliveryPhrase(Base):
    """A letter with a phrase that opens an encrypted copy. The phrase itself is kept nowhere."""

    __tablename__ = "delivery_phrase"

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    sha256: Mapped[str] = mapped_column(Text)  # of the encrypted copy
    size: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    account_id: Mapped[int] = mapped_column(BigInteger)


class AnswerState(StrEnum):
    """What an actor says it did with an idea."""

    READ = "read"
    STUDIED = "studied"
    ADOPTED = "adopted"
    DECLINED = "declined"


class IdeaAnswer(Base):
    """An actor's answer to an idea it received. Of an alliance's idea each member may give one."""

    __tablename__ = "idea_answer"
    __table_args__ = (
        CheckConstraint("char_length(text) <= 600", name="text_length"),
        CheckConstraint("state IN ('read', 'studied') OR text <> ''", name="reason"),
    )

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), primary_key=True)
    actor_id: Mapped[int] = mapped_column(
        ForeignKey("political_actor.id"), primary_key=True, index=True
    )
    state: Mapped[AnswerState] = mapped_column(choice_of(AnswerState, "state"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    account_id: Mapped[int] = mapped_column(BigInteger)

"""Deliveries: the row is the outbox, the file is its product."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
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

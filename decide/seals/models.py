"""Seals: what was sealed when, under which head; keys; witnesses."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key


class SealKey(Base):
    """A key that signs heads. The private part lies encrypted; a retired key signs no new head."""

    __tablename__ = "seal_key"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(Text)
    public: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    boxed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Seal(Base):
    """One head of the log: everything received before `through`, and the counts of that instant.

    `peaks` is the frontier of the tree, from which the next seal goes on. `audit_entry` is the last
    entry of the trail that `audit_head` covers.
    """

    __tablename__ = "seal"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    through: Mapped[datetime] = mapped_column(DateTime(timezone=True), unique=True)
    sealed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    peaks: Mapped[bytes] = mapped_column(LargeBinary)
    audit_entry: Mapped[int] = mapped_column(BigInteger)
    audit_head: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(Text)  # the signed checkpoint, as published


class SealedIdea(Base):
    """A leaf: which idea, under which seal, and the two halves of its hash.

    `salt_hash` tells whether the idea still is the one that was sealed: a withdrawal and a second
    sending give it another salt. An idea that came back has two leaves; the later one counts.
    """

    __tablename__ = "sealed_idea"
    __table_args__ = (Index("ix_sealed_idea_idea", "idea_id", "leaf"),)

    leaf: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seal_number: Mapped[int] = mapped_column(ForeignKey("seal.number"), index=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    content: Mapped[bytes] = mapped_column(LargeBinary(32))
    salt_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class SealCommitment(Base):
    """An actor's counts at a seal, committed to; `opening` is the counted text, compressed."""

    __tablename__ = "seal_commitment"

    seal_number: Mapped[int] = mapped_column(ForeignKey("seal.number"), primary_key=True)
    actor_id: Mapped[int] = mapped_column(
        ForeignKey("political_actor.id"), primary_key=True, index=True
    )
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    opening: Mapped[bytes] = mapped_column(LargeBinary)


class Countersignature(Base):
    """An actor's word that it saw a head: whoever shows another head later is found out."""

    __tablename__ = "countersignature"
    __table_args__ = (UniqueConstraint("seal_number", "actor_id"),)

    id: Mapped[Key]
    seal_number: Mapped[int] = mapped_column(ForeignKey("seal.number"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("political_actor.id"), index=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

"""Official results. Blank means “did not run”; zero means “ran, no votes”."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import DateTime, ForeignKey, Integer, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from decide.catalog.models import Post
from decide.kernel.db import Base, Key, choice_of


class ResultStatus(StrEnum):
    """Legal standing of a result."""

    PRELIMINARY = "preliminary"
    COUNT = "count"
    FINAL = "final"
    ANNULLED = "annulled"
    EXTRAORDINARY = "extraordinary"


class Result(Base):
    """One version of a contest's result."""

    __tablename__ = "result"
    __table_args__ = (UniqueConstraint("contest_id", "version"),)

    id: Mapped[Key]
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[ResultStatus] = mapped_column(choice_of(ResultStatus, "status"))
    source: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    valid: Mapped[int | None] = mapped_column(Integer)
    unregistered: Mapped[int | None] = mapped_column(Integer)
    null_votes: Mapped[int | None] = mapped_column(Integer)
    total: Mapped[int | None] = mapped_column(Integer)
    nominal_list: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text, default="")


class ResultVote(Base):
    """Votes of one option on the ballot. `actor_id` is empty for one that is not in the catalog."""

    __tablename__ = "result_vote"

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("political_actor.id"), index=True)
    label: Mapped[str] = mapped_column(Text)
    votes: Mapped[int] = mapped_column(Integer)


class Principle(StrEnum):
    """How a seat is won."""

    MAJORITY = "majority"
    PROPORTIONAL = "proportional"


class Elected(Base):
    """Who holds a seat. `rank` counts, from 1, the seats of one post, contest and principle."""

    __tablename__ = "elected"
    __table_args__ = (UniqueConstraint("contest_id", "post", "principle", "rank"),)

    id: Mapped[Key]
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    post: Mapped[Post] = mapped_column(choice_of(Post, "post"))
    principle: Mapped[Principle] = mapped_column(choice_of(Principle, "principle"))
    rank: Mapped[int] = mapped_column(SmallInteger)
    person: Mapped[str] = mapped_column(Text)
    # The party that the source names, which inside an alliance is one of its members.
    party_id: Mapped[int | None] = mapped_column(ForeignKey("political_actor.id"), index=True)
    source: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

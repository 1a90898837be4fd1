"""Official results. Blank means “did not run”; zero means “ran, no votes”."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
)
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


class ResultStation(Base):
    """One polling station of a version that was added up from stations.

    `votes` are those of the version's options, in the order of their positions.
    """

    __tablename__ = "result_station"

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), primary_key=True)
    section: Mapped[int] = mapped_column(SmallInteger, primary_key=True, index=True)
    booth: Mapped[str] = mapped_column(Text, primary_key=True)
    votes: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    unregistered: Mapped[int] = mapped_column(Integer)
    null_votes: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)


class EarlierProcess(Base):
    """An election of the past, to compare with. Nothing of it points to an actor of today."""

    __tablename__ = "earlier_process"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(Text, unique=True)  # "2015", in addresses and files
    name: Mapped[str] = mapped_column(Text)
    election_day: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class EarlierResult(Base):
    """What an earlier process gave in one municipality. `stations` = from how many it was added."""

    __tablename__ = "earlier_result"
    __table_args__ = (UniqueConstraint("process_id", "municipality_number"),)

    id: Mapped[Key]
    process_id: Mapped[int] = mapped_column(ForeignKey("earlier_process.id"))
    municipality_number: Mapped[int] = mapped_column(ForeignKey("municipality.number"), index=True)
    valid: Mapped[int | None] = mapped_column(Integer)
    unregistered: Mapped[int | None] = mapped_column(Integer)
    null_votes: Mapped[int | None] = mapped_column(Integer)
    total: Mapped[int | None] = mapped_column(Integer)
    nominal_list: Mapped[int | None] = mapped_column(Integer)
    stations: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text)


class EarlierVote(Base):
    """Votes of one option of the past, named as its source names it and by nothing else."""

    __tablename__ = "earlier_vote"

    result_id: Mapped[int] = mapped_column(ForeignKey("earlier_result.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
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

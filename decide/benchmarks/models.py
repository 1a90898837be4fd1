"""The benchmark of a year: its questions, the portals it compares, their answers, and the plan."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from decide.benchmarks.entries import BenchmarkState, StepState
from decide.kernel.db import Base, Key, choice_of


class Benchmark(Base):
    """One year. What the survey said of that year is kept with it when it is published."""

    __tablename__ = "benchmark"
    __table_args__ = (
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
    )

    id: Mapped[Key]
    year: Mapped[int] = mapped_column(SmallInteger, unique=True)
    state: Mapped[BenchmarkState] = mapped_column(choice_of(BenchmarkState, "state"))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    satisfaction: Mapped[float | None] = mapped_column(Float)
    survey_answers: Mapped[int | None] = mapped_column(Integer)


class BenchmarkQuestion(Base):
    """One question of a year; `scale` holds its answers from worst to best."""

    __tablename__ = "benchmark_question"
    __table_args__ = (
        UniqueConstraint("benchmark_id", "code", name="uq_benchmark_question_code"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),
    )

    id: Mapped[Key]
    benchmark_id: Mapped[int] = mapped_column(ForeignKey("benchmark.id", ondelete="RESTRICT"))
    code: Mapped[str] = mapped_column(Text)  # "2.3"
    position: Mapped[int] = mapped_column(Integer)
    section: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    weight: Mapped[int] = mapped_column(SmallInteger)
    scale: Mapped[str] = mapped_column(Text)


class BenchmarkPortal(Base):
    """A portal that is compared; one of them is the authority's own."""

    __tablename__ = "benchmark_portal"
    __table_args__ = (
        UniqueConstraint("benchmark_id", "code", name="uq_benchmark_portal_code"),
        Index("uq_benchmark_portal_own", "benchmark_id", unique=True, postgresql_where=text("own")),
    )

    id: Mapped[Key]
    benchmark_id: Mapped[int] = mapped_column(ForeignKey("benchmark.id", ondelete="RESTRICT"))
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    own: Mapped[bool] = mapped_column(Boolean)


class BenchmarkAnswer(Base):
    """What a question says of a portal; an evidence file lies under its hash and never changes."""

    __tablename__ = "benchmark_answer"
    __table_args__ = (
        UniqueConstraint("portal_id", "question_id", name="uq_benchmark_answer_one"),
        CheckConstraint("level >= 0", name="level"),
        CheckConstraint("(sha256 IS NULL) = (ending IS NULL)", name="file"),
    )

    id: Mapped[Key]
    portal_id: Mapped[int] = mapped_column(ForeignKey("benchmark_portal.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(
        ForeignKey("benchmark_question.id", ondelete="RESTRICT"), index=True
    )
    level: Mapped[int | None] = mapped_column(SmallInteger)  # None: the question does not apply
    note: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    ending: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)


class BenchmarkStep(Base):
    """One action of the improvement plan that follows from a year's benchmark."""

    __tablename__ = "benchmark_step"

    id: Mapped[Key]
    benchmark_id: Mapped[int] = mapped_column(
        ForeignKey("benchmark.id", ondelete="RESTRICT"), index=True
    )
    action: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[StepState] = mapped_column(choice_of(StepState, "state"))
    changed_by: Mapped[int | None] = mapped_column(BigInteger)

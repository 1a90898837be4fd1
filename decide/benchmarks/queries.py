"""Reading benchmarks with their scores; a handful of statements, whatever their size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.benchmarks.entries import AnswerEntry, BenchmarkState, QuestionEntry, StepState
from decide.benchmarks.models import (
    Benchmark,
    BenchmarkAnswer,
    BenchmarkPortal,
    BenchmarkQuestion,
    BenchmarkStep,
)
from decide.benchmarks.scores import Score, score_of
from decide.errors import NotFound
from decide.listening import queries as listening
from decide.statistics.disclosure import disclosed


@dataclass(frozen=True)
class AnswerLine:
    """What a question says of a portal, and what shows it."""

    id: int
    level: int | None
    note: str
    link: str
    ending: str | None
    sha256: str | None


@dataclass(frozen=True)
class PortalLine:
    """A compared portal with its answers by question code, and what it reached."""

    id: int
    code: str
    name: str
    address: str
    own: bool
    answers: Mapping[str, AnswerLine]
    score: Score


@dataclass(frozen=True)
class StepLine:
    """An action of the improvement plan."""

    id: int
    action: str
    area: str
    due_on: date
    state: StepState

    def is_late(self, today: date) -> bool:
        """Whether its date has passed and it is neither done nor dropped."""
        return today > self.due_on and self.state in (StepState.PLANNED, StepState.STARTED)


@dataclass(frozen=True)
class Whole:
    """The benchmark of a year. The own portal stands first, the others by name."""

    year: int
    state: BenchmarkState
    published_at: datetime | None
    satisfaction: float | None
    survey_answers: int
    questions: tuple[QuestionEntry, ...]
    portals: tuple[PortalLine, ...]
    steps: tuple[StepLine, ...]

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """Their names in order."""
        return tuple(dict.fromkeys(each.section for each in self.questions))

    @property
    def own(self) -> PortalLine | None:
        """The authority's own portal."""
        return next((each for each in self.portals if each.own), None)

    @property
    def told_satisfaction(self) -> float | None:
        """The survey's mean, from 1 to 5; None when too few answered to say it in public."""
        return self.satisfaction if disclosed(self.survey_answers) is not None else None

    def of_section(self, section: str) -> tuple[QuestionEntry, ...]:
        """Its questions."""
        return tuple(each for each in self.questions if each.section == section)

    def answered(self, portal: PortalLine, section: str | None = None) -> int:
        """How many questions have an answer, of all or of one section."""
        asked = self.questions if section is None else self.of_section(section)
        return sum(each.code in portal.answers for each in asked)


def years(session: Session, *, published: bool) -> tuple[int, ...]:
    """Which there are, the newest first."""
    wanted = select(Benchmark.year).order_by(Benchmark.year.desc())
    if published:
        wanted = wanted.where(Benchmark.state == BenchmarkState.PUBLISHED)
    return tuple(session.scalars(wanted))


def whole(session: Session, year: int) -> Whole:
    """One of them, draft or not; NotFound."""
    row = session.scalars(select(Benchmark).where(Benchmark.year == year)).one_or_none()
    if row is None:
        raise NotFound(f"No hay evaluación de {year}.")
    questions = session.scalars(
        select(BenchmarkQuestion)
        .where(BenchmarkQuestion.benchmark_id == row.id)
        .order_by(BenchmarkQuestion.position)
    ).all()
    asked = tuple(
        QuestionEntry(year, each.code, each.section, each.text, each.weight, each.scale)
        for each in questions
    )
    answers = answers_of(session, {each.id: each.code for each in questions})
    portals = session.scalars(
        select(BenchmarkPortal)
        .where(BenchmarkPortal.benchmark_id == row.id)
        .order_by(BenchmarkPortal.own.desc(), BenchmarkPortal.name, BenchmarkPortal.code)
    )
    steps = session.scalars(
        select(BenchmarkStep)
        .where(BenchmarkStep.benchmark_id == row.id)
        .order_by(BenchmarkStep.due_on, BenchmarkStep.id)
    )
    mean, count = row.satisfaction, row.survey_answers or 0
    if row.state is BenchmarkState.DRAFT:
        mean, count = listening.satisfaction(session, year)
    return Whole(
        year, row.state, row.published_at, mean, count, asked,
        tuple(portal_of(each, answers.get(each.id, {}), asked) for each in portals),
        tuple(StepLine(each.id, each.action, each.area, each.due_on, each.state)
              for each in steps),
    )  # fmt: skip


def answers_of(session: Session, codes: Mapping[int, str]) -> dict[int, dict[str, AnswerLine]]:
    """Answers to these questions by portal and code."""
    found: dict[int, dict[str, AnswerLine]] = {}
    for each in session.scalars(
        select(BenchmarkAnswer).where(BenchmarkAnswer.question_id.in_(codes))
    ):
        line = AnswerLine(each.id, each.level, each.note, each.link, each.ending, each.sha256)
        found.setdefault(each.portal_id, {})[codes[each.question_id]] = line
    return found


def portal_of(
    row: BenchmarkPortal, answers: Mapping[str, AnswerLine], asked: tuple[QuestionEntry, ...]
) -> PortalLine:
    """A row as a value, with its score."""
    levels = {code: each.level for code, each in answers.items()}
    score = score_of(asked, levels)
    return PortalLine(row.id, row.code, row.name, row.address, row.own, answers, score)


def portal(session: Session, portal_id: int) -> tuple[Whole, PortalLine]:
    """A portal and the year that it belongs to; NotFound."""
    year = session.scalar(
        select(Benchmark.year)
        .join(BenchmarkPortal, BenchmarkPortal.benchmark_id == Benchmark.id)
        .where(BenchmarkPortal.id == portal_id)
    )
    if year is None:
        raise NotFound("Ese portal no está en la evaluación.")
    found = whole(session, year)
    return found, next(each for each in found.portals if each.id == portal_id)


def evidence(session: Session, answer_id: int, *, published: bool) -> tuple[str, str]:
    """Hash and ending of an answer's file; NotFound, for the public also while it is a draft."""
    wanted = (
        select(BenchmarkAnswer.sha256, BenchmarkAnswer.ending)
        .join(BenchmarkPortal, BenchmarkPortal.id == BenchmarkAnswer.portal_id)
        .join(Benchmark, Benchmark.id == BenchmarkPortal.benchmark_id)
        .where(BenchmarkAnswer.id == answer_id, BenchmarkAnswer.sha256.is_not(None))
    )
    if published:
        wanted = wanted.where(Benchmark.state == BenchmarkState.PUBLISHED)
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("Esa evidencia no existe.")
    return str(row[0]), str(row[1])


def own_totals(session: Session) -> tuple[tuple[int, float], ...]:
    """What the own portal reached in each published year, the oldest first."""
    found = []
    for year in sorted(years(session, published=True)):
        own = whole(session, year).own
        if own is not None and own.score.total is not None:
            found.append((year, own.score.total))
    return tuple(found)


def lacking(told: Whole) -> list[str]:
    """What must still be done before it can be published, each as a sentence."""
    if not told.questions:
        return ["La evaluación no tiene preguntas. Importe el cuestionario."]
    if told.own is None:
        return ["Falta el portal propio. Agréguelo."]
    return [
        f"Faltan respuestas de «{each.name}»: {len(told.questions) - told.answered(each)}."
        for each in told.portals
        if told.answered(each) < len(told.questions)
    ]


def question_entries(session: Session) -> dict[tuple[str, ...], QuestionEntry]:
    """All questions of all years by key, as a list tells them."""
    found = (whole(session, year).questions for year in years(session, published=False))
    return {each.key: each for questions in found for each in questions}


def answer_entries(session: Session) -> dict[tuple[str, ...], AnswerEntry]:
    """All answers of all years by key, as a list tells them."""
    found = (
        each for year in years(session, published=False) for each in answers_told(session, year)
    )
    return {each.key: each for each in found}


def answers_told(session: Session, year: int) -> list[AnswerEntry]:
    """A year's answers as a list tells them: by portal, then by question."""
    told = whole(session, year)
    return [
        AnswerEntry(
            year, each.code, each.name, each.address, each.own, question.code,
            given.level, given.note, given.link,
        )
        for each in told.portals
        for question in told.questions
        if (given := each.answers.get(question.code)) is not None
    ]  # fmt: skip

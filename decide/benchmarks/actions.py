"""Writing a benchmark: questions and answers by their keys, portals, the plan, publishing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.benchmarks.entries import (
    AnswerEntry,
    BenchmarkState,
    QuestionEntry,
    StepState,
    place_of,
)
from decide.benchmarks.models import (
    Benchmark,
    BenchmarkAnswer,
    BenchmarkPortal,
    BenchmarkQuestion,
    BenchmarkStep,
)
from decide.benchmarks.queries import lacking, whole
from decide.benchmarks.shipped import questionnaire
from decide.commitments.evidence import KeptFile
from decide.errors import Conflict, NotFound, Refused
from decide.listening import queries as listening

CHANGED = ("section", "text", "weight", "scale", "position")


class Published(Conflict):
    """A published benchmark is not changed; it goes back to draft first, by two people."""


@dataclass(frozen=True)
class Given:
    """An answer from a form. `file` replaces the evidence that is there, `drop` takes it away."""

    code: str
    level: int | None
    note: str
    link: str
    file: KeptFile | None = None
    drop: bool = False


def start(session: Session, year: int, *, at: datetime, by: int | None) -> None:
    """Open a year's benchmark: questions and portals of the year before it, or the shipped ones.

    Conflict when the year is there already.
    """
    try:
        with session.begin_nested():
            session.add(Benchmark(year=year, state=BenchmarkState.DRAFT))
    except IntegrityError as error:
        raise Conflict(f"La evaluación de {year} ya existe. Ábrala en la lista.") from error
    before = session.scalar(select(func.max(Benchmark.year)).where(Benchmark.year < year))
    former = whole(session, before) if before is not None else None
    kept = former.questions if former else ()
    entries = [
        QuestionEntry(year, each.code, each.section, each.text, each.weight, each.scale)
        for each in kept or questionnaire(year)
    ]
    note(session, "benchmark.started", held(session, year), at=at, by=by)
    register_questions(session, entries, at=at, by=by)
    for portal in former.portals if former else ():
        add_portal(
            session, year, code=portal.code, name=portal.name, address=portal.address,
            own=portal.own, at=at, by=by,
        )  # fmt: skip


def register_questions(
    session: Session, entries: Sequence[QuestionEntry], *, at: datetime, by: int | None
) -> None:
    """Create or change questions by year and code; a year that is not there begins as a draft.

    Conflict for a scale that has no place for an answer given before.
    """
    for year in sorted({each.year for each in entries}):
        of_year = [each for each in entries if each.year == year]
        row = opened(session, year)
        statement = upsert(BenchmarkQuestion)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[BenchmarkQuestion.benchmark_id, BenchmarkQuestion.code],
                set_={name: statement.excluded[name] for name in CHANGED},
            ),
            [
                {
                    "benchmark_id": row.id, "code": each.code, "position": place_of(each.code),
                    "section": each.section, "text": each.text, "weight": each.weight,
                    "scale": each.scale,
                }
                for each in of_year
            ],
        )  # fmt: skip
        scales_hold(session, row.id, of_year)
        told = {"rows": len(of_year)}
        note(session, "benchmark.questions_registered", row, at=at, by=by, after=told)


def scales_hold(session: Session, benchmark_id: int, entries: Iterable[QuestionEntry]) -> None:
    """Conflict when an answer stands where a changed scale has no step any more."""
    highest = dict(
        session.execute(
            select(BenchmarkQuestion.code, func.max(BenchmarkAnswer.level))
            .join(BenchmarkAnswer, BenchmarkAnswer.question_id == BenchmarkQuestion.id)
            .where(BenchmarkQuestion.benchmark_id == benchmark_id)
            .group_by(BenchmarkQuestion.code)
        ).all()
    )
    for each in entries:
        if (highest.get(each.code) or 0) >= len(each.steps):
            raise Conflict(
                f"La pregunta {each.code} ya tiene respuestas que su nueva escala no permite."
            )


def remove_questions(
    session: Session, entries: Sequence[QuestionEntry], *, at: datetime, by: int | None
) -> None:
    """Take questions back; Conflict for one that was answered."""
    for year in sorted({each.year for each in entries}):
        row = drafted(session, year)
        codes = [each.code for each in entries if each.year == year]
        mine = select(BenchmarkQuestion.id).where(
            BenchmarkQuestion.benchmark_id == row.id, BenchmarkQuestion.code.in_(codes)
        )
        if session.scalar(
            select(BenchmarkAnswer.id).where(BenchmarkAnswer.question_id.in_(mine)).limit(1)
        ):
            raise Conflict("Una de esas preguntas ya tiene respuestas. No se puede quitar.")
        session.execute(delete(BenchmarkQuestion).where(BenchmarkQuestion.id.in_(mine)))
        told = {"rows": len(codes)}
        note(session, "benchmark.questions_removed", row, at=at, by=by, before=told)


def register_answers(
    session: Session, entries: Sequence[AnswerEntry], *, at: datetime, by: int | None
) -> None:
    """Create or change answers by year, portal and question; their portals with them.

    Evidence files stay. NotFound for a question that the year does not have.
    """
    for year in sorted({each.year for each in entries}):
        row = drafted(session, year)
        of_year = [each for each in entries if each.year == year]
        for portal in {each.portal: each for each in of_year}.values():
            add_portal(
                session, year, code=portal.portal, name=portal.name, address=portal.address,
                own=portal.own, at=at, by=by,
            )  # fmt: skip
        portals, questions = keys_of(session, row.id)
        for each in of_year:
            if each.code not in questions:
                raise NotFound(f"La evaluación de {year} no tiene la pregunta {each.code}.")
        put_answers(
            session,
            [
                (portals[each.portal], questions[each.code], each.level, each.note, each.link)
                for each in of_year
            ],
        )
        told = {"rows": len(of_year)}
        note(session, "benchmark.answers_registered", row, at=at, by=by, after=told)


def remove_answers(
    session: Session, entries: Sequence[AnswerEntry], *, at: datetime, by: int | None
) -> None:
    """Take answers back; a portal stays, even without answers."""
    for year in sorted({each.year for each in entries}):
        row = drafted(session, year)
        portals, questions = keys_of(session, row.id)
        for each in entries:
            if each.year == year:
                session.execute(
                    delete(BenchmarkAnswer).where(
                        BenchmarkAnswer.portal_id == portals.get(each.portal),
                        BenchmarkAnswer.question_id == questions.get(each.code),
                    )
                )
        told = {"rows": sum(each.year == year for each in entries)}
        note(session, "benchmark.answers_removed", row, at=at, by=by, before=told)


def put_answers(session: Session, rows: list[tuple[int, int, int | None, str, str]]) -> None:
    """Write (portal, question, level, note, link) by portal and question."""
    names = ("portal_id", "question_id", "level", "note", "link")
    statement = upsert(BenchmarkAnswer)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[BenchmarkAnswer.portal_id, BenchmarkAnswer.question_id],
            set_={name: statement.excluded[name] for name in names[2:]},
        ),
        [dict(zip(names, row, strict=True)) for row in rows],
    )


def answer(
    session: Session, portal_id: int, given: Sequence[Given], *, at: datetime, by: int
) -> None:
    """Keep the answers of a form, each with its evidence. NotFound, Published."""
    portal = session.get(BenchmarkPortal, portal_id)
    if portal is None:
        raise NotFound("Ese portal no está en la evaluación.")
    row = drafted_by_id(session, portal.benchmark_id)
    _, questions = keys_of(session, row.id)
    put_answers(
        session,
        [(portal.id, questions[each.code], each.level, each.note, each.link) for each in given],
    )
    for each in given:
        if each.file is not None or each.drop:
            kept = session.scalars(
                select(BenchmarkAnswer).where(
                    BenchmarkAnswer.portal_id == portal.id,
                    BenchmarkAnswer.question_id == questions[each.code],
                )
            ).one()
            kept.ending = each.file.ending if each.file else None
            kept.sha256 = each.file.sha256 if each.file else None
    told = {
        "portal": portal.code,
        "answers": ", ".join(f"{each.code}={'–' if each.level is None else each.level}"
                             for each in given),
    }  # fmt: skip
    note(session, "benchmark.answered", row, at=at, by=by, after=told)


def add_portal(
    session: Session,
    year: int,
    *,
    code: str,
    name: str,
    address: str,
    own: bool,
    at: datetime,
    by: int | None,
) -> None:
    """Create or change a portal of a year by its code. Conflict when another one is the own."""
    row = drafted(session, year)
    statement = upsert(BenchmarkPortal)
    try:
        with session.begin_nested():
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=[BenchmarkPortal.benchmark_id, BenchmarkPortal.code],
                    set_={field: statement.excluded[field] for field in ("name", "address", "own")},
                ),
                [{"benchmark_id": row.id, "code": code, "name": name, "address": address,
                  "own": own}],
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(
            "Ya hay un portal propio en esta evaluación. Solo uno puede serlo."
        ) from error
    note(session, "benchmark.portal_put", row, at=at, by=by, after={"portal": code, "name": name})


def remove_portal(session: Session, portal_id: int, *, at: datetime, by: int) -> int:
    """Take a portal and its answers out of a draft; gives the year."""
    portal = session.get(BenchmarkPortal, portal_id)
    if portal is None:
        raise NotFound("Ese portal no está en la evaluación.")
    row = drafted_by_id(session, portal.benchmark_id)
    before = {"portal": portal.code, "name": portal.name}
    session.execute(delete(BenchmarkAnswer).where(BenchmarkAnswer.portal_id == portal.id))
    session.delete(portal)
    note(session, "benchmark.portal_removed", row, at=at, by=by, before=before)
    return row.year


def put_step(
    session: Session,
    year: int,
    step_id: int | None,
    *,
    action: str,
    area: str,
    due_on: date,
    state: StepState,
    at: datetime,
    by: int | None,
) -> None:
    """Add an action to the improvement plan, or change one. The plan goes on after publishing."""
    row = held(session, year)
    step = BenchmarkStep(benchmark_id=row.id)
    if step_id is not None:
        found = session.get(BenchmarkStep, step_id)
        if found is None or found.benchmark_id != row.id:
            raise NotFound("Esa acción no está en el plan.")
        step = found
    before = {"state": step.state.value, "due_on": step.due_on.isoformat()} if step_id else {}
    step.action, step.area, step.due_on, step.state = action, area, due_on, state
    step.changed_by = by
    session.add(step)
    after = {"action": action, "state": state.value, "due_on": due_on.isoformat()}
    note(session, "benchmark.plan_changed", row, at=at, by=by, before=before, after=after)


def publish(session: Session, year: int, *, at: datetime, by: int | None, reason: str) -> None:
    """Let everybody read it, with what the survey said of that year. Refused while incomplete."""
    row = drafted(session, year)
    missing = lacking(whole(session, year))
    if missing:
        raise Refused(missing[0])
    row.state, row.published_at = BenchmarkState.PUBLISHED, at
    row.satisfaction, row.survey_answers = listening.satisfaction(session, year)
    note(session, "benchmark.published", row, at=at, by=by, reason=reason)


def reopen(session: Session, year: int, *, at: datetime, by: int, reason: str) -> None:
    """Take it back into the office to correct it. Refused when it is no published one."""
    row = held(session, year)
    if row.state is not BenchmarkState.PUBLISHED:
        raise Refused("Esta evaluación no está publicada.")
    row.state, row.published_at = BenchmarkState.DRAFT, None
    row.satisfaction, row.survey_answers = None, None
    note(session, "benchmark.reopened", row, at=at, by=by, reason=reason)


def keys_of(session: Session, benchmark_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Rows of a year by code: its portals, its questions."""
    portals = select(BenchmarkPortal.code, BenchmarkPortal.id).where(
        BenchmarkPortal.benchmark_id == benchmark_id
    )
    questions = select(BenchmarkQuestion.code, BenchmarkQuestion.id).where(
        BenchmarkQuestion.benchmark_id == benchmark_id
    )
    return (
        dict(session.execute(portals).all()),
        dict(session.execute(questions).all()),
    )


def opened(session: Session, year: int) -> Benchmark:
    """The draft of a year, made when there is none; Published."""
    session.execute(
        upsert(Benchmark).values(year=year, state=BenchmarkState.DRAFT).on_conflict_do_nothing()
    )
    return drafted(session, year)


def drafted(session: Session, year: int) -> Benchmark:
    """The draft of a year, held until the commit; NotFound, Published."""
    row = held(session, year)
    if row.state is not BenchmarkState.DRAFT:
        raise Published(f"La evaluación de {year} ya se publicó. Ya no se puede cambiar.")
    return row


def drafted_by_id(session: Session, benchmark_id: int) -> Benchmark:
    """The same by its number."""
    year = session.scalar(select(Benchmark.year).where(Benchmark.id == benchmark_id)) or 0
    return drafted(session, year)


def held(session: Session, year: int) -> Benchmark:
    """The benchmark of a year, held until the commit; NotFound."""
    row = session.scalars(
        select(Benchmark).where(Benchmark.year == year).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(f"No hay evaluación de {year}.")
    return row


def note(
    session: Session,
    deed: str,
    row: Benchmark,
    *,
    at: datetime,
    by: int | None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """Into the trail."""
    audit.record(
        session, deed, at=at, by=by, subject=("benchmark", row.id), before=before or {},
        after={"year": row.year, **(after or {})}, reason=reason or None,
    )  # fmt: skip

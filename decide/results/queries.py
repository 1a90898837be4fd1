"""Asking for official results. Only the newest version of each contest counts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from decide.catalog.models import Contest, ContestKind, PoliticalActor
from decide.catalog.queries import ACTOR, actor_ref
from decide.errors import NotFound
from decide.results.count import Count, VoteLine
from decide.results.models import Result, ResultVote

LINE = (
    ResultVote.position,
    ResultVote.label,
    ResultVote.votes,
    PoliticalActor.key,
    PoliticalActor.registration_order,
)
ACTOR_AT = 1 + len(LINE)  # after the result's id
LAST = 2**15  # later than any place of registration


@dataclass(frozen=True, kw_only=True)
class ContestResult(Count):
    """One version of a contest's result. Figures are empty when the election was annulled."""

    contest: str
    contest_name: str
    district: int | None
    municipality: int | None
    version: int
    status: str
    source: str
    recorded_at: datetime


@dataclass(frozen=True)
class Totals:
    """Sums over all contests of one kind. `counted` of `contests` have figures.

    `counted_list` is the nominal list of those only: an annulled election has a list and no votes.
    `counted_votes` are those of the contests that have both: only they say how many voted.
    """

    contests: int
    counted: int
    valid: int
    unregistered: int
    null_votes: int
    total: int
    nominal_list: int
    counted_list: int
    counted_votes: int
    votes: tuple[VoteLine, ...]

    @property
    def turnout(self) -> float | None:
        """Votes of a hundred people on the nominal list of the contests with figures."""
        return 100 * self.counted_votes / self.counted_list if self.counted_list else None

    def share(self, votes: int) -> float | None:
        """`votes` of a hundred of all votes cast."""
        return 100 * votes / self.total if self.total else None


def of_municipality(session: Session, number: int) -> ContestResult:
    """The newest result of an ayuntamiento; NotFound before there is one. Two statements."""
    return only(newest(session, Contest.municipality_number == number))


def of_district(session: Session, number: int) -> ContestResult:
    """The newest result of a district; NotFound before there is one. Two statements."""
    return only(newest(session, Contest.district_number == number))


def of_ayuntamientos(session: Session) -> tuple[ContestResult, ...]:
    """The newest result of every ayuntamiento by number; two statements."""
    return newest(session, Contest.kind == ContestKind.AYUNTAMIENTO)


def of_districts(session: Session) -> tuple[ContestResult, ...]:
    """The newest result of every district by number; two statements."""
    return newest(session, Contest.kind == ContestKind.DISTRICT)


def versions(session: Session, contest: str) -> tuple[ContestResult, ...]:
    """All versions of a contest's result, newest first; two statements."""
    rows = (
        select(Result, Contest)
        .join(Contest, Contest.id == Result.contest_id)
        .where(Contest.key == contest)
        .order_by(Result.version.desc())
    )
    return filled(session, session.execute(rows).all())


def totals(results: Iterable[Count]) -> Totals:
    """Sums over results: figures, and votes by option in registration order.

    Options that no actor of the catalog stands for come last, in the order of the ballot.
    """
    listed = tuple(results)
    lines: dict[str, VoteLine] = {}
    for result in listed:
        for line in result.votes:
            before = lines.get(line.option)
            lines[line.option] = replace(line, votes=line.votes + (before.votes if before else 0))
    in_order = sorted(lines.values(), key=lambda line: (line.order or LAST, line.position))
    return Totals(
        contests=len(listed),
        counted=sum(result.total is not None for result in listed),
        valid=sum(result.valid or 0 for result in listed),
        unregistered=sum(result.unregistered or 0 for result in listed),
        null_votes=sum(result.null_votes or 0 for result in listed),
        total=sum(result.total or 0 for result in listed),
        nominal_list=sum(result.nominal_list or 0 for result in listed),
        counted_list=sum(result.nominal_list or 0 for result in listed if result.total is not None),
        counted_votes=sum(result.total or 0 for result in listed if result.nominal_list),
        votes=tuple(in_order),
    )


def newest(session: Session, *where: ColumnElement[bool]) -> tuple[ContestResult, ...]:
    """The newest version of each contest that fits, by number."""
    rows = (
        select(Result, Contest)
        .join(Contest, Contest.id == Result.contest_id)
        .where(*where)
        .ext(distinct_on(Result.contest_id))
        .order_by(Result.contest_id, Result.version.desc())
    )
    results = filled(session, session.execute(rows).all())
    return tuple(sorted(results, key=lambda each: (each.district or 0, each.municipality or 0)))


def newest_ids(session: Session) -> dict[str, int]:
    """Id of the newest version by the contest's key; one statement."""
    rows = (
        select(Contest.key, Result.id)
        .join(Contest, Contest.id == Result.contest_id)
        .ext(distinct_on(Result.contest_id))
        .order_by(Result.contest_id, Result.version.desc())
    )
    return dict(session.execute(rows).all())


def filled(session: Session, rows: Sequence[tuple[Result, Contest]]) -> tuple[ContestResult, ...]:
    """Results with their votes, read in one statement."""
    votes: dict[int, list[VoteLine]] = defaultdict(list)
    lines: Any = session.execute(
        select(
            ResultVote.result_id,
            *LINE,
            *ACTOR,
        )
        .outerjoin(PoliticalActor, PoliticalActor.id == ResultVote.actor_id)
        .where(ResultVote.result_id.in_([result.id for result, _ in rows]))
        .order_by(ResultVote.result_id, ResultVote.position)
    )
    for row in lines:
        who = None if row[ACTOR_AT] is None else actor_ref(row, start=ACTOR_AT)
        position, label, count, code, order = row[1:ACTOR_AT]
        votes[row[0]].append(VoteLine(position, label, count, code, order, who))
    return tuple(
        ContestResult(
            contest=contest.key,
            contest_name=contest.name,
            district=contest.district_number,
            municipality=contest.municipality_number,
            version=result.version,
            status=result.status.value,
            source=result.source,
            recorded_at=result.recorded_at,
            valid=result.valid,
            unregistered=result.unregistered,
            null_votes=result.null_votes,
            total=result.total,
            nominal_list=result.nominal_list,
            note=result.note,
            votes=tuple(votes[result.id]),
        )
        for result, contest in rows
    )


def only(results: tuple[ContestResult, ...]) -> ContestResult:
    """The single result; NotFound when there is none."""
    if not results:
        raise NotFound("Todavía no hay un resultado oficial de esta elección.")
    return results[0]

"""Asking for processes of the past. Options are words of their source, never actors of today."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from decide.errors import NotFound
from decide.results.count import Count, VoteLine
from decide.results.entries import EarlierEntry, EarlierVoteEntry
from decide.results.models import EarlierProcess, EarlierResult, EarlierVote


@dataclass(frozen=True)
class EarlierProcessLine:
    """A process of the past; `places` says for how many municipalities it has a result."""

    key: str
    name: str
    election_day: date
    source: str
    note: str
    revision: int
    places: int

    @property
    def year(self) -> int:
        """The year of its election day, its short name on pages."""
        return self.election_day.year


@dataclass(frozen=True, kw_only=True)
class EarlierResultLine(Count):
    """What it gave in one municipality."""

    process: str
    municipality: int
    stations: int | None


def processes(session: Session) -> tuple[EarlierProcessLine, ...]:
    """All of them, the latest first, also those without results yet; one statement."""
    counted = (
        select(EarlierResult.process_id, func.count().label("places"))
        .group_by(EarlierResult.process_id)
        .subquery()
    )
    rows = session.execute(
        select(EarlierProcess, func.coalesce(counted.c.places, 0))
        .outerjoin(counted, counted.c.process_id == EarlierProcess.id)
        .order_by(EarlierProcess.election_day.desc(), EarlierProcess.id)
    )
    return tuple(
        EarlierProcessLine(
            row.key, row.name, row.election_day, row.source, row.note, row.revision, places
        )
        for row, places in rows
    )


def told(session: Session) -> tuple[EarlierProcessLine, ...]:
    """Those that have something to compare with; one statement."""
    return tuple(each for each in processes(session) if each.places)


def process(session: Session, key: str) -> EarlierProcessLine:
    """The one with this key; NotFound. One statement."""
    found = next((each for each in processes(session) if each.key == key), None)
    if found is None:
        raise NotFound("Ese proceso anterior no está registrado.")
    return found


def results_of(session: Session, key: str) -> tuple[EarlierResultLine, ...]:
    """Every municipality of a process by number; two statements."""
    return filled(session, EarlierProcess.key == key)


def at_municipality(session: Session, number: int) -> tuple[EarlierResultLine, ...]:
    """What each process gave in one municipality, the latest process first; two statements."""
    return filled(session, EarlierResult.municipality_number == number)


def entries(session: Session, key: str) -> dict[tuple[str, ...], EarlierEntry]:
    """The results of a process as entries by key, for comparing with a file; two statements."""
    found = (
        EarlierEntry(
            process=each.process,
            municipality=each.municipality,
            valid=each.valid,
            unregistered=each.unregistered,
            null_votes=each.null_votes,
            total=each.total,
            nominal_list=each.nominal_list,
            stations=each.stations,
            note=each.note,
            votes=tuple(
                EarlierVoteEntry(line.position, line.label, line.votes) for line in each.votes
            ),
        )
        for each in results_of(session, key)
    )
    return {entry.key: entry for entry in found}


def filled(session: Session, *where: ColumnElement[bool]) -> tuple[EarlierResultLine, ...]:
    """Results that fit, with their votes, by process and number."""
    rows = session.execute(
        select(EarlierResult, EarlierProcess.key)
        .join(EarlierProcess, EarlierProcess.id == EarlierResult.process_id)
        .where(*where)
        .order_by(
            EarlierProcess.election_day.desc(),
            EarlierProcess.id,
            EarlierResult.municipality_number,
        )
    ).all()
    votes: dict[int, list[VoteLine]] = defaultdict(list)
    for line in session.scalars(
        select(EarlierVote)
        .where(EarlierVote.result_id.in_([row.id for row, _ in rows]))
        .order_by(EarlierVote.result_id, EarlierVote.position)
    ):
        votes[line.result_id].append(
            VoteLine(line.position, line.label, line.votes, None, None, None)
        )
    return tuple(
        EarlierResultLine(
            process=key,
            municipality=row.municipality_number,
            valid=row.valid,
            unregistered=row.unregistered,
            null_votes=row.null_votes,
            total=row.total,
            nominal_list=row.nominal_list,
            stations=row.stations,
            note=row.note,
            votes=tuple(votes[row.id]),
        )
        for row, key in rows
    )

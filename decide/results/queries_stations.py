"""Asking for results by polling station, of the newest version that was added up from them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from decide.catalog.models import Contest
from decide.errors import NotFound
from decide.results.count import Count, VoteLine
from decide.results.entries import StationEntry
from decide.results.models import Result, ResultStation
from decide.results.queries import ContestResult, filled


@dataclass(frozen=True, kw_only=True)
class Station(Count):
    """One polling station, with its votes by option."""

    section: int
    booth: str


@dataclass(frozen=True, kw_only=True)
class SectionSum(Count):
    """What the stations of one section add up to."""

    section: int
    stations: int


@dataclass(frozen=True)
class Stations:
    """A contest's stations by section and name; `result` is the version they add up to."""

    result: ContestResult
    stations: tuple[Station, ...]

    @property
    def sections(self) -> tuple[SectionSum, ...]:
        """The same by section."""
        found: dict[int, list[Station]] = defaultdict(list)
        for each in self.stations:
            found[each.section].append(each)
        return tuple(added(section, found[section]) for section in sorted(found))


def added(section: int, stations: list[Station]) -> SectionSum:
    """Stations of one section, added up."""
    lines = zip(*(each.votes for each in stations), strict=True)
    return SectionSum(
        section=section,
        stations=len(stations),
        valid=sum(each.valid or 0 for each in stations),
        unregistered=sum(each.unregistered or 0 for each in stations),
        null_votes=sum(each.null_votes or 0 for each in stations),
        total=sum(each.total or 0 for each in stations),
        nominal_list=None,
        note="",
        votes=tuple(summed(line) for line in lines),
    )


def summed(lines: Iterable[VoteLine]) -> VoteLine:
    """Votes of one option in several stations."""
    first, *rest = lines
    return VoteLine(
        first.position,
        first.label,
        first.votes + sum(each.votes for each in rest),
        first.actor,
        first.order,
        first.who,
    )


def of_contest(session: Session, contest: str) -> Stations:
    """All stations of a contest; NotFound when none are loaded. Three statements."""
    return only(session, Contest.key == contest)


def of_section(session: Session, section: int) -> tuple[Stations, ...]:
    """The stations of one section in every contest that has them; NotFound. Three statements."""
    found = groups(session, section=section)
    if not found:
        raise NotFound("No hay resultados por casilla de esa sección.")
    return found


def everywhere(session: Session) -> tuple[Stations, ...]:
    """All stations of all contests; three statements."""
    return groups(session)


def has_stations(session: Session, contest: str) -> bool:
    """Whether a contest's stations are loaded; one statement."""
    rows = (
        select(ResultStation.result_id)
        .join(Result, Result.id == ResultStation.result_id)
        .join(Contest, Contest.id == Result.contest_id)
        .where(Contest.key == contest)
    )
    return bool(session.scalar(select(rows.exists())))


def municipalities_told(session: Session) -> tuple[int, ...]:
    """Numbers of the municipalities whose stations are loaded; one statement."""
    rows = (
        select(Contest.municipality_number)
        .join(Result, Result.contest_id == Contest.id)
        .where(
            Contest.municipality_number.is_not(None),
            select(ResultStation.result_id).where(ResultStation.result_id == Result.id).exists(),
        )
        .distinct()
        .order_by(Contest.municipality_number)
    )
    return tuple(number for number in session.scalars(rows) if number is not None)


def entries_of(session: Session, results: Iterable[int]) -> dict[int, tuple[StationEntry, ...]]:
    """The stations of results, by the result's id; one statement."""
    found: dict[int, list[StationEntry]] = defaultdict(list)
    for each in session.scalars(
        select(ResultStation)
        .where(ResultStation.result_id.in_(list(results)))
        .order_by(ResultStation.result_id, ResultStation.section, ResultStation.booth)
    ):
        found[each.result_id].append(
            StationEntry(
                each.section, each.booth, tuple(each.votes), each.unregistered, each.null_votes,
                each.total,
            )
        )  # fmt: skip
    return {number: tuple(stations) for number, stations in found.items()}


def only(session: Session, *where: ColumnElement[bool]) -> Stations:
    """The single group; NotFound when there is none."""
    found = groups(session, *where)
    if not found:
        raise NotFound("No hay resultados por casilla de esa elección.")
    return found[0]


def groups(
    session: Session, *where: ColumnElement[bool], section: int | None = None
) -> tuple[Stations, ...]:
    """Stations by contest, of the newest version that has any."""
    had = aliased(Result)
    newest = (
        select(func.max(had.version))
        .where(
            had.contest_id == Result.contest_id,
            select(ResultStation.result_id).where(ResultStation.result_id == had.id).exists(),
        )
        .correlate(Result)
        .scalar_subquery()
    )
    rows = list(
        session.execute(
            select(Result, Contest)
            .join(Contest, Contest.id == Result.contest_id)
            .where(Result.version == newest, *where)
            .order_by(Contest.district_number, Contest.municipality_number, Contest.id)
        )
    )
    asked = (
        select(ResultStation)
        .where(ResultStation.result_id.in_([result.id for result, _ in rows]))
        .order_by(ResultStation.section, ResultStation.booth)
    )
    if section is not None:
        asked = asked.where(ResultStation.section == section)
    stations: dict[int, list[ResultStation]] = defaultdict(list)
    for each in session.scalars(asked):
        stations[each.result_id].append(each)
    kept = [(result, contest) for result, contest in rows if stations[result.id]]
    return tuple(
        Stations(told, tuple(station(each, told) for each in stations[row.id]))
        for (row, _), told in zip(kept, filled(session, kept), strict=True)
    )


def station(row: ResultStation, result: ContestResult) -> Station:
    """A row with the options of its result."""
    votes = tuple(
        VoteLine(line.position, line.label, count, line.actor, line.order, line.who)
        for line, count in zip(result.votes, row.votes, strict=True)
    )
    return Station(
        section=row.section,
        booth=row.booth,
        valid=sum(row.votes),
        unregistered=row.unregistered,
        null_votes=row.null_votes,
        total=row.total,
        nominal_list=None,
        note="",
        votes=votes,
    )

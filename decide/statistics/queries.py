"""Asking for the statistics. Whoever asks here gets figures as they may be told, and no others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from decide.catalog.models import PoliticalActor, Subject
from decide.statistics.disclosure import SMALLEST, disclosed, enough
from decide.statistics.funnel import Funnel, funnel
from decide.statistics.models import ClosedDay, VisitCount
from decide.statistics.sources import Source
from decide.statistics.speed import SPEED, Speed, speeds
from decide.statistics.tally import EFFORT, IN_VAIN


@dataclass(frozen=True)
class Figure:
    """A count under its key; `views` is None where it is too small to be told."""

    key: str
    views: int | None


@dataclass(frozen=True)
class DayLine:
    """One day that is over."""

    day: date
    views: int | None
    visitors: int | None


@dataclass(frozen=True)
class Report:
    """The use of the tool up to the last closed day.

    `reactions` and `ideas` are None while too few actors take part to hide what each received.
    """

    first: date
    last: date
    views: int | None
    robots: int | None
    reactions: int | None
    ideas: int | None
    funnel: Funnel
    days: tuple[DayLine, ...]
    hours: tuple[Figure, ...]
    kinds: tuple[Figure, ...]
    sources: tuple[Figure, ...]
    places: tuple[Figure, ...]
    terms: tuple[Figure, ...]
    downloads: tuple[Figure, ...]
    in_vain: tuple[Figure, ...]
    speeds: tuple[Speed, ...]


PEOPLE: ColumnElement[bool] = VisitCount.source != Source.ROBOT
VIEWS: ColumnElement[bool] = VisitCount.kind.not_in((IN_VAIN, EFFORT, SPEED, "download"))
SUM = func.sum(VisitCount.views)


def report(session: Session) -> Report | None:
    """All that may be published; None before the first day has been closed."""
    closed = session.execute(
        select(ClosedDay.day, ClosedDay.visitors, ClosedDay.reactions, ClosedDay.ideas).order_by(
            ClosedDay.day
        )
    ).all()
    if not closed:
        return None
    over = VisitCount.day <= closed[-1].day
    by_day = dict(
        session.execute(
            select(VisitCount.day, SUM).where(over, PEOPLE, VIEWS).group_by(VisitCount.day)
        ).all()
    )
    hidden = not enough(actors_taking_part(session))
    return Report(
        first=closed[0].day,
        last=closed[-1].day,
        views=disclosed(sum(by_day.values())),
        robots=disclosed(total(session, over, VisitCount.source == Source.ROBOT)),
        reactions=None if hidden else disclosed(closed[-1].reactions),
        ideas=None if hidden else disclosed(closed[-1].ideas),
        funnel=funnel(
            (each.visitors for each in closed),
            reactions=closed[-1].reactions,
            ideas=closed[-1].ideas,
            hidden=hidden,
        ),
        days=tuple(
            DayLine(each.day, disclosed(by_day.get(each.day, 0)), disclosed(each.visitors))
            for each in closed
        ),
        hours=by_hour(session, over, PEOPLE, VIEWS),
        kinds=grouped(session, VisitCount.kind, over, PEOPLE, VIEWS),
        sources=grouped(session, VisitCount.source, over, PEOPLE, VIEWS),
        places=of_items(session, "place", over),
        terms=of_items(session, "glossary", over),
        downloads=grouped(session, VisitCount.item, over, PEOPLE, VisitCount.kind == "download"),
        in_vain=grouped(session, VisitCount.item, over, PEOPLE, VisitCount.kind == IN_VAIN),
        speeds=speeds_in(session, over),
    )


def funnel_of(session: Session, *, hidden: bool) -> Funnel | None:
    """From visits to ideas over all closed days; None before the first. Two statements.

    `hidden` says that too few actors take part.
    """
    newest = select(ClosedDay.reactions, ClosedDay.ideas).order_by(ClosedDay.day.desc()).limit(1)
    last = session.execute(newest).one_or_none()
    if last is None:
        return None
    visitors = session.scalar(select(func.sum(ClosedDay.visitors))) or 0
    return funnel(
        (int(visitors),),
        reactions=last.reactions,
        ideas=last.ideas,
        hidden=hidden,
    )


def actors_taking_part(session: Session) -> int:
    """How many actors have something that citizens may answer, or had."""
    took_part = select(func.count(Subject.actor_id.distinct())).join(
        PoliticalActor, PoliticalActor.id == Subject.actor_id
    )
    return session.scalar(took_part.where(Subject.version > 0, ~PoliticalActor.is_test)) or 0


def total(session: Session, *where: ColumnElement[bool]) -> int:
    """Sum of the counts that fit."""
    return int(session.scalar(select(SUM).where(*where)) or 0)


def grouped(
    session: Session, by: ColumnElement[Any] | Any, *where: ColumnElement[bool]
) -> tuple[Figure, ...]:
    """Sums by one column, in the alphabet of its keys."""
    rows = session.execute(select(by, SUM).where(*where).group_by(by).order_by(by))
    return figures(rows.all())


def by_hour(session: Session, *where: ColumnElement[bool]) -> tuple[Figure, ...]:
    """Sums of all days by hour, from "00" to "23"."""
    rows = session.execute(
        select(VisitCount.hour, SUM).where(*where).group_by(VisitCount.hour)
    ).all()
    counts = dict(rows)
    return figures((f"{hour:02d}", counts.get(hour, 0)) for hour in range(24))


def views_by_hour(session: Session, *, since: date) -> tuple[tuple[date, int, int], ...]:
    """(day, hour, views by people) as counted, for whoever runs the service; one statement."""
    rows = session.execute(
        select(VisitCount.day, VisitCount.hour, SUM)
        .where(VisitCount.day >= since, PEOPLE, VIEWS)
        .group_by(VisitCount.day, VisitCount.hour)
        .order_by(VisitCount.day, VisitCount.hour)
    )
    return tuple((day, hour, int(views)) for day, hour, views in rows)


def of_items(session: Session, kind: str, over: ColumnElement[bool]) -> tuple[Figure, ...]:
    """Sums of one kind by item; pages of results of a place belong to the place too."""
    kinds = (kind, "result") if kind == "place" else (kind,)
    return grouped(
        session,
        VisitCount.item,
        over,
        PEOPLE,
        VisitCount.kind.in_(kinds),
        VisitCount.item != "",
    )


def speeds_in(session: Session, over: ColumnElement[bool]) -> tuple[Speed, ...]:
    """How fast pages were; one statement."""
    rows = session.execute(
        select(VisitCount.item, SUM).where(over, VisitCount.kind == SPEED).group_by(VisitCount.item)
    )
    counts = {item: int(count) for item, count in rows}
    return speeds(counts, fewest=SMALLEST)


def figures(rows: Iterable[Sequence[Any]]) -> tuple[Figure, ...]:
    """Counts as they may be told."""
    return tuple(Figure(str(key), disclosed(int(views))) for key, views in rows)

"""The whole picture at an instant: rhythm, machine, deliveries, duties, how far the actors are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from decide.calendar import queries as calendar
from decide.calendar.rules import Standing
from decide.catalog.queries_completeness import Completeness, completeness
from decide.delivery import queries as deliveries
from decide.kernel.resources import Resources
from decide.participation import queries as participation
from decide.participation import rhythm
from decide.participation.queries import Totals
from decide.participation.rhythm import Hour
from decide.statistics.disclosure import enough
from decide.statistics.funnel import Funnel
from decide.statistics.queries import actors_taking_part, funnel_of, views_by_hour
from decide.watch import machine
from decide.watch.due import Due, due
from decide.watch.machine import Reading

HOURS = 24
DAYS = 14


@dataclass(frozen=True)
class Beat:
    """One hour or one day. Answers and ideas are None while too few actors take part."""

    begins: datetime
    visits: int
    presses: int | None
    ideas: int | None


@dataclass(frozen=True)
class Picture:
    """All of it. `told` says whether sums over everybody hide what each actor received."""

    now: datetime
    standing: Standing
    told: bool
    totals: Totals
    hours: tuple[Beat, ...]
    days: tuple[Beat, ...]
    parts: tuple[Reading, ...]
    deliveries: dict[str, int]
    due: tuple[Due, ...]
    completeness: Completeness
    funnel: Funnel | None  # of the days that are over, as it may be told


def picture(session: Session, own: Resources, person: int) -> Picture:
    """Look at everything once, for one person of the office."""
    now = own.clock.now(session)
    zone = ZoneInfo(own.settings.time_zone)
    today = now.astimezone(zone).date()
    windows = calendar.windows(session)
    told = enough(actors_taking_part(session))
    hours, days = beats(session, zone, now, told=told)
    drain, ledger = machine.of_ledger(own, participation.cursors_of(session))
    return Picture(
        now=now,
        standing=calendar.standing_at(session, now),
        told=told,
        totals=participation.totals(session, today),
        hours=hours,
        days=days,
        parts=(
            drain,
            machine.of_queue(own),
            machine.of_pressure(session),
            machine.of_seals(session, windows, zone, now),
            machine.of_mail(session),
            machine.of_disk(own.settings.files_folder),
            machine.of_database(session),
            ledger,
        ),
        deliveries=deliveries.states(session),
        due=due(session, person, at=now, today=today),
        completeness=completeness(session),
        funnel=funnel_of(session, hidden=not told),
    )


def beats(
    session: Session, zone: ZoneInfo, now: datetime, *, told: bool
) -> tuple[tuple[Beat, ...], tuple[Beat, ...]]:
    """The last hours and the last days, this one included; two statements."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=DAYS - 1)
    since = datetime.combine(first, datetime.min.time(), zone).astimezone(UTC)
    brought = {each.begins: each for each in rhythm.hours(session, since=since)}
    seen = {
        datetime.combine(day, datetime.min.time(), zone).replace(hour=hour).astimezone(UTC): views
        for day, hour, views in views_by_hour(session, since=first)
    }
    newest = rhythm.hour_of(now)
    instants = [newest - timedelta(hours=back) for back in range(HOURS)][::-1]
    hours = merged(seen, brought)
    by_day = {first + timedelta(days=n): [0, 0, 0] for n in range(DAYS)}
    for instant, sums in hours.items():
        day = instant.astimezone(zone).date()
        by_day[day] = [a + b for a, b in zip(by_day.get(day, [0, 0, 0]), sums, strict=True)]
    return (
        tuple(beat(told, each, *hours.get(each, (0, 0, 0))) for each in instants),
        tuple(
            beat(told, datetime.combine(day, datetime.min.time(), zone), *sums)
            for day, sums in by_day.items()
        ),
    )


def merged(
    seen: Mapping[datetime, int], brought: Mapping[datetime, Hour]
) -> dict[datetime, tuple[int, int, int]]:
    """Visits, answers and ideas of each hour that had any."""
    none = Hour(datetime.min.replace(tzinfo=UTC), 0, 0)
    return {
        each: (seen.get(each, 0), brought.get(each, none).presses, brought.get(each, none).ideas)
        for each in seen.keys() | brought.keys()
    }


def beat(told: bool, begins: datetime, visits: int, presses: int, ideas: int) -> Beat:
    """One of them, without what may not be told."""
    return Beat(begins, visits, presses if told else None, ideas if told else None)

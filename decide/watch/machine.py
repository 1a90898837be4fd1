"""How each part of the machine is: a figure, and whether somebody should look.

A part that does not answer is said to be away and keeps no other from being told.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.calendar.rules import Window, closing
from decide.kernel.db import size_of
from decide.kernel.redis import RedisError, nodes
from decide.kernel.resources import Resources
from decide.participation import pressure
from decide.participation import queries as participation
from decide.seals import actions as sealing
from decide.seals import queries as seals

# From these figures on somebody should look, and from these on at once.
WAITING = (1_000, 20_000)  # answers not copied yet
JOBS = (50, 500)  # jobs that no worker has taken
FREE = (20, 10)  # per cent of the disk that is left
LATE = timedelta(hours=1)  # a seal that is due for so long was missed
_OUTBOXES = text(
    "SELECT coalesce(sum(waiting), 0), coalesce(sum(failed), 0) FROM ("
    " SELECT count(*) FILTER (WHERE state = 'queued') AS waiting,"
    " count(*) FILTER (WHERE state = 'failed') AS failed FROM mail"
    " UNION ALL SELECT count(*) FILTER (WHERE state = 'queued'),"
    " count(*) FILTER (WHERE state = 'failed') FROM letter_to_list"
    " UNION ALL SELECT count(*) FILTER (WHERE mail = 'queued'),"
    " count(*) FILTER (WHERE mail = 'failed') FROM arco_request) outboxes"
)


class State(StrEnum):
    """Of a part, from well to worst."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    AWAY = "away"


class Part(StrEnum):
    """What the machine is made of, in the order in which an answer passes it."""

    DRAIN = "drain"
    QUEUE = "queue"
    PRESSURE = "pressure"
    SEALS = "seals"
    MAIL = "mail"
    DISK = "disk"
    DATABASE = "database"
    LEDGER = "ledger"


@dataclass(frozen=True)
class Reading:
    """One part. `figures` mean what the part's sentence says; none when it is away."""

    part: Part
    state: State
    figures: tuple[int, ...] = ()
    since: datetime | None = None


def of_ledger(own: Resources, cursors: participation.Cursors) -> tuple[Reading, Reading]:
    """What waits to be copied, and the memory of the log's servers."""
    try:
        waiting = sum(lag.waiting for lag in participation.lag(own, cursors))
        facts = [told for _, told in nodes(own.ledger)]
    except RedisError:
        return Reading(Part.DRAIN, State.AWAY), Reading(Part.LEDGER, State.AWAY)
    writes = all(each.get("aof_last_write_status", "ok") == "ok" for each in facts)
    return (
        Reading(Part.DRAIN, above(waiting, WAITING), (waiting,)),
        Reading(
            Part.LEDGER,
            State.GOOD if writes else State.BAD,
            (sum(int(each["used_memory"]) for each in facts),),
        ),
    )


def of_queue(own: Resources) -> Reading:
    """Jobs that wait, and those that failed within a day."""
    try:
        waiting, failed = own.jobs.waiting(), own.jobs.failed()
    except RedisError:
        return Reading(Part.QUEUE, State.AWAY)
    state = above(waiting, JOBS)
    if failed and state is State.GOOD:
        state = State.WATCH
    return Reading(Part.QUEUE, state, (waiting, failed))


def of_pressure(session: Session) -> Reading:
    """The level: 0 normal, 1 alert, 2 siege."""
    standing = pressure.standing(session)
    place = pressure.ORDER.index(standing.level)
    return Reading(Part.PRESSURE, tuple(State)[place], (place,), standing.since)


def of_seals(
    session: Session, windows: tuple[Window, ...], zone: ZoneInfo, at: datetime
) -> Reading:
    """How many seals are missing, and through when everything is sealed."""
    last = seals.newest_at(session)
    opening = min((each.opens_at for each in windows if each.takes_part), default=None)
    if opening is None:
        return Reading(Part.SEALS, State.GOOD, (0,), last)
    known = [last] if last else []
    due = sealing.due(known, opening, closing(windows, at), at, zone)
    missed = sum(each <= at - LATE for each in due)
    return Reading(Part.SEALS, State.BAD if missed else State.GOOD, (missed,), last)


def of_mail(session: Session) -> Reading:
    """Mails of all three outboxes that wait, and that could not be sent."""
    waiting, failed = session.execute(_OUTBOXES).one()
    return Reading(Part.MAIL, State.WATCH if failed else State.GOOD, (int(waiting), int(failed)))


def of_disk(folder: Path) -> Reading:
    """Bytes that are free, and all there are, where deliveries and uploads are kept."""
    used = shutil.disk_usage(existing(folder))
    share = used.free * 100 // used.total
    state = State.BAD if share < FREE[1] else State.WATCH if share < FREE[0] else State.GOOD
    return Reading(Part.DISK, state, (used.free, used.total))


def of_database(session: Session) -> Reading:
    """Bytes of the database."""
    return Reading(Part.DATABASE, State.GOOD, (size_of(session),))


def above(figure: int, limits: tuple[int, int]) -> State:
    """Well below the first limit, bad from the second on."""
    if figure >= limits[1]:
        return State.BAD
    return State.WATCH if figure >= limits[0] else State.GOOD


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there already."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())

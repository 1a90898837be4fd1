"""What the timetable runs: every seal that is due, missed days too; then the log may shorten."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from decide.calendar import queries as calendar
from decide.calendar.rules import closing
from decide.errors import Unavailable
from decide.kernel.db import patient
from decide.kernel.jobs import job
from decide.kernel.log import logger
from decide.kernel.redis import RedisError
from decide.kernel.resources import Resources
from decide.participation import queries as participation
from decide.participation.trim import trim
from decide.seals import actions, keys, queries
from decide.seals.models import Seal

# An answer that the calendar still let in may take this long to reach the log.
GRACE = timedelta(seconds=10)
# So much of what is sealed stays in the log besides: an older copy of the database that is restored
# finds there what came after it.
STAYS = timedelta(days=2)

log = logger("seals")


@job
def seal_due(resources: Resources, _turn: int) -> None:
    """Make every seal that is due and whose answers are all in SQL."""
    catch_up(resources)


@job
def shorten_log(resources: Resources, _turn: int) -> None:
    """Drop from the press log what is stored, sealed, and older than two days before the seal."""
    try:
        trim_sealed(resources)
    except RedisError as error:
        log.warning("log.not_shortened", kind=type(error).__name__)


def trim_sealed(resources: Resources) -> int:
    """As `shorten_log`; returns how many entries went. Before the first seal nothing does."""
    with resources.database.reading() as session:
        sealed = queries.newest_at(session)
    return 0 if sealed is None else trim(resources, sealed - STAYS)


def catch_up(resources: Resources) -> int:
    """Make what is due, oldest first; returns how many seals were made.

    Stops at the first instant that the drain has not passed: a later turn goes on.
    """
    made = 0
    for through in due_now(resources):
        if not seal_through(resources, through):
            break
        made += 1
    return made


def seal_through(resources: Resources, through: datetime, *, by: int | None = None) -> bool:
    """Make one seal, unless it is too early to be sure of everything before it."""
    with resources.database.reading() as session:
        now = resources.clock.now(session)
    if now < through + GRACE or not _all_copied(resources, through):
        return False
    with resources.database.transaction() as session:
        # Whoever seals at the same moment is waited for; then the same instant is the same seal.
        patient(session)
        at = resources.clock.now(session)
        keys.ensure_key(session, resources.settings, at=at)
        actions.seal(session, resources.settings, through=through, at=at, by=by)
    return True


def due_now(resources: Resources) -> list[datetime]:
    """The instants that are due; empty before there is a calendar."""
    with resources.database.reading() as session:
        now = resources.clock.now(session)
        windows = calendar.windows(session)
        opening = min((each.opens_at for each in windows if each.takes_part), default=None)
        if opening is None:
            return []
        sealed = session.scalars(select(Seal.through)).all()
    zone = ZoneInfo(resources.settings.time_zone)
    return actions.due(sealed, opening, closing(windows, now), now, zone)


def _all_copied(resources: Resources, through: datetime) -> bool:
    try:
        return participation.undrained_before(resources, through) == 0
    except Unavailable:
        log.warning("seal.waits", reason="the press log does not answer")
        return False

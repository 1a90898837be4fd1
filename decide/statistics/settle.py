"""From Redis to SQL: batches of counts every minute, and the closing of a day after midnight.

The open hash is renamed to a batch with a name of its own; the batch is added to the sums and its
name is written down in one transaction. Killed in between, the next turn finds the same name.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from redis import Redis
from redis.exceptions import ResponseError
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from decide.kernel.db import after_commit
from decide.kernel.resources import Resources
from decide.participation.queries import totals
from decide.statistics.models import ClosedDay, VisitBatch, VisitCount
from decide.statistics.tally import KEY, OPEN, SEEN

BATCH = "visits:batch:"
REMEMBERED = timedelta(days=2)  # a batch's name, long after its key has gone
LATE = timedelta(minutes=10)  # after midnight, until the slowest worker has sent its last counts


def settle(resources: Resources) -> int:
    """Add everything that was counted to SQL; gives how many batches. Bears running at once."""
    redis = resources.queue
    set_apart(redis)
    done = 0
    for name in redis.scan_iter(match=f"{BATCH}*", count=100):
        key = name.decode() if isinstance(name, bytes) else str(name)
        counts = redis.hgetall(key)
        with resources.database.transaction() as session:
            done += add_batch(session, key, counts, at=resources.clock.now(session))
        redis.delete(key)
    return done


def set_apart(redis: Redis) -> None:
    """Close the open hash under a new name; nothing when nobody came."""
    try:
        redis.rename(OPEN, f"{BATCH}{secrets.token_hex(8)}")
    except ResponseError as error:
        if "no such key" not in str(error):
            raise


def add_batch(session: Session, key: str, counts: Mapping[Any, Any], *, at: datetime) -> bool:
    """Add a batch once; False when it has been added before."""
    fresh = session.scalar(
        insert(VisitBatch)
        .values(key=key, settled_at=at)
        .on_conflict_do_nothing()
        .returning(VisitBatch.key)
    )
    if fresh is None:
        return False
    rows = [row_of(field, views) for field, views in sorted(counts.items())]
    if rows:
        statement = insert(VisitCount)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=list(VisitCount.__table__.primary_key),
                set_={"views": VisitCount.views + statement.excluded.views},
            ),
            rows,
        )
    session.execute(delete(VisitBatch).where(VisitBatch.settled_at < at - REMEMBERED))
    return True


def row_of(field: bytes, views: bytes) -> dict[str, object]:
    """A field of the hash as a row."""
    day, hour, kind, item, source = field.decode().split("|")
    return {
        "day": date.fromisoformat(day),
        "hour": int(hour),
        "kind": kind,
        "item": item,
        "source": source,
        "views": int(views),
    }


def close_days(resources: Resources) -> int:
    """Write the closing line of every day that is over; gives how many. Destroys its sketch."""
    zone = ZoneInfo(resources.settings.time_zone)
    closed = 0
    with resources.database.transaction() as session:
        now = resources.clock.now(session)
        last = (now - LATE).astimezone(zone).date() - timedelta(days=1)
        for day in open_days(session, last):
            closed += close_day(resources.queue, session, day, at=now)
    return closed


def open_days(session: Session, last: date) -> list[date]:
    """Days up to `last` that were visited and are not closed, and every day between closed ones."""
    newest = session.scalar(select(func.max(ClosedDay.day)))
    first = (
        newest + timedelta(days=1) if newest else session.scalar(select(func.min(VisitCount.day)))
    )
    if first is None:
        return []
    return [first + timedelta(days=each) for each in range((last - first).days + 1)]


def close_day(redis: Redis, session: Session, day: date, *, at: datetime) -> bool:
    """One closing line, with what stands now; False when another worker has just written it."""
    seen = SEEN.format(day=day.isoformat())
    came = totals(session, day)
    written = session.scalar(
        insert(ClosedDay)
        .values(
            day=day,
            visitors=redis.pfcount(seen),
            reactions=came.reactions,
            ideas=came.ideas,
            closed_at=at,
        )
        .on_conflict_do_nothing()
        .returning(ClosedDay.day)
    )
    after_commit(session, lambda: redis.delete(seen, KEY.format(day=day.isoformat())))
    return written is not None

"""One builder per delivery, held by the database: whoever dies lets go without being asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.kernel.db import Database

ROOM = 0xDE11  # first half of the lock's name; the delivery's number is the second


@contextmanager
def building(database: Database, delivery_id: int) -> Iterator[bool]:
    """Hold the delivery's lock over the block; gives False at once when another builder has it."""
    names = {"room": ROOM, "delivery": delivery_id}
    with database.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        taken = bool(
            connection.scalar(text("SELECT pg_try_advisory_lock(:room, :delivery)"), names)
        )
        try:
            yield taken
        finally:
            if taken:
                connection.execute(text("SELECT pg_advisory_unlock(:room, :delivery)"), names)


def in_hand(session: Session) -> frozenset[int]:
    """Numbers of the deliveries that a living builder holds now."""
    found = session.scalars(
        text(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
            " AND classid = :room AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
        {"room": ROOM},
    )
    return frozenset(found)

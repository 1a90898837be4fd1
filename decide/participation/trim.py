"""Shortening the log: only what SQL holds, and never what is younger than asked."""

from datetime import datetime

from sqlalchemy import text

from decide.kernel.resources import Resources
from decide.participation.store import microseconds_of
from decide.participation.streams import Streams, order


def trim(resources: Resources, before: datetime) -> int:
    """Drop entries that are stored and older than `before`; returns how many went.

    Whole blocks of the stream only, so some stored entries stay. Raises RedisError.
    """
    streams = Streams(resources.ledger, resources.settings.ledger_shards)
    with resources.database.reading() as session:
        rows = session.execute(text("SELECT stream, entry FROM drain_cursor"))
        cursors = {str(stream): str(entry) for stream, entry in rows}
    edge = f"{microseconds_of(before) // 1000}-0"  # the server writes ids in milliseconds
    return sum(
        streams.trim_before(name, min(edge, cursors[name], key=order))
        for name in streams.names()
        if name in cursors
    )

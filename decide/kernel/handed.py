"""Work that a row hands to the queue: who has it in hand, and which rows have fallen silent.

The row has `id`, `state` and `touched_at`, the heartbeat of whoever works on it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ScalarResult, select, text

from decide.kernel.db import Session

Row = TypeVar("Row")
TAKE = text("SELECT pg_try_advisory_xact_lock(:room, :number)")


def taken(session: Session, room: int, number: int) -> bool:
    """Take a row in hand until the transaction ends; False while another worker has it.

    `room` is the first half of the lock's name, one for each kind of work.
    """
    return bool(session.scalar(TAKE, {"room": room, "number": number}))


def silent(
    session: Session, rows: type[Row], states: Iterable[Any], *, since: datetime
) -> ScalarResult[Row]:
    """The rows in one of `states` of which nothing was heard since, oldest first and locked.

    Those that another sweep looks at are left to it.
    """
    row: Any = rows
    return session.scalars(
        select(rows)
        .where(row.state.in_(tuple(states)), row.touched_at < since)
        .order_by(row.id)
        .with_for_update(skip_locked=True)
    )

"""What a view may reach: the process' resources and the picture of the calendar."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import cast

from flask import current_app, g, has_request_context, request

from decide.calendar.rules import Standing
from decide.errors import NotFound, Unavailable
from decide.kernel.db import Session
from decide.kernel.resources import Resources
from decide.participation.door import Door
from decide.participation.snapshot import Snapshot

KEY = "decide"
# In the environment of a request that the office plays (`web.shared.simulation`): another house.
# No header of a visitor can set it: what comes from outside begins with HTTP_.
SIMULATED = "decide.simulated"
WALL = "wall"  # where a request keeps the actor whose rows it may see
LATE = 30.0  # seconds after which the picture of the database counts as old


@dataclass(frozen=True)
class House:
    """What `create_app` leaves for the views."""

    resources: Resources
    snapshot: Snapshot
    door: Door


def house() -> House:
    """The house of the current application, or the one that this request is played in."""
    if has_request_context() and SIMULATED in request.environ:
        return cast("House", request.environ[SIMULATED])
    return cast("House", current_app.extensions[KEY])


def simulated_at() -> datetime | None:
    """The instant that the office plays; None for everybody else."""
    if has_request_context() and SIMULATED in request.environ:
        return house().snapshot.picture().now()
    return None


def resources() -> Resources:
    """Connections, settings and clock of this process."""
    return house().resources


def snapshot() -> Snapshot:
    """The process-local picture of calendar and subjects."""
    return house().snapshot


def door() -> Door:
    """The citizens' door: log, limits and keys of this process."""
    return house().door


def standing() -> Standing:
    """What the calendar says now, without asking the database."""
    return house().snapshot.standing()


def stay_within(actor_id: int | None) -> None:
    """For the rest of this request, `reading` and `transaction` see one actor's rows only."""
    setattr(g, WALL, actor_id)


@contextmanager
def reading() -> Iterator[Session]:
    """A read-only session; in the actors' portal, behind the wall of the actor at the keyboard."""
    with resources().database.reading(actor_id=g.get(WALL)) as session:
        yield session


@contextmanager
def transaction() -> Iterator[tuple[Session, datetime]]:
    """A session that commits on return, and the database's time at its beginning.

    In the actors' portal, behind the wall of the actor at the keyboard.
    """
    own = resources()
    with own.database.transaction(actor_id=g.get(WALL)) as session:
        yield session, own.clock.now(session)


def sql_answers() -> bool:
    """Whether SQL answered lately, as far as this process knows; asks nobody."""
    try:
        age = monotonic() - snapshot().picture().timing.reading.taken
    except Unavailable:
        return False
    return age < max(LATE, 3 * resources().settings.snapshot_seconds)


def must_see(area: str) -> None:
    """NotFound unless the calendar shows this area now: what is not open yet does not exist."""
    if area not in standing().visible:
        raise NotFound(
            "Esta página todavía no está abierta. Consulte el calendario en la página de inicio."
        )

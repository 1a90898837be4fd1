"""What a view may reach: the process' resources and the picture of the calendar."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TypeVar, cast

from flask import current_app, g, has_request_context, request
from flask_babel import format_datetime, gettext

from decide.audit.actions import SPEAKING
from decide.calendar.rules import Standing
from decide.editorial import reading as shipped
from decide.editorial.entries import Library
from decide.errors import NotOpenYet, Sentence, Unavailable
from decide.kernel.db import Session
from decide.kernel.resources import Resources
from decide.participation import mirror
from decide.participation.door import Door
from decide.participation.snapshot import Snapshot

T = TypeVar("T")
KEY = "decide"
# In the environment of a request that the office plays (`web.shared.simulation`): another house.
# No header of a visitor can set it: what comes from outside begins with HTTP_.
SIMULATED = "decide.simulated"
MIRRORED = "mirrored"  # where a request notes that its page is the same for everybody
MIRROR_USED = "mirror_used"  # and that the replica gave part of it
WALL = "wall"  # where a request keeps the actor whose rows it may see
LOG_IN = "log_in"  # and where the log-in that asks
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


def library() -> Library:
    """All texts that are shown now, without asking the database.

    The shipped ones before there is a picture: the pages about the site itself are always open.
    """
    found = snapshot().content
    return found if isinstance(found, Library) else shipped.library()


def door() -> Door:
    """The citizens' door: log, limits and keys of this process."""
    return house().door


def standing() -> Standing:
    """What the calendar says now, without asking the database."""
    return house().snapshot.standing()


def stay_within(actor_id: int | None) -> None:
    """For the rest of this request, `reading` and `transaction` see one actor's rows only."""
    setattr(g, WALL, actor_id)


def speak_from(session_id: int) -> None:
    """For the rest of this request, the trail says from which log-in a deed was done."""
    setattr(g, LOG_IN, session_id)


@contextmanager
def reading() -> Iterator[Session]:
    """A read-only session; in the actors' portal, behind the wall of the actor at the keyboard.

    What is the same for everybody may come from the replica.
    """
    own = resources()
    if g.get(MIRRORED) and own.replica is not None and SIMULATED not in request.environ:
        with mirror.reading(own, snapshot().picture()) as (session, replicated):
            if replicated:
                setattr(g, MIRROR_USED, True)
            yield session
        return
    with own.database.reading(actor_id=g.get(WALL)) as session:
        yield session


def for_everybody(view: Callable[[], T]) -> T:
    """What `view` gives, which must be the same for everybody: its reads may use the replica.

    When the replica breaks off amid it, it is made once more, by the first server.
    """
    if resources().replica is None:
        return view()
    setattr(g, MIRRORED, True)
    try:
        return view()
    except mirror.BROKEN as error:
        if not g.pop(MIRROR_USED, False):
            raise
        mirror.failed(resources(), error)
        return view()
    finally:
        g.pop(MIRRORED, None)
        g.pop(MIRROR_USED, None)


@contextmanager
def transaction() -> Iterator[tuple[Session, datetime]]:
    """A session that commits on return, and the database's time at its beginning.

    In the actors' portal, behind the wall of the actor at the keyboard.
    """
    own = resources()
    with own.database.transaction(actor_id=g.get(WALL)) as session:
        session.info[SPEAKING] = g.get(LOG_IN)
        yield session, own.clock.now(session)


def sql_answers() -> bool:
    """Whether SQL answered lately, as far as this process knows; asks nobody."""
    try:
        age = monotonic() - snapshot().picture().timing.reading.taken
    except Unavailable:
        return False
    return age < max(LATE, 3 * resources().settings.snapshot_seconds)


def must_see(area: str) -> None:
    """NotOpenYet unless the calendar shows this area now: what is not open yet does not exist."""
    if area in standing().visible:
        return
    day = opening_day(area)
    if day is None:
        raise NotOpenYet("Esta página todavía no está abierta. Consulte el calendario.")
    raise NotOpenYet(
        Sentence("Esta página todavía no está abierta. Se abre el %(day)s.", day=day_words(day))
    )


def opening_day(area: str) -> datetime | None:
    """When the calendar opens an area that is closed now; None if it never will."""
    picture = snapshot().picture()
    now = picture.now()
    coming = [w.opens_at for w in picture.windows if area in w.visible and w.opens_at > now]
    return min(coming, default=None)


def day_words(instant: datetime) -> str:
    """“10 de diciembre”, in the authority's time zone and the language of the page."""
    return str(format_datetime(instant, gettext("d 'de' MMMM")))

"""Reading what is the same for everybody from the replica, as long as that changes nothing.

A page is made for an edition: the content's revision in this process' picture. The replica may make
it only when it holds that revision and has written down everything that the first server had when
the picture was taken. Then a page from the replica is never older than one that the picture has
invalidated, and never older than a look ago. Otherwise the first server is asked, as without one.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.orm import Session

from decide.catalog.models import ContentRevision
from decide.kernel.log import logger
from decide.kernel.replica import Replica
from decide.kernel.resources import Resources
from decide.participation.snapshot import Picture

# What a statement raises when its server goes away: then the page is made again by the first one.
BROKEN = (DBAPIError, PoolEmpty)
HOLDS = text("SELECT coalesce(pg_last_wal_replay_lsn() >= CAST(:position AS pg_lsn), false)")

log = logger("participation")


@contextmanager
def reading(resources: Resources, picture: Picture) -> Iterator[tuple[Session, bool]]:
    """A read-only session on a server that holds all that `picture` knows; True for the replica."""
    with ExitStack() as opened:
        session = _proven(opened, resources.replica, picture)
        if session is not None:
            yield session, True
            return
        yield opened.enter_context(resources.database.reading()), False


def failed(resources: Resources, error: Exception) -> None:
    """Note that the replica broke off; for some seconds nobody asks it."""
    if resources.replica is not None:
        resources.replica.failed()
        log.warning("replica.away", kind=type(error).__name__)


def _proven(opened: ExitStack, replica: Replica | None, picture: Picture) -> Session | None:
    """A session of the replica when it is there and not behind; None otherwise."""
    if replica is None or not picture.position or not replica.is_worth_asking:
        return None
    with ExitStack() as trial:
        try:
            session = trial.enter_context(replica.database.reading())
            if not holds(session, picture):
                return None
        except BROKEN as error:
            replica.failed()
            log.warning("replica.away", kind=type(error).__name__)
            return None
        opened.push(trial.pop_all())
        return session


def holds(session: Session, picture: Picture) -> bool:
    """Whether this snapshot holds the picture's revision and everything the picture could see."""
    if not session.scalar(HOLDS, {"position": picture.position}):
        return False
    # In the snapshot itself: what is replayed after it began does not count.
    return session.scalars(select(ContentRevision.number)).one() >= picture.revision

"""What the worker runs: building one delivery, and the sweep that restarts what nobody works on.

Both may run twice or at once. A lock in the database keeps builders apart; a builder that lost it
produces the same bytes as the one that has it.

A rehearsal is a test actor's delivery. While citizens can still answer, nothing stands still: its
cut-off moves on with each attempt, and what came or changed behind its seal is no defect.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from decide.abuse import jobs as reviewing
from decide.catalog.models import PoliticalActor
from decide.delivery import actions, contents, lock, package, queries, reasons, states
from decide.delivery.contents import Scope
from decide.delivery.folder import Shelf
from decide.delivery.models import Delivery, DeliveryState
from decide.delivery.package import Issuer, Package
from decide.errors import Refused, Unavailable
from decide.kernel.db import patient
from decide.kernel.files import write_aside
from decide.kernel.jobs import job
from decide.kernel.log import logger
from decide.kernel.resources import Resources
from decide.participation import queries as participation
from decide.seals import jobs as sealing
from decide.seals import queries as seals

# A press that the calendar still let in may take this long to reach the log.
GRACE = timedelta(seconds=10)
PATIENCE = 20.0  # seconds a job waits for the drain before it leaves the row to the sweep
LOOK = 0.5
BEAT = 0.25  # seconds between two writings of the progress
SILENT = timedelta(seconds=20)  # without builder and without beat for so long: nobody works on it
LAST_ATTEMPT = 6  # a failed delivery is tried again by itself up to this attempt
PAUSE = timedelta(minutes=1)  # before the second attempt; twice as long before the third …

TO_BUILD = frozenset({DeliveryState.ORDERED, DeliveryState.BUILDING})

log = logger("delivery")


class Superseded(Exception):
    """Somebody began a newer attempt of the delivery while this one was building."""


class Moved(Refused):
    """Choices that a rehearsal's seal counted were changed before its snapshot was taken."""


@dataclass(frozen=True)
class Ordered:
    """Whose package, up to when, and when it was asked for."""

    actor_id: int
    cutoff: datetime
    ordered_at: datetime
    is_open: bool  # a rehearsal while citizens can still answer


@job
def build(resources: Resources, delivery_id: int) -> None:
    """Build one package. READY, or FAILED with its reason while the exception goes up."""
    with lock.building(resources.database, delivery_id) as taken:
        if not taken:
            log.info("delivery.left", delivery_id=delivery_id, taken=taken)
            return
        # A second turn is only for a rehearsal that Moved: it is ORDERED again.
        while _is_due(resources, delivery_id):
            with Building(resources, delivery_id) as work:
                if work.ordered is not None:
                    scope = sealed(resources, work.ordered)
                    work.finish(write(resources, delivery_id, scope, work.progress), scope)


@job
def sweep(resources: Resources, _beat: int) -> None:
    """Send again every delivery that should move and that neither builder nor queue holds."""
    with resources.database.transaction() as session:
        now = resources.clock.now(session)
        held = lock.in_hand(session)
        waiting = session.scalars(
            select(Delivery)
            .where(Delivery.state != DeliveryState.READY, Delivery.touched_at < now - SILENT)
            .where(actions.is_newest())
            .order_by(Delivery.id)
            .with_for_update(skip_locked=True)
        )
        for delivery in waiting:
            if delivery.id not in held and _restarted(resources, delivery, now):
                actions.send(session, resources.jobs, delivery)


def sealed(resources: Resources, ordered: Ordered) -> Scope:
    """What is ordered, under the seal of its cut-off, which is made now if nobody has yet.

    Then every sealed day is reviewed, so that the marks are those of the whole process.

    Raises OutOfOrder for a cut-off before the last seal that nobody sealed.
    """
    sealing.catch_up(resources)
    if not sealing.seal_through(resources, ordered.cutoff):
        raise Unavailable("Todavía no se puede sellar hasta la fecha de corte. Reintente luego.")
    with resources.database.reading() as session:
        number = seals.seal_at(session, ordered.cutoff)
    if number is None:
        raise Unavailable("El sello de la fecha de corte no está. Reintente luego.")
    reviewing.catch_up(resources)
    zone = ZoneInfo(resources.settings.time_zone)
    return Scope(
        ordered.actor_id,
        ordered.cutoff,
        zone,
        number,
        decided=ordered.ordered_at,
        is_open=ordered.is_open,
    )


def write(
    resources: Resources, delivery_id: int, scope: Scope, progress: Callable[[int], None]
) -> Package:
    """Build the package in its place on the shelf, whole or not at all.

    Raises Moved for a rehearsal whose seal counted what has been changed since.
    """
    settings = resources.settings
    shelf = Shelf(settings.files_folder)
    issuer = Issuer(settings.site_name, settings.authority, settings.process_key)
    with (
        shelf.workbench(delivery_id) as bench,
        write_aside(shelf.package(delivery_id)) as part,
        resources.database.reading() as session,
    ):
        patient(session)
        # A changed choice keeps no trace of what it was, so nobody could open that seal any more:
        # a new one is needed. From here on the snapshot stands still, the verifier stays strict.
        if scope.is_open and contents.has_moved(session, scope):
            raise Moved(
                "Mientras se preparaba el ensayo se cambiaron respuestas al partido de prueba. "
                "Pida una pausa a quienes observan y reintente."
            )
        head = seals.seal(session, scope.seal_number)
        tree = shelf.tree(
            head.number, head.size, head.root, lambda: seals.tree(session, head.number)
        )
        return package.write(
            part, session, scope, issuer, tree=tree, folder=bench, progress=progress
        )


class Building:
    """One attempt: marks the row at the start, at every beat and, whatever happens, at the end.

    `ordered` is None when there is nothing to build: the delivery is ready already.
    """

    def __init__(self, resources: Resources, delivery_id: int) -> None:
        """Prepare; nothing is marked before `with`."""
        self._resources = resources
        self._id = delivery_id
        self._attempt: int  # what the row says once it is locked
        self._beat = 0.0
        self.ordered: Ordered | None = None

    def __enter__(self) -> "Building":
        """Mark the row BUILDING."""
        with self._resources.database.transaction() as session:
            delivery = actions.locked(session, self._id)
            if delivery.state in TO_BUILD:
                at = self._resources.clock.now(session)
                if delivery.state is DeliveryState.ORDERED:
                    states.move(delivery, DeliveryState.BUILDING, at=at)
                delivery.touched_at, delivery.progress, delivery.failure = at, 0, None
                self.ordered = Ordered(
                    delivery.actor_id,
                    delivery.cutoff,
                    delivery.ordered_at,
                    is_open=_is_test(session, delivery) and queries.closing(session, at) is None,
                )
            self._attempt = delivery.attempt
        return self

    def progress(self, share: int) -> None:
        """Write progress and heartbeat, not oftener than BEAT says; Superseded when too late."""
        if time.monotonic() - self._beat < BEAT:
            return
        self._beat = time.monotonic()
        with self._resources.database.transaction() as session:
            at = self._resources.clock.now(session)
            ours = (
                update(Delivery)
                .where(Delivery.id == self._id, Delivery.attempt == self._attempt)
                .where(Delivery.state == DeliveryState.BUILDING)
                .values(progress=share, touched_at=at)
                .returning(Delivery.id)
            )
            if session.scalar(ours) is None:
                raise Superseded(self._id)

    def finish(self, built: Package, scope: Scope) -> None:
        """Mark the row READY with what was built."""
        with self._resources.database.transaction() as session:
            delivery = actions.locked(session, self._id)
            if delivery.attempt != self._attempt:
                raise Superseded(self._id)
            states.move(delivery, DeliveryState.READY, at=self._resources.clock.now(session))
            delivery.progress = 100
            delivery.file_name = f"{self._id}.zip"
            delivery.seal_number = scope.seal_number
            delivery.sha256, delivery.size = built.sha256, built.size
            delivery.reactions, delivery.ideas = built.reactions, built.ideas
        log.info("delivery.built", delivery_id=self._id, size=built.size, ideas=built.ideas)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Mark the row FAILED with its reason; the exception goes on up.

        One that Moved is ordered again instead, and True holds the exception back: it is no alarm.
        """
        if error is None or isinstance(error, Superseded):
            return False
        again = isinstance(error, Moved) and self._attempt < LAST_ATTEMPT
        if again:
            log.warning("delivery.moved", delivery_id=self._id, attempt=self._attempt)
        else:
            log.error("delivery.failed", delivery_id=self._id, kind=type(error).__name__)
        with self._resources.database.transaction() as session:
            delivery = actions.locked(session, self._id)
            if delivery.attempt == self._attempt and delivery.state is DeliveryState.BUILDING:
                at = self._resources.clock.now(session)
                if again:
                    states.again(delivery, at=at)
                else:
                    states.move(delivery, DeliveryState.FAILED, at=at)
                    delivery.failure = reasons.of(error)
        return again


def _is_due(resources: Resources, delivery_id: int) -> bool:
    """Whether to build now: not built yet, and every answer before the cut-off is in SQL.

    Waits a little for the drain, but not so long that the queue stands still.
    """
    deadline = time.monotonic() + PATIENCE
    _move_on(resources, delivery_id)
    while True:
        with resources.database.transaction() as session:
            delivery = actions.locked(session, delivery_id)
            if delivery.state not in TO_BUILD:
                return False
            now = resources.clock.now(session)
            delivery.touched_at = now
            cutoff = delivery.cutoff
        if now >= cutoff + GRACE and _all_copied(resources, cutoff):
            return True
        if time.monotonic() >= deadline:
            log.info("delivery.left", delivery_id=delivery_id, taken=True)
            return False
        time.sleep(LOOK)


def _move_on(resources: Resources, delivery_id: int) -> None:
    """Give a rehearsal a fresh cut-off: the closing, or else as late as can be sealed at once.

    The earlier the seal's instant, the more may have changed or been sealed behind it. A party's
    delivery keeps what was ordered, whatever happens.
    """
    with resources.database.transaction() as session:
        delivery = actions.locked(session, delivery_id)
        if delivery.state in TO_BUILD and _is_test(session, delivery):
            now = resources.clock.now(session)
            latest = queries.closing(session, now) or now - GRACE
            delivery.cutoff = max(delivery.cutoff, latest)


def _is_test(session: Session, delivery: Delivery) -> bool:
    actor = select(PoliticalActor.is_test).where(PoliticalActor.id == delivery.actor_id)
    return session.scalars(actor).one()


def _all_copied(resources: Resources, cutoff: datetime) -> bool:
    try:
        return participation.undrained_before(resources, cutoff) == 0
    except Unavailable:
        return False  # the log is away: nobody can be sure


def _restarted(resources: Resources, delivery: Delivery, now: datetime) -> bool:
    """Begin anew what has stopped; False when it only waits for its turn."""
    if delivery.state is DeliveryState.ORDERED:
        number, attempt = delivery.id, delivery.attempt
        if resources.jobs.is_waiting(actions.BUILD, number, attempt=attempt):
            return False
        if not resources.jobs.is_known(actions.BUILD, number, attempt=attempt):
            return True  # it left politely, or the queue has lost it: the same attempt again
    if delivery.state is DeliveryState.FAILED:
        pause = PAUSE * 2 ** (delivery.attempt - 1)
        if delivery.attempt >= LAST_ATTEMPT or now < delivery.touched_at + pause:
            return False
    states.again(delivery, at=now)
    log.warning("delivery.restarted", delivery_id=delivery.id, attempt=delivery.attempt)
    return True

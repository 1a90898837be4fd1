"""The drain copies the press log into SQL and moves its own cursor in the same transaction.

One drain is active: whoever holds an advisory lock on its own connection, over which everything
else goes too, so that losing the connection is losing the lock. A standby tries every second.
Should two ever run at once, the cursor's compare-and-set lets only one of them store a batch.
"""

from collections import deque
from collections.abc import Callable
from threading import Event
from time import monotonic
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError
from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.orm import Session

from decide.kernel.log import logger
from decide.kernel.resources import Resources
from decide.participation import counters
from decide.participation.entry import (
    IdeaSent,
    Press,
    Unreadable,
    idea_of,
    press_of,
    presses_of,
)
from decide.participation.models import DrainMisfit
from decide.participation.store import (
    held_instants,
    instant_of,
    last_words,
    out_of_order,
    store_ideas,
    store_presses,
)
from decide.participation.streams import BEGINNING, Entry, Streams, order
from decide.participation.wire import Wire

LOCK = 0xDEC1DE01
BATCH = 5_000
IDLE = 0.1  # seconds between looks, unless so much waits that a batch was full
RETRY = 1.0  # seconds between tries at a part that is away
LOG_PATIENCE = 2.0  # seconds for an answer of the log
RECOUNT = 60.0  # seconds between settings of every counter: a direct press sets none
RECOUNT_SOON = 2.0  # and after one that the log did not take
AGAIN = 60_000  # milliseconds of ids that are stored once more after the log was away

# A drain that stops (a frozen process, a cut wire) loses its lock after eight seconds of silence.
_HOLDING = """
SET idle_session_timeout = '8s'; SET idle_in_transaction_session_timeout = '8s';
SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 2
"""
_MOVE = text(
    "UPDATE drain_cursor SET entry = :next, copied = copied + :count,"
    " latest_at = greatest(latest_at, :latest)"
    " WHERE stream = :stream AND entry = :held"
)
_OPEN = text(
    "INSERT INTO drain_cursor (stream, entry, copied) VALUES (:stream, :entry, 0)"
    " ON CONFLICT DO NOTHING"
)
_KNOWN = text("SELECT id FROM subject WHERE id IN :asked").bindparams(
    bindparam("asked", expanding=True)
)

log = logger("participation")


class Overtaken(Exception):
    """Another drain has stored this batch; nothing of ours was."""


class Drain:
    """Copies the log. `run` is the service, `once` copies what is there and returns."""

    def __init__(self, resources: Resources, *, batch: int = BATCH) -> None:
        """Copy up to `batch` entries in one transaction."""
        self._resources = resources
        self._batch = batch
        url = resources.settings.redis_url
        self._streams = Streams(
            resources.ledger,
            resources.settings.ledger_shards,
            wire=Wire(url, timeout=LOG_PATIENCE) if Wire.can(url) else None,
        )
        self._zone = ZoneInfo(resources.settings.time_zone)

    def once(self) -> int:
        """Copy all that waits now, beside another drain if need be; returns the entries copied."""
        total = 0
        try:
            with self._resources.database.engine.connect() as connection:
                round_ = _Round(self, connection)
                while copied := round_.copy():
                    total += copied
        finally:
            self._streams.rest()
        return total

    def run(self, stop: Event) -> None:
        """Wait for the lock and copy until `stop`; survives the loss of either server."""
        while not stop.is_set():
            try:
                self._serve(stop)
            except (DBAPIError, PoolEmpty) as error:
                log.warning("drain.sql_away", kind=type(error).__name__)
                stop.wait(RETRY)
            finally:
                self._streams.rest()

    def _serve(self, stop: Event) -> None:
        with self._resources.database.engine.connect() as connection:
            connection.detach()  # it carries a lock and settings of its own: never back to the pool
            connection.exec_driver_sql(_HOLDING)
            connection.commit()
            while not _locked(connection):
                if stop.wait(RETRY):
                    return
            log.info("drain.active")
            self._copy_until(stop, _Round(self, connection))

    def _copy_until(self, stop: Event, round_: "_Round") -> None:
        while not stop.is_set():
            try:
                pause = 0.0 if round_.copy() >= self._batch else IDLE
            except RedisError as error:
                log.warning("drain.log_away", kind=type(error).__name__)
                pause = RETRY
            round_.recount_when_due()
            if pause:
                round_.breathe()
                stop.wait(pause)


class _Round:
    """Going round the streams with one connection and the cursors as they were last seen."""

    def __init__(self, drain: Drain, connection: Connection) -> None:
        self._streams = drain._streams
        self._batch = drain._batch
        self._zone = drain._zone
        self._connection = connection
        self._cursors = self._read_cursors()
        self._names = deque(self._streams.names())
        self._doubtful = set(self._names)
        self._looked_back = 0.0
        self._recount_at = 0.0

    def copy(self) -> int:
        """One batch of every stream; returns how many entries were stored.

        Ends at a stream that cannot be read; the next round begins behind it, so that one node of
        a cluster holds up no other.
        """
        copied = 0
        looks_back = monotonic() - self._looked_back >= RETRY
        if looks_back:
            self._looked_back = monotonic()
        for name in tuple(self._names):
            self._names.rotate(-1)
            try:
                entries = self._next(name)
                if looks_back or name in self._doubtful:
                    self._look_at(name)
                    entries = self._next(name)  # the cursor may be another one now
            except RedisError:
                self._doubtful.update(self._names)
                self._recount_at = min(self._recount_at, monotonic() + RECOUNT_SOON)
                raise
            if entries:
                copied += self._store(name, entries)
        return copied

    def _next(self, name: str) -> list[Entry]:
        return self._streams.after(name, self._cursors[name], self._batch)

    def _look_at(self, name: str) -> None:
        """Whether the stream is still the one that the cursor is of."""
        self._look_back(name)
        if name in self._doubtful:
            self._copy_again(name)
            self._doubtful.discard(name)

    def _copy_again(self, name: str) -> None:
        """Store once more what the last minute's ids name: at the start, after the log was away.

        It may be another log now, whose clock is a little behind: what it took before we came back
        lies below the cursor. Storing again changes nothing.
        """
        end = order(self._cursors[name])
        entry = f"{max(0, end[0] - AGAIN)}-0"
        while found := self._streams.after(name, entry, self._batch):
            entry = found[-1][0]
            if old := [each for each in found if order(each[0]) <= end]:
                self._store(name, old, moving=False)
            if len(old) < len(found):
                return

    def breathe(self) -> None:
        """Show the server that this connection lives."""
        self._in_transaction(lambda session: session.execute(text("SELECT 1")))

    def recount_when_due(self) -> None:
        """Set every counter from SQL, once a minute, and soon after a log that did not let us."""
        if monotonic() < self._recount_at:
            return
        self._recount_at = monotonic() + RECOUNT
        found: list[tuple[int, int, int]] = []
        self._in_transaction(lambda session: found.extend(counters.totals(session)))
        self._set_tallies(found)

    def _set_tallies(self, found: list[tuple[int, int, int]]) -> None:
        """Counters follow what is stored: that a full or absent log takes none stops no copying."""
        try:
            self._streams.set_tallies(found)
        except RedisError as error:
            log.warning("drain.counters_kept", kind=type(error).__name__)
            self._recount_at = min(self._recount_at, monotonic() + RECOUNT_SOON)

    def _store(self, name: str, entries: list[Entry], *, moving: bool = True) -> int:
        """Store a batch and move the cursor behind it, or leave it where it is."""
        moved: set[int] = set()
        after: list[tuple[int, int, int]] = []

        def work(session: Session) -> None:
            if self._streams.holds_ideas(name):
                self._move(session, name, entries, None, moving=moving)
                self._store_ideas(session, name, entries)
            else:
                presses = self._read_presses(session, name, entries)
                latest = max((press.at for press in presses), default=None)
                self._move(session, name, entries, latest, moving=moving)
                moved.update(store_presses(session, presses))

        try:
            self._in_transaction(work)
        except Overtaken:
            self._cursors = self._read_cursors()
            return len(entries)  # stored, though not by us: look again at once
        if moving:
            self._cursors[name] = entries[-1][0]
        if moved:
            # Read after the commit, so that a counter never runs behind what is stored by then.
            self._in_transaction(lambda session: after.extend(counters.totals(session, moved)))
            self._set_tallies(after)
        return len(entries)

    def _move(
        self,
        session: Session,
        name: str,
        entries: list[Entry],
        latest: int | None,
        *,
        moving: bool,
    ) -> None:
        values = {
            "stream": name,
            "held": self._cursors[name],
            "next": entries[-1][0] if moving else self._cursors[name],
            "count": len(entries) if moving else 0,
            "latest": None if latest is None else instant_of(latest),
        }
        result = session.connection().execute(_MOVE, values)
        if result.rowcount != 1:
            raise Overtaken(name)

    def _read_presses(self, session: Session, name: str, entries: list[Entry]) -> list[Press]:
        """The last word of each press id; what cannot be read is set aside."""
        presses = presses_of([fields for _, fields in entries])
        if presses is None:
            presses = []
            for entry in entries:
                try:
                    presses.append(press_of(entry[1]))
                except Unreadable as error:
                    _set_aside(session, name, entry, str(error))
        doubtful = out_of_order(presses)
        return last_words(presses, held_instants(session, doubtful) if doubtful else None)

    def _store_ideas(self, session: Session, name: str, entries: list[Entry]) -> None:
        read: list[tuple[Entry, IdeaSent]] = []
        for entry in entries:
            try:
                read.append((entry, idea_of(entry[1])))
            except Unreadable as error:
                _set_aside(session, name, entry, str(error))
        asked = {idea.subject_id for _, idea in read}
        known = set(session.execute(_KNOWN, {"asked": list(asked)}).scalars())
        for entry, idea in read:
            if idea.subject_id not in known:
                _set_aside(session, name, entry, "unknown subject")
        store_ideas(session, [idea for _, idea in read if idea.subject_id in known], self._zone)

    def _read_cursors(self) -> dict[str, str]:
        names = self._streams.names()
        found: dict[str, str] = {}

        def work(session: Session) -> None:
            for name in names:
                session.execute(_OPEN, {"stream": name, "entry": BEGINNING})
            rows = session.execute(text("SELECT stream, entry FROM drain_cursor"))
            found.update({str(stream): str(entry) for stream, entry in rows})

        self._in_transaction(work)
        return found

    def _look_back(self, name: str) -> None:
        """Start a stream anew whose last id lies behind the cursor: a restored or replaced log.

        Without this, entries with ids below the cursor would wait for ever. Storing again changes
        nothing.
        """
        if order(self._streams.state(name).last) < order(self._cursors[name]):
            log.error("drain.log_went_back", stream=name, cursor=self._cursors[name])
            self._reset(name)

    def _reset(self, name: str) -> None:
        held = self._cursors[name]
        values = {"stream": name, "held": held, "next": BEGINNING, "count": 0, "latest": None}
        self._in_transaction(lambda session: session.execute(_MOVE, values))
        self._cursors = self._read_cursors()

    def _in_transaction(self, work: Callable[[Session], object]) -> None:
        with Session(self._connection) as session, session.begin():
            work(session)


def _locked(connection: Connection) -> bool:
    held = connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar()
    connection.commit()
    return bool(held)


def _set_aside(session: Session, name: str, entry: Entry, reason: str) -> None:
    identity, fields = entry
    log.error("drain.misfit", stream=name, entry=identity, reason=reason)
    packed = b"".join(len(part).to_bytes(4, "big") + part for part in fields)
    now = session.execute(select(func.now())).scalar_one()
    session.merge(
        DrainMisfit(stream=name, entry=identity, fields=packed, reason=reason, seen_at=now)
    )

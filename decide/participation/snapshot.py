"""What a web worker knows without asking: calendar, subjects, time.

A background thread renews the picture. When PostgreSQL is gone the last picture goes on serving;
the calendar still closes at the second, because the picture holds the windows and a reading of
the database's clock, from which only the monotonic clock counts on.
"""

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Text, cast, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.orm import Session

from decide.calendar import queries as calendar
from decide.calendar.queries import Announced
from decide.calendar.rules import Standing, Window, standing
from decide.catalog.models import Subject
from decide.catalog.queries import content_revision, touches
from decide.errors import NotFound, Unavailable
from decide.kernel.clock import Reading
from decide.kernel.log import logger
from decide.kernel.notes import ANY, Touches, unnoted
from decide.kernel.resources import Resources
from decide.participation.models import DrainCursor
from decide.participation.pressure import Level
from decide.participation.pressure import level as pressure_level

# A transaction writes `changed_at` some time before it commits; look back far enough to see it.
OVERLAP = timedelta(seconds=60)
WHOLE_EVERY = 300.0  # seconds after which a change reads everything anew, so that no slip lasts
FIRST_READINGS = 4
FIRST_PATIENCE = 4.0  # seconds after the start in which a request waits for the first picture
AHEAD = timedelta(hours=25)
DRIFT = 0.0002  # a host's monotonic clock against the database's, generously

# What a commit touched when it changed what `content` reads; no page notes it as such.
CONTENT = "content"

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

log = logger("participation")


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What the door must know of a subject."""

    kind: str
    version: int
    open: bool


@dataclass(frozen=True)
class Timing:
    """A reading of the database's clock and how wrong it may be, in seconds."""

    reading: Reading
    error: float

    @classmethod
    def take(cls, resources: Resources, session: Session) -> "Timing":
        """Read once; half the round trip is the error."""
        before = monotonic()
        reading = Reading.take(resources.clock, session)
        return cls(reading, (monotonic() - before) / 2)

    def better(self, older: "Timing | None") -> "Timing":
        """The more exact of the two; the newer one also when the clock itself was moved.

        Keeping the luckiest reading keeps workers within a fraction of a millisecond.
        """
        if older is None or self.reading.still:
            return self
        aged = older.error + (self.reading.taken - older.reading.taken) * DRIFT
        apart = abs((self.reading.now() - older.reading.now()).total_seconds())
        return self if self.error <= aged or apart > self.error + aged else older


@dataclass(frozen=True)
class Picture:
    """One consistent look. Never changes; the next look is another picture."""

    windows: tuple[Window, ...]
    announced: tuple[Announced, ...]
    subjects: Mapping[int, SubjectFacts]
    process_name: str
    revision: int
    touches: Touches
    timing: Timing
    changed_at: datetime
    whole_at: float
    latest: datetime
    pressure: Level
    content: object  # what another room reads with it, of the same instant
    # How far the first server's log had been written; empty where no replica follows it.
    position: str = ""

    def now(self) -> datetime:
        """The database's time."""
        return self.timing.reading.now()


class Snapshot:
    """The picture of one process. Opens nothing before its first use."""

    def __init__(
        self,
        resources: Resources,
        content: Callable[[Session], object] | None = None,
        changes: Callable[[object, object], Iterable[str]] | None = None,
    ) -> None:
        """Read through `resources`; `settings.snapshot_seconds` 0 renews at every use.

        `content` is asked whenever the revision has moved, in the same look; `changes` says which
        tags of `kernel.notes` two contents differ by.
        """
        self._resources = resources
        self._content = content or (lambda _session: None)
        self._changes = changes or (lambda _old, _new: (ANY,))
        self._every = resources.settings.snapshot_seconds
        self._picture: Picture | None = None
        self._standing: tuple[tuple[Window, ...], Standing] | None = None
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._first = threading.Event()
        self._stop = threading.Event()
        self._process = 0
        self._begun = 0.0

    def picture(self) -> Picture:
        """The current picture; Unavailable only while there has never been one."""
        if self._every == 0:
            if not self._stop.is_set():
                self._renew_or_keep()
        elif self._process != os.getpid():
            self.begin()
        if self._picture is None:
            # Counted from the start: a page that asks five times must not wait five times.
            self._first.wait(max(0.0, self._begun + FIRST_PATIENCE - monotonic()))
        if self._picture is None:
            raise Unavailable("El servicio está iniciando. Inténtelo de nuevo en unos segundos.")
        return self._picture

    def begin(self) -> None:
        """Start looking in the background; a server program calls it before the first request."""
        with self._lock:
            if self._every == 0 or self._process == os.getpid():
                return
            self._stop = threading.Event()
            self._begun = monotonic()
            threading.Thread(target=self._keep_renewing, args=(self._stop,), daemon=True).start()
            self._process = os.getpid()

    def standing(self, at: datetime | None = None) -> Standing:
        """What the calendar says now, or at the instant `at` of the picture just taken."""
        picture = self.picture() if at is None or self._picture is None else self._picture
        at = at or picture.now()
        # Kept with the windows that it is made of: whoever was slow with an older picture may put
        # what that one said here, but nobody takes it for what the newer one says.
        if (kept := self._standing) is not None and kept[0] is picture.windows:
            held = kept[1]
            if held.at <= at and (held.changes_at is None or at < held.changes_at):
                return held
        held = standing(picture.windows, at)
        self._standing = picture.windows, held
        return held

    @property
    def pressure(self) -> Level:
        """The level of the picture just taken; normal before there is one."""
        return self._picture.pressure if self._picture is not None else Level.NORMAL

    @property
    def content(self) -> object:
        """What was read with the picture just taken; None before there is one."""
        return self._picture.content if self._picture is not None else None

    @property
    def process_name(self) -> str:
        """Name of the electoral process; empty before it has been set up."""
        return self.picture().process_name

    def renew(self) -> None:
        """Look now; raises what SQL raises. Also for tests and after own changes."""
        with self._looking, unnoted():  # a page notes what it takes from the picture
            self._picture = self._look(self._picture)
            self._first.set()

    def close(self) -> None:
        """Look no more: stop the background thread, and wait for a look that is under way."""
        with self._looking:
            self._stop.set()

    def _keep_renewing(self, stop: threading.Event) -> None:
        self._renew_or_keep()
        while not stop.wait(self._every):
            self._renew_or_keep()

    def _renew_or_keep(self) -> None:
        try:
            self.renew()
        except (DBAPIError, PoolEmpty) as error:
            log.warning("snapshot.kept", kind=type(error).__name__)

    def _look(self, last: Picture | None) -> Picture:
        with self._resources.database.reading() as session:
            revision = content_revision(session)
            # Not the first statement: that one would count the opening of the transaction as error.
            timing = Timing.take(self._resources, session).better(last.timing if last else None)
            # A fresh worker on a busy machine may read badly once, hardly five times.
            for _ in range(FIRST_READINGS if last is None else 0):
                timing = Timing.take(self._resources, session).better(timing)
            pressure = pressure_level(session)  # no part of any page, so no part of the revision
            position = self._position(session)  # after all else: it covers what was seen
            if last is not None and last.revision == revision:
                return replace(last, timing=timing, pressure=pressure, position=position)
            content = self._content(session)
            touched = self._touched(session, revision, last, content)
            picture = _read(session, revision, timing, last, pressure, content, touched)
            return replace(picture, position=position)

    def _touched(
        self, session: Session, revision: int, last: Picture | None, content: object
    ) -> Touches:
        """What has been touched, with what the content itself says of its change."""
        known = last.touches if last is not None else None
        found = touches(session, revision, known)
        if last is None or known is None or found.era != known.era:
            # Another history, or none yet: how older contents differed nobody knows.
            anything = max(found.latest[ANY], found.latest.get(CONTENT, 0))
            return replace(found, latest={**found.latest, ANY: anything})
        changed = dict.fromkeys(self._changes(last.content, content), revision)
        return replace(found, latest={**found.latest, **changed})

    def _position(self, session: Session) -> str:
        if self._resources.replica is None:
            return ""
        return str(session.scalar(select(cast(func.pg_current_wal_lsn(), Text))))


def look_up(session: Session, subject_id: int) -> SubjectFacts | None:
    """One subject, straight from SQL: for one so new that no picture holds it."""
    row = session.get(Subject, subject_id)
    return SubjectFacts(row.kind.value, row.version, row.open) if row else None


def _latest(session: Session, now: datetime) -> datetime:
    """Where this process' instants begin at the earliest: after a clock that was set back.

    Not further ahead than a day and an hour: a clock that was years wrong must not rule for years.
    """
    latest = session.scalar(select(func.max(DrainCursor.latest_at)))
    return min(latest, now + AHEAD) if latest else BEGINNING


def _read(
    session: Session,
    revision: int,
    timing: Timing,
    last: Picture | None,
    pressure: Level,
    content: object,
    touched: Touches,
) -> Picture:
    # What this look goes on from; without it everything is read.
    base = None if last is None or monotonic() - last.whole_at > WHOLE_EVERY else last
    asked = select(Subject.id, Subject.kind, Subject.version, Subject.open)
    if base is not None:
        asked = asked.where(Subject.changed_at >= base.changed_at - OVERLAP)
    subjects = dict(base.subjects) if base is not None else {}
    for identity, kind, version, is_open in session.execute(asked):
        subjects[identity] = SubjectFacts(kind.value, version, is_open)
    try:
        process_name = calendar.process(session).name
    except NotFound:
        process_name = ""
    return Picture(
        windows=calendar.windows(session),
        announced=calendar.announced(session),
        subjects=subjects,
        process_name=process_name,
        revision=revision,
        touches=touched,
        timing=timing,
        changed_at=session.scalar(select(func.max(Subject.changed_at))) or BEGINNING,
        whole_at=monotonic() if base is None else base.whole_at,
        latest=_latest(session, timing.reading.now()) if last is None else last.latest,
        pressure=pressure,
        content=content,
    )

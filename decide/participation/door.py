"""The citizens' door: what one web worker holds to take presses and ideas."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock, Semaphore
from time import monotonic
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from decide.errors import NotFound, Refused, Sentence, Unavailable
from decide.kernel.log import logger
from decide.kernel.redis import connect
from decide.kernel.resources import Resources
from decide.participation.circumstance import Circumstance, age_of
from decide.participation.closing import closed_sentence
from decide.participation.device import Device
from decide.participation.keys import keys_of
from decide.participation.limits import DeviceLimit
from decide.participation.networks import Networks
from decide.participation.patience import Patience
from decide.participation.pressure import COST, Level
from decide.participation.proof import Came, Proofs, ProofWanted, pass_name
from decide.participation.refusals import Closed
from decide.participation.rest import Rest
from decide.participation.snapshot import Snapshot, SubjectFacts, look_up
from decide.participation.store import instant_of, microseconds_of
from decide.participation.streams import Streams
from decide.participation.wire import Wire

LOG_PATIENCE = 0.6  # seconds; with SQL's 0.9 it stays under the two seconds a citizen waits
LAST_TRY = 0.8  # seconds after which the log is not asked a second time
LOOKS_PER_HOUR = 120  # at “Mis opiniones”, which looks up a device's id of every subject
FORGET = 2.0  # seconds for which a subject that does not exist is not looked up again
MOST_UNKNOWN = 10_000

log = logger("participation")


class Door:
    """Connections, limits and clock of the walk of a press. One for each web worker."""

    def __init__(self, resources: Resources, snapshot: Snapshot) -> None:
        """Open nothing yet."""
        settings = resources.settings
        self.snapshot = snapshot
        self.keys = keys_of(settings.process_key)
        self.zone = ZoneInfo(settings.time_zone)
        url = settings.redis_url
        self.streams = Streams(
            connect(url, timeout=LOG_PATIENCE),
            settings.ledger_shards,
            wire=Wire(url, timeout=LOG_PATIENCE) if Wire.can(url) else None,
        )
        self.patience = Patience(resources.database)
        self.presses = DeviceLimit(settings.presses_per_hour)
        self.ideas = DeviceLimit(settings.ideas_per_hour)
        self.looks = DeviceLimit(LOOKS_PER_HOUR)
        self.networks = Networks(settings.answers_per_network)
        self.confirmations = DeviceLimit(settings.confirmations_per_network)
        self.proofs = Proofs(self.keys, resources.queue)
        self.pass_name = pass_name(https=settings.https)
        self.looking = Semaphore(1)  # one at a time for each worker: presses must not wait for it
        self.log_rest = Rest()
        self._last_try = Semaphore(1)
        self._latest = 0
        self._lock = Lock()
        self._unknown: dict[int, float] = {}

    def open_subject(self, subject_id: int, version: int) -> tuple[SubjectFacts, int]:
        """The subject and the instant (µs) at which it takes answers.

        This is where the calendar decides, once. NotFound, Closed or Refused otherwise.
        """
        facts = self._facts(subject_id, version)
        picture = self.snapshot.picture()
        at = picture.now()
        if facts.kind not in self.snapshot.standing(at).takes_part:
            raise Closed(closed_sentence(picture.windows, facts.kind, at, self.zone))
        if not facts.open:
            raise Closed("Este texto fue retirado y ya no recibe opiniones.")
        if not 1 <= version <= facts.version:
            raise Refused("La página que usted ve no es la actual. Recárguela y opine otra vez.")
        return facts, self._instant(max(at, picture.latest))

    def admit(
        self, device: Device, came: Came, subject_id: int, at: int, *, free: bool = False
    ) -> int:
        """The circumstances of an answer at `at` (µs), packed; ProofWanted under pressure.

        `free` asks nothing: taking something back never costs any trouble. No call to any server.
        """
        level, how = self.snapshot.pressure, 0
        if level is not Level.NORMAL:
            how = self.proofs.holds(device, came, self.pass_name, instant_of(at))
            asked = level is Level.SIEGE or self.networks.is_crowded(came.address)
            if asked and not how and not free:
                raise ProofWanted(COST[level])
        crowd = self.networks.count(came.address, subject_id)
        return Circumstance(crowd, age_of(device.issued, at // 1_000_000), how).packed()

    def keep(self, in_log: Callable[[], None], in_sql: Callable[[Session], object]) -> None:
        """Write to the log; when that is away, straight to SQL; Unavailable when both are."""
        begun = monotonic()
        if self.log_rest.may_try() and self._in_log(in_log):
            return
        try:
            self.patience.transaction(in_sql)
        except Unavailable:
            # SQL said no at once: there is time for a log that may only have been slow.
            if monotonic() - begun > LAST_TRY or not self._in_log_after_all(in_log):
                raise

    def _in_log_after_all(self, write: Callable[[], None]) -> bool:
        # One at a time: should the log hang as well, pages must not wait behind presses.
        if not self._last_try.acquire(blocking=False):
            return False
        try:
            return self._in_log(write)
        finally:
            self._last_try.release()

    def _in_log(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except RedisError as error:
            self.log_rest.failed()
            log.warning("door.log_away", kind=type(error).__name__)
            return False
        self.log_rest.worked()
        return True

    def close(self) -> None:
        """Give the connections back."""
        self.streams.close()
        self.patience.close()

    def _facts(self, subject_id: int, version: int) -> SubjectFacts:
        facts = self.snapshot.picture().subjects.get(subject_id)
        if facts is not None and version <= facts.version:
            return facts
        # Published a moment ago, perhaps: one look before saying no.
        if facts is None and monotonic() < self._unknown.get(subject_id, 0.0):
            raise NotFound(UNKNOWN)
        facts = self.patience.transaction(lambda session: look_up(session, subject_id))
        if facts is None:
            if len(self._unknown) >= MOST_UNKNOWN:
                self._unknown.clear()
            self._unknown[subject_id] = monotonic() + FORGET
            raise NotFound(UNKNOWN)
        return facts

    def _instant(self, at: datetime) -> int:
        """Later than any this worker gave before, whatever a clock does: no two presses tie."""
        with self._lock:
            self._latest = max(self._latest + 1, microseconds_of(at))
            return self._latest


UNKNOWN = Sentence("No encontramos eso sobre lo que usted opina. Vuelva a la página y recárguela.")

"""Counting visits in a web worker: noted in memory, sent once a second in one pipelined call.

A request only puts its facts on a heap. A moment later a short-lived thread turns them into sums,
adds them to the queue's Redis, never the ledger's, and forgets them. A worker that is killed loses
a second of visits; a Redis that is away only delays them.
"""

import secrets
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from redis import Redis

from decide.errors import Unavailable
from decide.kernel.log import logger
from decide.kernel.redis import RedisError
from decide.statistics.pages import page_of
from decide.statistics.sources import Source, effort_of, is_robot, source_of
from decide.statistics.speed import SPEED, item_of, steps_of

OPEN = "visits:open"  # a hash: what has not been settled yet
SEEN = "visits:seen:{day}"  # a HyperLogLog of the day's visitors
KEY = "visits:key:{day}"  # under which they were marked
DAY_AND_A_HALF = 36 * 3600  # the nightly closing removes both sooner

EVERY = 1.0  # seconds between two calls
MOST_NOTED = 100_000  # views that wait; older ones give way when Redis is away for long
MOST_SUMS = 50_000
EFFORT = "effort"  # the kind under which visits by links of the dissemination plan are counted
IN_VAIN = "in_vain"  # the kind under which searches without result are counted

log = logger("statistics")


class View(NamedTuple):
    """What a request tells. Lives a second, in memory only."""

    path: str
    query: str
    referer: str
    agent: str
    address: str
    host: str
    in_vain: bool


class Tally:
    """The visits of one process. Its threads share it; it connects to nothing before the first."""

    def __init__(self, redis: Redis, now: Callable[[], datetime], zone: str) -> None:
        """Count into `redis`; `now` is the database's time and may raise Unavailable."""
        self._redis = redis
        self._now = now
        self._zone = ZoneInfo(zone)
        self._noted: deque[View] = deque(maxlen=MOST_NOTED)
        self._speeds: deque[str] = deque(maxlen=MOST_NOTED)
        self._sums: Counter[str] = Counter()
        self._marks: dict[str, set[bytes]] = {}
        self._keys: dict[str, bytes] = {}
        self._timer: threading.Timer | None = None
        self._closed = False
        self._lock = threading.Lock()

    def note(self, view: View) -> None:
        """Remember a view until the next call; never waits and never fails."""
        self._noted.append(view)
        if self._timer is None:
            self._wake(EVERY)

    def note_speed(self, path: str, agent: str, told: Mapping[str, str]) -> None:
        """Remember how fast a page was, by its kind only; robots are no measure."""
        page = page_of(path)
        if page is None or is_robot(agent):
            return
        for measure, step in steps_of(told):
            self._speeds.append(item_of(page.kind, measure, step))
        if self._speeds and self._timer is None:
            self._wake(EVERY)

    def flush(self) -> None:
        """Send what was noted now; what cannot be sent is tried again later."""
        with self._lock:
            if self._closed:  # a second timer, late: the connections may be gone
                return
            self._timer = None
            try:
                self._add_up()
                self._send()
            except (RedisError, Unavailable) as error:
                log.warning("visits.delayed", kind=type(error).__name__)
                if len(self._sums) > MOST_SUMS:
                    self._sums.clear()
        if self._noted or self._speeds or self._sums:
            self._wake(EVERY)

    def close(self) -> None:
        """Send what was noted and wake no more; waits for a call that is under way."""
        waiting = self._timer
        if waiting is not None:
            waiting.cancel()
        if waiting is not None or self._noted or self._speeds or self._sums:
            self.flush()
        # A timer that fired meanwhile holds the lock until its call is over.
        with self._lock:
            self._closed = True

    def _wake(self, seconds: float) -> None:
        if self._closed:
            return
        # Two requests at once may start two timers, each its own; the second finds little to do.
        timer = threading.Timer(seconds, self.flush)
        timer.daemon = True
        self._timer = timer
        try:
            timer.start()
        except RuntimeError:  # the system has no thread to give: the next view tries again
            self._timer = None

    def _add_up(self) -> None:
        if not self._noted and not self._speeds:
            return
        local = self._now().astimezone(self._zone)
        day = local.date().isoformat()
        key = self._key(day)
        marks = self._marks.setdefault(day, set())
        while self._speeds:
            item = self._speeds.popleft()
            self._sums[f"{day}|{local.hour}|{SPEED}|{item}|{Source.INSIDE}"] += 1
        while self._noted:
            view = self._noted.popleft()
            page = page_of(view.path)
            if page is None:
                continue
            robot = is_robot(view.agent)
            source = Source.ROBOT if robot else source_of(view.query, view.referer, view.host)
            self._sums[f"{day}|{local.hour}|{page.kind}|{page.item}|{source}"] += 1
            if view.in_vain and not robot:
                self._sums[f"{day}|{local.hour}|{IN_VAIN}|{page.kind}|{source}"] += 1
            if not robot:
                marks.add(mark(key, view))
                effort = effort_of(view.query)
                if effort:
                    self._sums[f"{day}|{local.hour}|{EFFORT}|{effort}|{source}"] += 1

    def _send(self) -> None:
        if not self._sums:
            return
        with self._redis.pipeline(transaction=False) as call:
            for field, views in self._sums.items():
                call.hincrby(OPEN, field, views)
            for day, marks in self._marks.items():
                seen = SEEN.format(day=day)
                if marks:
                    call.pfadd(seen, *marks)
                    call.expire(seen, DAY_AND_A_HALF)
            call.execute()
        self._sums.clear()
        self._marks.clear()

    def _key(self, day: str) -> bytes:
        known = self._keys.get(day)
        if known is None:
            name = KEY.format(day=day)
            self._redis.set(name, secrets.token_bytes(32), nx=True, ex=DAY_AND_A_HALF)
            kept: Any = self._redis.get(name)
            known = bytes(kept)
            self._keys = {day: known}
        return known


def mark(key: bytes, view: View) -> bytes:
    """What stands for a visitor in the day's sketch: nobody can undo it once the key is gone."""
    told = f"{view.address}\x1f{view.agent}".encode(errors="replace")
    return blake2b(told, key=key, digest_size=8).digest()

"""How often one network may do something: a count for each turn, in the queue's Redis.

A network is the day's mark of its prefix (`kernel.prefixes`), never an address. While Redis does
not answer nobody is held up: what this guards is comfort, not truth.
"""

from datetime import datetime
from typing import Any

from decide.kernel.prefixes import Prefixes
from decide.kernel.redis import RedisError


class Pace:
    """At most `most` times in each turn of `seconds`, for each network."""

    def __init__(self, redis: Any, name: str, *, most: int, seconds: int) -> None:
        """Counts stand in `redis` under `name` until their turn is over."""
        self._redis = redis
        self._prefixes = Prefixes(redis)
        self._name = name
        self._most = most
        self._seconds = seconds

    def wait(self, address: str | None, at: datetime) -> int:
        """Seconds until this network may go on; 0 when it may now. Counts the try."""
        moment = int(at.timestamp())
        turn = moment // self._seconds
        key = f"pace:{self._name}:{self._prefixes.mark(address, at).hex()}:{turn}"
        try:
            with self._redis.pipeline(transaction=False) as call:
                call.incr(key)
                call.expire(key, 2 * self._seconds)
                tries = int(call.execute()[0])
        except RedisError:
            return 0
        return 0 if tries <= self._most else self._seconds - moment % self._seconds

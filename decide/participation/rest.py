"""Leaving a server alone that did not answer, so that not every citizen waits to find that out."""

from threading import Lock
from time import monotonic

FIRST, SECONDS = 0.1, 1.0


class Rest:
    """Whether a part may be asked: always while it works, now and then while it does not.

    A short rest after a first failure, for it may only have been slow once; then longer ones.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        """Between two tries at a part that stays away, up to `seconds` pass."""
        self._seconds = seconds
        self._pause = FIRST
        self._away = False
        self._next = 0.0
        self._lock = Lock()

    def may_try(self) -> bool:
        """True for everybody while the part works; while it is away, for one caller at a time."""
        if not self._away:
            return True
        with self._lock:
            now = monotonic()
            if now < self._next:
                return False
            self._next = now + self._pause
            return True

    def worked(self) -> None:
        """The part answered."""
        if self._away:
            self._away, self._pause = False, FIRST

    def failed(self) -> None:
        """The part did not answer, or not in time."""
        with self._lock:
            now = monotonic()
            if self._away:
                self._pause = min(self._pause * 2, self._seconds)
            self._away = True
            self._next = now + self._pause

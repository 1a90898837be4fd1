"""Leaving a server alone that did not answer, so that not every citizen waits to find that out."""

from threading import Lock
from time import monotonic

SECONDS = 1.0


class Rest:
    """Whether a part may be asked: always while it works, once a second while it does not."""

    def __init__(self, seconds: float = SECONDS) -> None:
        """Between two tries at a part that is away, `seconds` pass."""
        self._seconds = seconds
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
            self._next = now + self._seconds
            return True

    def worked(self) -> None:
        """The part answered."""
        self._away = False

    def failed(self) -> None:
        """The part did not answer, or not in time."""
        with self._lock:
            self._away = True
            self._next = monotonic() + self._seconds

"""Pages are made one after the other, so that each is ready soon instead of all being ready late.

Threads of one process share one processor. Pages that are begun together are all ready when the
last one is; begun in turn, half of them are ready in half of that time. Nobody waits long for a
turn: while the database hangs, whoever holds it may need seconds, and pages that ask no database
must not stand behind it. Decision 0097.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

AT_ONCE = 1
PATIENCE = 0.25  # seconds after which a page is begun out of turn


class Turns:
    """The turns of one process. Its threads share them."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        """As many turns as pages are made at once."""
        self._free = Semaphore(at_once)
        self._patience = patience

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, but not longer than patience lasts."""
        taken = self._free.acquire(timeout=self._patience)
        try:
            yield
        finally:
            if taken:
                self._free.release()

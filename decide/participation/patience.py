"""SQL with a deadline, for citizens who wait: a server that hangs must not hold a page.

A driver's own timeouts do not cover a server that accepts and never answers, so the work runs in
a few threads of its own and the caller walks away. Work left behind may still be committed;
everything done here may be repeated.
"""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from contextvars import copy_context
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.orm import Session

from decide.errors import Sentence, Unavailable
from decide.kernel.db import Database
from decide.participation.rest import Rest

T = TypeVar("T")

SECONDS = 0.9
HANDS = 4

AWAY = Sentence(
    "En este momento no podemos guardar su respuesta. Inténtelo de nuevo en unos segundos."
)
# For whoever only asks: nothing of theirs was to be kept.
UNREAD = Sentence(
    "En este momento no podemos consultar este dato. Inténtelo de nuevo en unos segundos."
)


class Patience:
    """Runs transactions for at most `SECONDS`; says so at once when too many wait."""

    def __init__(self, database: Database) -> None:
        """Use `database`; no thread starts before the first use."""
        self._database = database
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="patience")
        self._rest = Rest()
        self._free = threading.Semaphore(HANDS * 4)

    def transaction(self, work: Callable[[Session], T], *, away: str = AWAY) -> T:
        """`work` in a transaction of its own, committed on return.

        Raises Unavailable with the sentence `away` when SQL does not answer in time, or the
        process ends before it is asked.
        """
        if not self._rest.may_try() or not self._free.acquire(blocking=False):
            raise Unavailable(away)
        # In the asker's context: what its page shows is noted there (`kernel.notes`).
        future = self._hands.submit(copy_context().run, self._run, work)
        future.add_done_callback(lambda _: self._free.release())
        try:
            done = future.result(SECONDS)
        except (TooLong, CancelledError, OperationalError, PoolEmpty) as error:
            future.cancel()
            self._rest.failed()
            raise Unavailable(away) from error
        self._rest.worked()
        return done

    def close(self) -> None:
        """Let the threads end; work that hangs is left to the end of the process."""
        self._hands.shutdown(wait=False, cancel_futures=True)

    def _run(self, work: Callable[[Session], T]) -> T:
        with self._database.transaction() as session:
            return work(session)

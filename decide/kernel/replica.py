"""A second PostgreSQL that follows the first. Whoever asks it proves first that it is not behind.

See `participation.mirror`, which knows what “behind” means for a page.
"""

from time import monotonic

from decide.kernel.db import Database

PAUSE = 5.0  # seconds in which a replica that did not answer is not asked again
CONNECT = 1  # seconds: the first server is there to be asked instead


class Replica:
    """Its connections, and whether it is worth asking just now."""

    def __init__(self, url: str) -> None:
        """`url` as SQLAlchemy's; no connection is opened before the first use."""
        self.database = Database(url, statement_timeout_ms=3_000, connect_seconds=CONNECT)
        self._away_until = 0.0

    @property
    def is_worth_asking(self) -> bool:
        """Whether it has not failed within the last seconds."""
        return monotonic() >= self._away_until

    def failed(self) -> None:
        """Leave it alone for a while."""
        self._away_until = monotonic() + PAUSE

    def close(self) -> None:
        """Close all pooled connections."""
        self.database.close()

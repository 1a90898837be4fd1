"""Everything a process opens, opened in one place and passed on."""

from dataclasses import dataclass

from redis import Redis

from decide.kernel.clock import Clock
from decide.kernel.db import Database
from decide.kernel.jobs import Jobs
from decide.kernel.redis import connect
from decide.settings import Settings


@dataclass(frozen=True)
class Resources:
    """Connections and clocks of one process."""

    settings: Settings
    database: Database
    ledger: Redis
    queue: Redis
    jobs: Jobs
    clock: Clock

    def close(self) -> None:
        """Give all connections back."""
        self.database.close()
        self.ledger.close()
        self.queue.close()


def open_resources(settings: Settings, *, clock: Clock | None = None) -> Resources:
    """Open what a process needs; nothing connects before its first use."""
    queue = connect(settings.queue_url)
    return Resources(
        settings=settings,
        database=Database(settings.database_url),
        ledger=connect(settings.redis_url),
        queue=queue,
        jobs=Jobs(queue),
        clock=clock or Clock(),
    )

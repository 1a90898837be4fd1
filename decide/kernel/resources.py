"""Everything a process opens, opened in one place and passed on."""

from contextlib import ExitStack
from dataclasses import dataclass, field

from redis import Redis

from decide.kernel.clock import Clock
from decide.kernel.db import Database
from decide.kernel.files import mount
from decide.kernel.jobs import Jobs
from decide.kernel.redis import connect
from decide.kernel.replica import Replica
from decide.kernel.store import Store
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
    replica: Replica | None = None
    # What works on these connections by itself (threads, timers) registers how it ends.
    at_close: ExitStack = field(default_factory=ExitStack, repr=False, compare=False)

    def close(self) -> None:
        """End what works by itself, then give all connections back."""
        self.at_close.close()
        self.database.close()
        if self.replica is not None:
            self.replica.close()
        self.ledger.close()
        self.queue.close()


def open_resources(settings: Settings, *, clock: Clock | None = None) -> Resources:
    """Open what a process needs; nothing connects before its first use."""
    queue = connect(settings.queue_url)
    if settings.files_url:
        mount(settings.files_folder, Store(settings))
    return Resources(
        settings=settings,
        database=Database(settings.database_url),
        ledger=connect(settings.redis_url),
        queue=queue,
        jobs=Jobs(queue),
        clock=clock or Clock(),
        replica=Replica(settings.replica_url) if settings.replica_url else None,
    )

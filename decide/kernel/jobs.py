"""The queue: jobs carry only ids, in JSON, and are sent after the commit of the row they work on.

A job function is named `decide.<room>.jobs.<verb>`, takes (resources, id) and is wrapped by `job`.
RQ forks a process per job, so each job opens its own connections and closes them.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, get_current_job
from rq.exceptions import DuplicateJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException as JobTimeout

from decide.kernel.db import Session, after_commit
from decide.kernel.log import begin_request, end_request, logger, request_now

if TYPE_CHECKING:
    from decide.kernel.resources import Resources

__all__ = ["QUEUE", "JobTimeout", "Jobs", "NoWorkshop", "Workshop", "bind", "job", "job_id"]

QUEUE = "decide"
REQUEST = "request"  # in a job's meta: the id of the request that sent it

log = logger("kernel")


class NoWorkshop(Exception):
    """A job ran outside a worker: `bind` has not been called in this process."""


class Workshop:
    """How a worker process opens what its jobs need; bound once by worker.py."""

    opener: "Callable[[], Resources] | None" = None


def bind(opener: "Callable[[], Resources]") -> None:
    """Tell this process how jobs open their resources."""
    Workshop.opener = opener


def job(function: "Callable[[Resources, int], None]") -> Callable[[int], None]:
    """Make `function(resources, id)` callable by the worker with the id alone."""

    @wraps(function)
    def run(identity: int) -> None:
        if Workshop.opener is None:
            raise NoWorkshop(function.__name__)
        current = get_current_job()
        begin_request(str(current.meta.get(REQUEST, "")) if current else "")
        resources = Workshop.opener()
        try:
            function(resources, identity)
        finally:
            resources.close()
            end_request()

    return run


class Jobs:
    """The sending side of the queue."""

    def __init__(self, redis: Redis) -> None:
        """Send to the queue on `redis`."""
        self.queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)

    def send(
        self,
        function: str,
        identity: int,
        *,
        attempt: int = 1,
        timeout: int = 3600,
        first: bool = False,
    ) -> None:
        """Enqueue `function` for the row `identity`; the same row and attempt are queued once.

        `timeout` in seconds; `first` passes the queue. The attempt is part of the job's id, because
        RQ keeps a failed job and would refuse its id for the next try. A finished job leaves
        nothing: results stand in rows, and the same id may be sent again.
        """
        try:
            self.queue.enqueue(
                function,
                identity,
                job_id=job_id(function, identity, attempt),
                job_timeout=timeout,
                result_ttl=0,
                failure_ttl=86_400,
                unique=True,
                at_front=first,
                meta={REQUEST: request_now()} if request_now() else None,
            )
        except DuplicateJobError:
            return

    def send_after(
        self, session: Session, function: str, identity: int, *, attempt: int = 1
    ) -> None:
        """Send once this transaction has been committed.

        The row stands then, whether or not the queue is there: a sweep of the timetable sends what
        could not be sent, and whoever gave the order is told the truth.
        """

        def send() -> None:
            try:
                self.send(function, identity, attempt=attempt)
            except RedisError as error:
                name = job_id(function, identity, attempt)
                log.warning("jobs.not_sent", job=name, kind=type(error).__name__)

        after_commit(session, send)

    def is_waiting(self, function: str, identity: int, *, attempt: int = 1) -> bool:
        """Whether this very job stands in the queue and no worker has taken it yet."""
        return job_id(function, identity, attempt) in self.queue.get_job_ids()

    def is_known(self, function: str, identity: int, *, attempt: int = 1) -> bool:
        """Whether the queue keeps anything of this job: waiting, running, or failed."""
        name = job_id(function, identity, attempt)
        return bool(Job.exists(name, connection=self.queue.connection))

    def waiting(self) -> int:
        """How many jobs no worker has taken yet."""
        return int(self.queue.count)

    def failed(self) -> int:
        """How many jobs ended in an error within the last day."""
        return int(self.queue.failed_job_registry.count)


def job_id(function: str, identity: int, attempt: int) -> str:
    """The name of a job in the queue, e.g. `delivery-jobs-build-7-1`."""
    return f"{function.removeprefix('decide.').replace('.', '-')}-{identity}-{attempt}"

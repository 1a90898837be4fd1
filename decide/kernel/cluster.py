"""A Redis/Valkey cluster behind the same face as one server: lazy, and with the same errors."""

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.exceptions import ConnectionError as Away
from redis.exceptions import RedisClusterException
from redis.retry import Retry

SCHEME = "redis+cluster://"


class Cluster:
    """Passes every call on to a client that connects at the first one.

    The library's own client connects when it is made, and part of its errors are no RedisError.
    """

    def __init__(self, url: str, *, timeout: float) -> None:
        """`url` as `redis+cluster://host:port`, any node of the cluster."""
        self._url = "redis://" + url.removeprefix(SCHEME)
        self._timeout = timeout
        self._client: RedisCluster | None = None
        self._lock = Lock()

    def __getattr__(self, name: str) -> Any:
        """A command of the client, with errors that callers know."""
        found = getattr(translated(self._connected)(), name)
        return translated(found) if callable(found) else found

    def pipeline(self, transaction: bool = False) -> Any:
        """Several commands at once, to several nodes if need be."""
        del transaction  # a cluster has none across nodes, and nobody here asks for one
        pipe = translated(self._connected)().pipeline()
        pipe.execute = translated(pipe.execute)
        return pipe

    def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            self._client.close()

    def _connected(self) -> RedisCluster:
        with self._lock:
            if self._client is None:
                self._client = RedisCluster.from_url(
                    self._url,
                    socket_timeout=self._timeout,
                    socket_connect_timeout=self._timeout,
                    retry=Retry(NoBackoff(), 1),
                    require_full_coverage=False,
                    protocol=2,
                )
            return self._client


def translated(call: Callable[..., Any]) -> Callable[..., Any]:
    """`call`, whose errors about the cluster as a whole become errors of a connection."""

    @wraps(call)
    def asked(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except RedisClusterException as error:
            raise Away(str(error)) from error

    return asked

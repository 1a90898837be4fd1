"""Connections to the two Redis/Valkey servers: the ledger's, and the queue's."""

from typing import Any, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

from decide.kernel.cluster import SCHEME, Cluster

__all__ = ["RedisConnectionError", "RedisError", "connect", "nodes"]


def connect(url: str, *, timeout: float = 1.0) -> Redis:
    """A pooled client that answers within `timeout` seconds or raises RedisError.

    One immediate second try, because a pooled connection may have died with a restarted server;
    every write of ours may be repeated without harm. `redis+cluster://` leads to a cluster.
    """
    if url.startswith(SCHEME):
        return cast("Redis", Cluster(url, timeout=timeout))
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 1),
        retry_on_error=[RedisConnectionError],
        health_check_interval=0,
        protocol=2,
    )


def nodes(client: Redis) -> list[tuple[str, dict[str, Any]]]:
    """(name, what INFO says) of every primary; one without a name where there is no cluster."""
    if isinstance(client, Cluster):
        return sorted(client.info(target_nodes="primaries").items())
    return [("", client.info())]

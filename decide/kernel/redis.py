"""Connections to the two Redis/Valkey servers: the ledger's, and the queue's."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

__all__ = ["RedisConnectionError", "RedisError", "connect"]


def connect(url: str, *, timeout: float = 1.0) -> Redis:
    """A pooled client that answers within `timeout` seconds or raises RedisError.

    One immediate second try, because a pooled connection may have died with a restarted server;
    every write of ours may be repeated without harm.
    """
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 1),
        retry_on_error=[RedisConnectionError],
        health_check_interval=0,
        protocol=2,
    )

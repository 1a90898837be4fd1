"""From which network a try comes, without keeping an address.

A network is an HMAC of its prefix (IPv4 /24, IPv6 /56) under a key that lives in the queue Redis
for at most 48 hours and exists nowhere else: once it is gone nobody can tell which network it was.
"""

import hashlib
import hmac
import ipaddress
import secrets
from datetime import datetime
from functools import lru_cache
from typing import Any

from decide.kernel.redis import RedisError

LIFE = 48 * 3600


class Prefixes:
    """Turns addresses into the day's network marks."""

    def __init__(self, redis: Any) -> None:
        """Keys are shared by all processes through `redis`."""
        self._redis = redis

    def mark(self, address: str | None, at: datetime) -> bytes:
        """The mark of the network of `address` on the day of `at`."""
        return hmac.digest(self._key(at), prefix_of(address).encode(), hashlib.sha256)[:16]

    def _key(self, at: datetime) -> bytes:
        name = f"prefix-key:{at:%Y-%m-%d}"
        try:
            kept: bytes | None = self._redis.get(name)
            if kept is None:
                self._redis.set(name, secrets.token_bytes(32), nx=True, ex=LIFE)
                kept = self._redis.get(name)
        except RedisError:
            kept = None
        # Throttles go on when Redis does not answer: each process then knows its own networks.
        return kept or _own_key()


@lru_cache(maxsize=1)
def _own_key() -> bytes:
    return secrets.token_bytes(32)


def prefix_of(address: str | None) -> str:
    """The network of an address; all unreadable addresses are one network."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None:
        parsed = mapped
    width = 24 if parsed.version == 4 else 56
    return str(ipaddress.ip_network(f"{parsed}/{width}", strict=False))

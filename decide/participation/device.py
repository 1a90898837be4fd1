"""The device cookie: 16 random bytes that the service signed.

It names no person, and it is stored nowhere but in the browser.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import NamedTuple

from decide.participation.keys import Keys

RANDOM_BYTES = 16
ISSUED_BYTES = 4
SIGNATURE_BYTES = 16
COOKIE_LENGTH = 48  # 36 bytes in base64url: no padding and no spare bits, so one spelling only


class Device(NamedTuple):
    """A device whose cookie carried our signature; `issued` in seconds since 1970."""

    identity: bytes
    issued: int


def mint(keys: Keys, issued: int, *, identity: bytes | None = None) -> str:
    """The cookie value of a new device (or of a known `identity`, to carry it to another phone)."""
    body = (identity or os.urandom(RANDOM_BYTES)) + issued.to_bytes(ISSUED_BYTES, "big")
    return urlsafe_b64encode(body + _signature(keys, body)).decode()


def verify(keys: Keys, cookie: str) -> Device | None:
    """The device of a cookie value; None for anything that we did not sign."""
    if len(cookie) != COOKIE_LENGTH or not cookie.isascii():
        return None
    try:
        packed = urlsafe_b64decode(cookie)
    except NotBase64:
        return None
    body, signature = packed[:-SIGNATURE_BYTES], packed[-SIGNATURE_BYTES:]
    if len(packed) != RANDOM_BYTES + ISSUED_BYTES + SIGNATURE_BYTES:
        return None
    if not hmac.compare_digest(signature, _signature(keys, body)):
        return None
    return Device(body[:RANDOM_BYTES], int.from_bytes(body[RANDOM_BYTES:], "big"))


def cookie_name(*, https: bool) -> str:
    """`__Host-` binds the cookie to this host and to TLS; plain http cannot carry it."""
    return "__Host-d" if https else "d"


def _signature(keys: Keys, body: bytes) -> bytes:
    return hmac.digest(keys.device, body, "sha256")[:SIGNATURE_BYTES]

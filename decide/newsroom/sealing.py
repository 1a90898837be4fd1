"""What protects the addresses of the mail list, and the links that only their owners know.

A link of a mail carries the row's number and a keyed signature; nothing else opens the row.
"""

import base64
import hashlib
import hmac
import re

from decide.errors import NotFound, Sentence
from decide.kernel.sealing import Sealer, derived
from decide.settings import Settings

CONFIRM, LEAVE = "confirm", "leave"
GONE = Sentence("Ese enlace ya no sirve. Puede apuntarse otra vez en la sala de prensa.")


class Secrets:
    """What protects addresses; made of the key that never changes."""

    def __init__(self, settings: Settings) -> None:
        """Derive a key for each purpose."""
        self._sealer = Sealer(settings, b"mail-list seal")
        self._mark = derived(settings, b"mail-list mark")
        self._sign = derived(settings, b"mail-list link")

    def mark(self, address: str) -> bytes:
        """What finds the row of an address, whatever its capitals."""
        return hmac.digest(self._mark, address.lower().encode(), hashlib.sha256)[:16]

    def seal(self, address: str) -> bytes:
        """The address, encrypted."""
        return self._sealer.seal(address)

    def open(self, sealed: bytes) -> str:
        """The address."""
        return self._sealer.open(sealed)

    def token(self, purpose: str, subscriber_id: int) -> str:
        """The last part of a link."""
        told = hmac.digest(self._sign, f"{purpose} {subscriber_id}".encode(), hashlib.sha256)[:15]
        return f"{subscriber_id}-{base64.b32encode(told).decode().lower()}"

    def opened(self, purpose: str, token: str) -> int:
        """Whose link it is; NotFound for one that we never wrote."""
        number = token.partition("-")[0]
        if not re.fullmatch(r"[1-9][0-9]{0,17}", number):
            raise NotFound(GONE)
        if not hmac.compare_digest(self.token(purpose, int(number)), token):
            raise NotFound(GONE)
        return int(number)

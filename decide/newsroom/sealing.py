"""What protects the addresses of the mail list, and the links that only their owners know.

A link of a mail carries the row's number and a keyed signature; nothing else opens the row.
"""

import base64
import hashlib
import hmac
import re
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from decide.errors import NotFound
from decide.settings import Settings

NONCE = 12
CONFIRM, LEAVE = "confirm", "leave"
GONE = "Ese enlace ya no sirve. Puede apuntarse otra vez en la sala de prensa."


class Secrets:
    """What protects addresses; made of the key that never changes."""

    def __init__(self, settings: Settings) -> None:
        """Derive a key for each purpose."""
        root = settings.process_key.encode()
        self._cipher = AESGCM(hmac.digest(root, b"mail-list seal", hashlib.sha256))
        self._mark = hmac.digest(root, b"mail-list mark", hashlib.sha256)
        self._sign = hmac.digest(root, b"mail-list link", hashlib.sha256)

    def mark(self, address: str) -> bytes:
        """What finds the row of an address, whatever its capitals."""
        return hmac.digest(self._mark, address.lower().encode(), hashlib.sha256)[:16]

    def seal(self, address: str) -> bytes:
        """The address, encrypted."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._cipher.encrypt(nonce, address.encode(), None)

    def open(self, sealed: bytes) -> str:
        """The address."""
        return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], None).decode()

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

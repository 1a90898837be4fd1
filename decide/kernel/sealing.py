"""Keeping a mail address so that whoever reads the table learns nothing.

Encrypted with one key for each purpose, made of the key that never changes.
"""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from decide.settings import Settings

NONCE = 12


class Sealer:
    """Encrypts short texts for one purpose; what another purpose sealed it cannot open."""

    def __init__(self, settings: Settings, purpose: bytes) -> None:
        """Derive the purpose's key."""
        self._cipher = AESGCM(derived(settings, purpose))

    def seal(self, text: str) -> bytes:
        """The text, encrypted; the same text never looks the same twice."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """The text."""
        return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], None).decode()


def derived(settings: Settings, purpose: bytes) -> bytes:
    """A key for one purpose; knowing it says nothing about the others."""
    return hmac.digest(settings.process_key.encode(), purpose, hashlib.sha256)

"""Browsers that an account has used before.

After a log-in the browser keeps a signed cookie that names it to this account. Strangers cannot
make one, so a browser that shows it is throttled apart from them: whoever hammers at an account
from outside does not shut out the person who works with it. The cookie opens nothing by itself.
"""

import base64
import hashlib
import hmac
import secrets
from binascii import Error as NotBase64

DAYS = 180
RANDOM = 12
SIGNATURE = 16


class Browsers:
    """Makes and recognises the cookies."""

    def __init__(self, secret_key: str) -> None:
        """Derive an own key, so that no other signature of the service can be passed off as one."""
        self._key = hmac.digest(secret_key.encode(), b"known-browser", hashlib.sha256)

    def introduce(self, username: str) -> str:
        """A new cookie for a browser that has just logged in as `username`."""
        name = secrets.token_bytes(RANDOM)
        return base64.urlsafe_b64encode(name + self._sign(name, username)).decode()

    def recognise(self, cookie: str | None, username: str) -> bytes | None:
        """The browser's random name when the cookie was made for this account, else None."""
        try:
            raw = base64.urlsafe_b64decode(cookie or "")
        except (NotBase64, ValueError):
            return None
        name, signature = raw[:RANDOM], raw[RANDOM:]
        if hmac.compare_digest(signature, self._sign(name, username)):
            return name
        return None

    def _sign(self, name: bytes, username: str) -> bytes:
        return hmac.digest(self._key, name + username.encode(), hashlib.sha256)[:SIGNATURE]

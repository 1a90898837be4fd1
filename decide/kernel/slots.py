"""A shelf of fixed size in the queue Redis, where processes leave for each other what is public.

A key leads to one of so many slots; whoever comes later takes the slot over, so the whole can never
grow beyond its measure and nothing needs to be tidied. What lies there is signed for its key, for
this program as it is and for these settings: what anybody else wrote is as good as nothing.
Losing it costs a rendering; a Redis that is away or hangs is left alone for some seconds. Never on
the ledger's server, which writes each change to the disk before it answers: there presses wait.
"""

from dataclasses import fields
from functools import cache
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from decide.kernel.log import logger
from decide.kernel.redis import RedisError, connect
from decide.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ("decide", "templates", "static", "translations", "requirements")
LARGEST = 32 * 2**10  # bytes in one slot
TIMEOUT = 0.05  # seconds: a page is rendered in less than that would be worth
PAUSE = 5.0  # seconds in which a Redis that did not answer is not asked again
EXPIRY = 3600  # seconds
MAC = 32
# They differ from host to host and show on no page.
OF_A_HOST = frozenset({"files_folder", "log_level"})

log = logger("pages")


class Slots:
    """The shelf, and whether it is worth asking just now."""

    def __init__(self, settings: Settings) -> None:
        """As many slots as `shared_pages_mib` holds; nothing connects before the first use."""
        self._settings = settings
        self._client = connect(settings.queue_url, timeout=TIMEOUT)
        self._count = max(1, settings.shared_pages_mib * 2**20 // LARGEST)
        self._away_until = 0.0
        self._key = b""

    def get(self, key: str) -> bytes | None:
        """What was put there under this key by a program like this one; None otherwise."""
        if monotonic() < self._away_until:
            return None
        try:
            found = self._client.get(self._slot(key))
        except (RedisError, OSError) as error:
            self._failed(error)
            return None
        if not isinstance(found, bytes) or not compare_digest(
            found[:MAC], self._signed(key, found[MAC:])
        ):
            return None
        return found[MAC:]

    def put(self, key: str, value: bytes) -> None:
        """Leave something for the others, unless it is too large."""
        if len(value) > LARGEST - MAC or monotonic() < self._away_until:
            return
        try:
            self._client.set(self._slot(key), self._signed(key, value) + value, ex=EXPIRY)
        except (RedisError, OSError) as error:
            self._failed(error)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _slot(self, key: str) -> str:
        number = int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) % self._count
        return f"page:{number}"

    def _signed(self, key: str, value: bytes) -> bytes:
        self._key = self._key or key_of(self._settings)
        signature = blake2b(key=self._key, digest_size=MAC)
        named = key.encode()
        signature.update(len(named).to_bytes(4) + named)
        signature.update(value)
        return signature.digest()

    def _failed(self, error: Exception) -> None:
        self._away_until = monotonic() + PAUSE
        log.warning("pages.not_shared", kind=type(error).__name__)


def may_share(settings: Settings) -> bool:
    """Whether pages are kept at all, are to be shared, and the queue has a server of its own."""
    wanted = bool(settings.page_cache_mib and settings.shared_pages_mib)
    return wanted and server_of(settings.queue_url) != server_of(settings.redis_url)


def server_of(url: str) -> tuple[str | None, int | None, str]:
    """Where an address leads, whichever database it names there."""
    parts = urlsplit(url)
    return parts.hostname, parts.port, "" if parts.hostname else parts.path


def key_of(settings: Settings) -> bytes:
    """A key that only processes with this program and these settings have."""
    told = [
        f"{each.name}={getattr(settings, each.name)!r}"
        for each in fields(settings)
        if not each.metadata["secret"] and each.name not in OF_A_HOST
    ]
    told.append(program_mark())
    key = blake2b(settings.process_key.encode(), digest_size=32).digest()
    return blake2b("\n".join(told).encode(), key=key, person=b"shared pages").digest()


@cache
def program_mark() -> str:
    """Differs between two programs that may render differently."""
    digest = blake2b(digest_size=16)
    for folder in PROGRAM:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\0".encode())
                digest.update(blake2b(path.read_bytes()).digest())
    return digest.hexdigest()

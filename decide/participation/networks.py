"""How much comes from one network: counted in the memory of one worker, under a key of that memory.

A network is a keyed hash (BLAKE2b) of its prefix under a key that is drawn anew every day and
written down nowhere, not even in Redis: with the key go the counts, and nobody can tell any more
which network was which. What leaves this file is a class of four, never a network.
"""

import secrets
import threading
import time
from hashlib import blake2b

from decide.kernel.prefixes import prefix_of

DAY = 24 * 3600.0
LARGEST = 200_000  # networks on subjects remembered; beyond it the count starts anew for everybody
STEPS = (10, 50, 200)  # answers on one subject from which the next class begins


class Networks:
    """Counts answers by network, and by network and subject. Threads share it."""

    def __init__(self, many: int) -> None:
        """A network is crowded from `many` answers in a day of this worker."""
        self._many = many
        self._lock = threading.Lock()
        self._until = 0.0
        self._key = b""
        self._counts: dict[bytes, int] = {}
        self._here: dict[tuple[bytes, int], int] = {}

    def count(self, address: str, subject_id: int) -> int:
        """Count an answer; how many came on this subject from its network, as a class 0–3.

        An unreadable address is nobody's network: class 0.
        """
        prefix = network_of(address)
        if not prefix:
            return 0
        with self._lock:
            self._turn()
            mark = self._mark(prefix)
            self._counts[mark] = self._counts.get(mark, 0) + 1
            here = self._here.get((mark, subject_id), 0) + 1
            self._here[mark, subject_id] = here
        return sum(here > step for step in STEPS)

    def is_crowded(self, address: str) -> bool:
        """Whether this network has sent more than its soft share today."""
        prefix = network_of(address)
        with self._lock:
            self._turn()
            return self._counts.get(self._mark(prefix), 0) > self._many

    def mark(self, address: str) -> bytes:
        """The day's mark of a network, for a limit that is kept elsewhere in this memory."""
        with self._lock:
            self._turn()
            return self._mark(network_of(address))

    def _mark(self, told: bytes) -> bytes:
        return blake2b(told, key=self._key, digest_size=8).digest()

    def _turn(self) -> None:
        now = time.monotonic()
        if now >= self._until or len(self._here) >= LARGEST:
            self._key, self._counts, self._here = secrets.token_bytes(32), {}, {}
            self._until = now + DAY


def network_of(address: str) -> bytes:
    """The network of an address: IPv4 /24, IPv6 /56; empty for what is no address."""
    # The usual case, at a tenth of the price of the general one: a press pays for this.
    head, dot, _ = address.rpartition(".")
    return head.encode() if dot and ":" not in address else prefix_of(address).encode()

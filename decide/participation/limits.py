"""How much one device may send: counted in the memory of one worker, written down nowhere."""

import threading
import time

LARGEST = 200_000  # devices remembered; beyond it the window starts anew for everybody


class DeviceLimit:
    """At most `limit` in any hour, nearly: this hour's count plus the fading previous one."""

    def __init__(self, limit: int, *, window: float = 3600.0) -> None:
        """Allow `limit` per `window` seconds."""
        self.limit = limit
        self.window = window
        self._number = 0
        self._now: dict[bytes, int] = {}
        self._before: dict[bytes, int] = {}
        self._lock = threading.Lock()

    def take(self, device: bytes) -> bool:
        """Count one more; False when it is one too many (and then it does not count)."""
        number, part = divmod(time.monotonic() / self.window, 1)
        with self._lock:
            self._turn(int(number))
            count = self._now.get(device, 0)
            if count + self._before.get(device, 0) * (1 - part) >= self.limit:
                return False
            self._now[device] = count + 1
            return True

    def _turn(self, number: int) -> None:
        if number == self._number and len(self._now) < LARGEST:
            return
        self._before = self._now if number <= self._number + 1 else {}
        self._now = {}
        self._number = number

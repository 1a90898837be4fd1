"""Presses of one worker that come at the same time cross to the log together.

The log forces its disk once for all that lie before it; so the crossing is what costs, and one
write and one answer carry everybody who waits. Nobody waits for the boat to fill: it leaves as
soon as the one before it is back. Each is told what the log answered to their own press, and
nobody before the log has answered.
"""

from threading import Lock

from redis.exceptions import TimeoutError as TooSlow

from decide.participation.wire import Wire, told


class Passenger:
    """One command, and what became of it."""

    __slots__ = ("answer", "command", "failure", "landed", "next", "turn")

    def __init__(self, command: bytes) -> None:
        """`turn` is released when the boat is back, or when this thread has to steer the next."""
        self.command = command
        self.answer: object = None
        self.failure: Exception | None = None
        self.landed = False
        self.next: Passenger | None = None
        self.turn = Lock()
        self.turn.acquire()


class Ferry:
    """One boat at a time over one wire. Threads share it; one of those who wait steers."""

    def __init__(self, wire: Wire) -> None:
        """Cross over `wire`; connects to nothing yet."""
        self._wire = wire
        self._quay = Lock()
        self._waiting: list[Passenger] = []
        self._at_sea = False

    def ask(self, command: bytes) -> object:
        """The server's answer to one packed command; raises RedisError as `Wire.ask` does."""
        own = Passenger(command)
        with self._quay:
            self._waiting.append(own)
            steers = not self._at_sea
            self._at_sea = True
        if not steers:
            own.turn.acquire()
        if not own.landed:
            self._cross()
        # One wakes the next: woken all at once they would only stand in each other's way.
        if own.next is not None:
            own.next.turn.release()
        if own.failure is not None:
            raise own.failure
        return told(own.answer)

    def _cross(self) -> None:
        """Carry all who wait, oneself first; whoever came meanwhile steers the next boat."""
        with self._quay:
            aboard, self._waiting = self._waiting, []
        failure: Exception | None = None
        try:
            answers = self._wire.ask_all([each.command for each in aboard])
            for passenger, answer in zip(aboard, answers, strict=True):
                passenger.answer = answer
        except Exception as error:
            failure = error  # everybody's: none of them may wait for ever
        with self._quay:
            if isinstance(failure, TooSlow):
                # It hangs. Those on the quay have waited for that boat too; not twice as long.
                aboard, self._waiting = aboard + self._waiting, []
            steers = self._waiting[0] if self._waiting else None
            self._at_sea = steers is not None
        behind: Passenger | None = None
        for passenger in reversed(aboard):
            passenger.failure, passenger.next, passenger.landed = failure, behind, True
            behind = passenger
        if steers is not None:
            steers.turn.release()

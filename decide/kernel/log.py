"""Structured logs: a constant event name and ids, one JSON object a line, no personal datum.

Never pass text typed by a person, an address, a folio, a device or a browser string.

Lines of one request carry its id, and so do those of the jobs that it sent: the proxy made it, and
it names nobody. The press log carries none: what a device said must not lead to a line of a log.
"""

import logging
import re
import secrets
import sys
import threading
from time import monotonic
from typing import cast

import structlog

REQUEST = re.compile(r"[0-9a-f]{32}")  # as nginx writes $request_id
FORBIDDEN = frozenset(
    {
        "ip",
        "remote_addr",
        "user_agent",
        "device",
        "folio",
        "text",
        "password",
        "cookie",
        "email",
        "name",
    }
)


class PersonalDatum(Exception):
    """Somebody tried to log a field that may hold a personal datum; names the field."""


def refuse_personal(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Stop a log line that carries a forbidden field, in tests and in production alike."""
    wrong = FORBIDDEN & event.keys()
    if wrong:
        raise PersonalDatum(", ".join(sorted(wrong)))
    return event


def configure(level: str) -> None:
    """Send structured lines to standard error from `level` on; called once by an entry point."""
    logging.basicConfig(stream=sys.stderr, level=level.upper(), format="%(message)s")
    # Access lines of libraries would carry addresses.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            refuse_personal,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def begin_request(given: str = "") -> None:
    """From here on lines of this thread carry the proxy's id of the request, or a new one."""
    structlog.contextvars.clear_contextvars()
    known = given if REQUEST.fullmatch(given) else secrets.token_hex(16)
    structlog.contextvars.bind_contextvars(request=known)


def end_request() -> None:
    """Lines of this thread belong to no request any more."""
    structlog.contextvars.clear_contextvars()


def request_now() -> str:
    """The id of the request that this thread works for; empty for none."""
    return str(structlog.contextvars.get_contextvars().get("request", ""))


def logger(room: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a room; `room` appears in every line."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger(room=room))


class Sparing:
    """Lines about what strangers can cause at will: a few a second, the rest counted.

    A flood must neither fill the disk nor hide other events, and its size stays known: the next
    line of the same event says how many were `left_out`.
    """

    def __init__(self, log: structlog.typing.FilteringBoundLogger, *, most: int = 5) -> None:
        """At most `most` lines of one event in each second of this process."""
        self._log = log
        self._most = most
        self._lock = threading.Lock()
        self._turns: dict[str, tuple[int, int]] = {}  # event: (second, lines in it or wanted)

    def note(self, event: str, **ids: object) -> None:
        """Write a warning, or count it for the next one."""
        second = int(monotonic())
        with self._lock:
            then, wanted = self._turns.get(event, (second, 0))
            left_out = 0
            if then != second:
                left_out, wanted = max(0, wanted - self._most), 0
            self._turns[event] = (second, wanted + 1)
        if left_out:
            ids["left_out"] = left_out
        if wanted < self._most:
            self._log.warning(event, **ids)

    def forget(self) -> None:
        """Begin a new turn for every event, whatever was written in this second."""
        with self._lock:
            self._turns.clear()

"""Structured logs: a constant event name and ids, one JSON object a line, no personal datum.

Never pass text typed by a person, an address, a folio, a device or a browser string.
"""

import logging
import sys
from typing import cast

import structlog

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


def logger(room: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a room; `room` appears in every line."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger(room=room))

"""Telling a citizen that something does not take answers now, and what to do."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from decide.calendar.rules import Window


def closed_sentence(windows: Sequence[Window], kind: str, at: datetime, zone: ZoneInfo) -> str:
    """Opens later, has closed, or neither: a sentence with the date at the citizen's own clock."""
    taking = [window for window in windows if kind in window.takes_part & window.visible]
    opens = min((window.opens_at for window in taking if window.opens_at > at), default=None)
    if opens is not None:
        return f"Todavía no se puede opinar aquí. Podrá hacerlo desde el {_day(opens, zone)}."
    closed = max(
        (window.closes_at for window in taking if window.closes_at and window.closes_at <= at),
        default=None,
    )
    if closed is not None:
        return (
            f"La etapa para opinar aquí cerró el {_day(closed, zone)}. "
            "Lo que usted envió antes quedó guardado."
        )
    return "Aquí no se reciben opiniones en esta etapa. Consulte las fechas en la página de inicio."


def _day(instant: datetime, zone: ZoneInfo) -> str:
    return format_datetime(
        instant, "d 'de' MMMM 'de' y 'a las' HH:mm 'h'", tzinfo=zone, locale="es_MX"
    )

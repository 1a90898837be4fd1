"""Telling a citizen that something does not take answers now, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from decide.calendar.rules import Window
from decide.participation.refusals import Closed


@dataclass(frozen=True)
class LocalMoment:
    """An instant by the citizen's own clock; in Spanish unless a page says it otherwise."""

    at: datetime
    zone: ZoneInfo

    def __str__(self) -> str:
        """“2 de junio de 2021 a las 23:59 h”."""
        return format_datetime(
            self.at, "d 'de' MMMM 'de' y 'a las' HH:mm 'h'", tzinfo=self.zone, locale="es_MX"
        )


def closed(windows: Sequence[Window], kind: str, at: datetime, zone: ZoneInfo) -> Closed:
    """Opens later, has closed, or neither: a sentence with the date at the citizen's own clock."""
    taking = [window for window in windows if kind in window.takes_part & window.visible]
    opens = min((window.opens_at for window in taking if window.opens_at > at), default=None)
    if opens is not None:
        return Closed(
            "Todavía no se puede opinar aquí. Podrá hacerlo desde el %(day)s.",
            day=LocalMoment(opens, zone),
        )
    ended = max(
        (window.closes_at for window in taking if window.closes_at and window.closes_at <= at),
        default=None,
    )
    if ended is not None:
        return Closed(
            "La etapa para opinar aquí cerró el %(day)s. Lo que usted envió antes quedó guardado.",
            day=LocalMoment(ended, zone),
        )
    return Closed(
        "Aquí no se reciben opiniones en esta etapa. Consulte las fechas en la página de inicio."
    )

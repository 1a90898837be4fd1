"""The phases of the authority's open-government commitment, from the four dates that fix them.

Source: Plan de Acción Local de Gobierno Abierto, Estado de México 2019–2021, “Decide IEEM”.
In 2021: platforms 10 April, campaign 30 April – 2 June, election day 6 June.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from decide.calendar.rules import Area, Window

GUIDE = frozenset({Area.GUIDE})
PLATFORMS = frozenset({Area.PLATFORM, Area.SECTION, Area.BLOCK})
OFFER = frozenset({Area.CANDIDACY, Area.PROPOSAL})
AFTER = frozenset({Area.RESULT, Area.STATISTIC, Area.DELIVERY})
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class KeyDates:
    """First day of each phase, in the authority's time zone. `campaign_end` is its last day."""

    platforms: date
    campaign: date
    campaign_end: date
    election_day: date
    results: date


PROCESS_2021 = KeyDates(
    platforms=date(2021, 4, 10),
    campaign=date(2021, 4, 30),
    campaign_end=date(2021, 6, 2),
    election_day=date(2021, 6, 6),
    results=date(2021, 6, 14),
)


def commitment_windows(dates: KeyDates, zone: ZoneInfo) -> tuple[Window, ...]:
    """The commitment as windows: days begin and end at midnight of `zone`, polls close at 18:00.

    During the silence everything stays readable and nothing takes part or can be edited.
    """

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), zone)

    silence = midnight(dates.campaign_end + timedelta(days=1))
    polls_close = datetime.combine(dates.election_day, time(18), zone)
    return (
        Window(
            key="platforms",
            title="Plataformas electorales",
            text="Lea lo que propone cada partido y diga qué le parece.",
            opens_at=midnight(dates.platforms),
            closes_at=midnight(dates.campaign),
            visible=GUIDE | PLATFORMS,
            takes_part=PLATFORMS,
            editable=NOTHING,
        ),
        Window(
            key="campaign",
            title="Campañas",
            text="Conozca las candidaturas y sus propuestas. Opine con un toque o mande una idea.",
            opens_at=midnight(dates.campaign),
            closes_at=silence,
            visible=GUIDE | PLATFORMS | OFFER,
            takes_part=PLATFORMS | {Area.PROPOSAL},
            editable=frozenset({Area.PROPOSAL}),
        ),
        Window(
            key="silence",
            title="Veda electoral",
            text="Puede leer todo. Ya no se reciben opiniones ni ideas.",
            opens_at=silence,
            closes_at=polls_close,
            visible=GUIDE | PLATFORMS | OFFER,
            takes_part=NOTHING,
            editable=NOTHING,
        ),
        Window(
            key="count",
            title="Cómputos",
            text="La autoridad cuenta los votos. Pronto verá aquí los resultados.",
            opens_at=polls_close,
            closes_at=midnight(dates.results),
            visible=GUIDE | PLATFORMS | OFFER,
            takes_part=NOTHING,
            editable=NOTHING,
        ),
        Window(
            key="results",
            title="Resultados y entrega",
            text="Consulte los resultados. Cada partido recibe lo que usted le dijo.",
            opens_at=midnight(dates.results),
            closes_at=None,
            visible=GUIDE | PLATFORMS | OFFER | AFTER,
            takes_part=NOTHING,
            editable=NOTHING,
        ),
    )

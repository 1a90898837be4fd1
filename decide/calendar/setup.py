"""Setting up the process by hand: its name, and the five dates that make its phases."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from decide.calendar import queries
from decide.calendar.actions import set_phases, set_process
from decide.calendar.commitment import KeyDates, commitment_windows
from decide.errors import NotFound, Refused

LONGEST_NAME = 120
STATE = "em"


class SetupRefused(Refused):
    """A part of the set-up breaks a rule; `part` names the box."""

    def __init__(self, part: str, sentence: str) -> None:
        """Keep which box and why."""
        super().__init__(sentence)
        self.part = part


@dataclass(frozen=True)
class Setup:
    """What is typed. `dates` is None once phases exist: then they are moved in the calendar."""

    name: str
    election_day: date
    dates: KeyDates | None


def set_up(session: Session, told: Setup, zone: ZoneInfo, *, at: datetime, by: int | None) -> bool:
    """Write the process and, when there are none, its phases; gives whether it wrote phases.

    Repeating changes name and day. The key of a process never changes: seals are signed under it.
    Raises SetupRefused for a part that cannot be.
    """
    check(told)
    try:
        key = queries.process(session).key
    except NotFound:
        key = f"{STATE}.{told.election_day.year}"
    set_process(session, key=key, name=told.name, election_day=told.election_day, at=at, by=by)
    if told.dates is None or queries.windows(session):
        return False
    set_phases(session, commitment_windows(told.dates, zone), at=at, by=by)
    return True


def check(told: Setup) -> None:
    """Raise SetupRefused for an empty or endless name, or for dates out of order."""
    if not 5 <= len(told.name) <= LONGEST_NAME:
        raise SetupRefused(
            "name", f"Escriba el nombre del proceso, en no más de {LONGEST_NAME} letras."
        )
    if told.dates is None:
        return
    dates = told.dates
    if dates.campaign <= dates.platforms:
        raise SetupRefused("campaign", "Las campañas empiezan después de abrir las plataformas.")
    if dates.campaign_end < dates.campaign:
        raise SetupRefused("campaign_end", "Las campañas terminan después de empezar.")
    if dates.election_day <= dates.campaign_end + timedelta(days=1):
        raise SetupRefused("election_day", "Entre campañas y elección va al menos un día de veda.")
    if dates.results <= dates.election_day:
        raise SetupRefused("results", "Los resultados abren después de la elección.")

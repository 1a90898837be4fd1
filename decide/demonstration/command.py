"""What `flask decide demo` does, without the terminal."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from decide.calendar.queries import process
from decide.demonstration.answers import answer
from decide.demonstration.elected import record_winners
from decide.demonstration.load import Login, campaign_dates, closed_dates, load, set_calendar
from decide.demonstration.outcome import record_outcome
from decide.errors import Refused
from decide.kernel.resources import Resources
from decide.results import queries as results

DATES = {"campaign": campaign_dates, "closed": closed_dates}


@dataclass(frozen=True)
class Loaded:
    """What was written."""

    logins: tuple[Login, ...]
    presses: int
    ideas: int


def load_demonstration(resources: Resources) -> Loaded:
    """Fill an empty database and let invented citizens answer. Refused when it is not empty."""
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        logins = load(session, resources.settings, at=at)
    presses, ideas = answer(resources)
    return Loaded(logins, presses, ideas)


def move_to(resources: Resources, moment: str) -> None:
    """Move the calendar so that today is in `moment`: "campaign" or "closed" (with results).

    Refused for a process that is not the demonstration's: a real calendar is moved by people.
    """
    with resources.database.transaction() as session:
        if process(session).key != "demo":
            raise Refused("Solo la demostración puede saltar de fecha.")
        at = resources.clock.now(session)
        today = at.astimezone(ZoneInfo(resources.settings.time_zone)).date()
        set_calendar(session, resources.settings, DATES[moment](today), at=at)
        if moment == "closed":
            outcome_once(session, at=at)


def outcome_once(session: Session, *, at: datetime) -> None:
    """Results are recorded only the first time; later jumps would add versions without a change."""
    if not results.newest_ids(session):
        record_outcome(session, at=at)
        record_winners(session, at=at)

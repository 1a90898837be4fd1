"""What the timetable runs: the review of every sealed day. And a marking's way into effect."""

from zoneinfo import ZoneInfo

from decide.abuse import actions, daily
from decide.kernel.jobs import job
from decide.kernel.log import logger
from decide.kernel.resources import Resources
from decide.seals import queries as seals
from decide.seals.actions import day_before

log = logger("abuse")


@job
def review_due(resources: Resources, _turn: int) -> None:
    """Review every sealed day that has not been; apply what an approval's job has not."""
    catch_up(resources)
    with resources.database.transaction() as session:
        for number in actions.waiting(session):
            actions.apply(session, number, at=resources.clock.now(session))


@job
def apply(resources: Resources, marking_id: int) -> None:
    """Put an approved marking into effect."""
    with resources.database.transaction() as session:
        actions.apply(session, marking_id, at=resources.clock.now(session))


def catch_up(resources: Resources) -> int:
    """Review what is due, oldest first; how many days were."""
    zone = ZoneInfo(resources.settings.time_zone)
    with resources.database.reading() as session:
        done = daily.reviewed(session)
        sealed = seals.instants(session)
    last = {day_before(through, zone): through for through in sorted(sealed)}
    due = [(day, through) for day, through in last.items() if done.get(day) != through]
    for day, through in due:
        with resources.database.transaction() as session:
            at = resources.clock.now(session)
            found = daily.review(session, day, through, zone, at=at)
        log.info("review.made", day=day.isoformat(), findings=found)
    return len(due)

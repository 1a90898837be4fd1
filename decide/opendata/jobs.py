"""What the worker does for the open data."""

from zoneinfo import ZoneInfo

from decide.calendar.queries import standing_at
from decide.kernel.jobs import job
from decide.kernel.resources import Resources
from decide.opendata.editions import edition_of, keep_snapshot
from decide.opendata.sets import SETS


@job
def publish(resources: Resources, turn: int) -> None:
    """Make new editions where the content changed, and keep the first of each day."""
    refresh(resources)


def refresh(resources: Resources) -> int:
    """The same outside a worker; gives how many snapshots were kept. Bears running at once."""
    with resources.database.reading() as session:
        now = resources.clock.now(session)
        visible = standing_at(session, now).visible
    today = now.astimezone(ZoneInfo(resources.settings.time_zone)).date()
    kept = 0
    for each in SETS:
        if each.area is None or each.area in visible:
            edition_of(resources, each)
            kept += keep_snapshot(resources, each, today)
    return kept

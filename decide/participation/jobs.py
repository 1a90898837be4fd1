"""What the timetable runs: the rule of pressure, and the marks of the hours."""

from decide.kernel.jobs import job
from decide.kernel.resources import Resources
from decide.participation.pressure import Rule, watch
from decide.participation.rhythm import mark


@job
def look_at_pressure(resources: Resources, _turn: int) -> None:
    """Hold the written rule against the last minute, and note how far the hour has come."""
    settings = resources.settings
    rule = Rule(settings.alert_answers_per_minute, settings.siege_answers_per_minute)
    with resources.database.transaction() as session:
        now = resources.clock.now(session)
        watch(session, rule, at=now)
        mark(session, at=now)

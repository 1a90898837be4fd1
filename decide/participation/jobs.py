"""What the timetable runs: the rule that raises the pressure level by itself."""

from decide.kernel.jobs import job
from decide.kernel.resources import Resources
from decide.participation.pressure import Rule, watch


@job
def look_at_pressure(resources: Resources, _turn: int) -> None:
    """Hold the written rule against the last minute."""
    settings = resources.settings
    rule = Rule(settings.alert_answers_per_minute, settings.siege_answers_per_minute)
    with resources.database.transaction() as session:
        watch(session, rule, at=resources.clock.now(session))

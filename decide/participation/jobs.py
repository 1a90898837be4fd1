"""What the timetable runs: the rule of pressure, and the marks of the hours."""

from redis.exceptions import RedisError

from decide.kernel.jobs import job
from decide.kernel.log import logger
from decide.kernel.resources import Resources
from decide.participation.pressure import Rule, watch
from decide.participation.rhythm import mark
from decide.participation.streams import Streams

log = logger("participation")


@job
def look_at_pressure(resources: Resources, _turn: int) -> None:
    """Hold the written rule against the last minute, and note how far the hour has come."""
    settings = resources.settings
    rule = Rule(settings.alert_answers_per_minute, settings.siege_answers_per_minute)
    arrived = log_took(resources)
    with resources.database.transaction() as session:
        now = resources.clock.now(session)
        watch(session, rule, arrived=arrived, at=now)
        mark(session, at=now)


def log_took(resources: Resources) -> int | None:
    """Entries that the log ever took, over all streams; None while it is away."""
    streams = Streams(resources.ledger, resources.settings.ledger_shards)
    try:
        return sum(streams.state(name).added for name in streams.names())
    except RedisError as error:
        log.warning("pressure.log_away", kind=type(error).__name__)
        return None

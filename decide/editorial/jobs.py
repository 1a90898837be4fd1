"""What the timetable runs: show the texts whose hour has come."""

from decide.editorial import actions
from decide.kernel.jobs import job
from decide.kernel.resources import Resources


@job
def publish_due(resources: Resources, _turn: int) -> None:
    """By the database's clock."""
    with resources.database.transaction() as session:
        actions.publish_due(session, at=resources.clock.now(session))

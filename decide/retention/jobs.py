"""What the worker destroys, every hour."""

from decide.kernel.jobs import job
from decide.kernel.resources import Resources
from decide.retention.actions import destroy


@job
def destroy_due(resources: Resources, turn: int) -> None:
    """Destroy what is over. Bears running twice."""
    with resources.database.transaction() as session:
        destroy(session, at=resources.clock.now(session))

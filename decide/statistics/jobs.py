"""What the worker does for the statistics."""

from decide.kernel.jobs import job
from decide.kernel.resources import Resources
from decide.statistics.settle import close_days
from decide.statistics.settle import settle as settle_counts


@job
def settle(resources: Resources, turn: int) -> None:
    """Every minute: counts into SQL; after midnight also the closing of the day."""
    settle_counts(resources)
    close_days(resources)

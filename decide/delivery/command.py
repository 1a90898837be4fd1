"""What `flask decide delivery …` does; the command itself only prints."""

from dataclasses import dataclass

from decide.delivery import actions, queries
from decide.delivery.actions import TooEarly
from decide.delivery.queries import RecipientLine
from decide.kernel.resources import Resources


@dataclass(frozen=True)
class Ordered:
    """What an order of everything did: numbers of the new deliveries, and who had one already."""

    numbers: tuple[int, ...]
    left: int


def order_everything(resources: Resources) -> Ordered:
    """Order a delivery for every recipient. Raises TooEarly with the calendar's reason."""
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        cutoff = queries.closing(session, at)
        if cutoff is None:
            raise TooEarly(str(actions.why_not(session, at)))
        everybody = len(queries.recipients(session))
        numbers = actions.order_all(session, resources.jobs, cutoff=cutoff, at=at, by=None)
    return Ordered(tuple(numbers), everybody - len(numbers))


def status(resources: Resources) -> list[RecipientLine]:
    """Every recipient with its newest delivery."""
    with resources.database.reading() as session:
        return queries.recipients(session)

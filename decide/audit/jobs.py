"""What the timetable runs: the links of the chain."""

from decide.audit import chain
from decide.kernel.jobs import job
from decide.kernel.log import logger
from decide.kernel.resources import Resources

log = logger("audit")


@job
def link(resources: Resources, _turn: int) -> None:
    """Link what has settled."""
    with resources.database.transaction() as session:
        made = chain.link(session, at=resources.clock.now(session))
    if made:
        log.info("trail.linked", entries=made)

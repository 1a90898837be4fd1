"""What the timetable runs: plan what there is reason for, send what is due."""

from decide.kernel.jobs import job
from decide.kernel.resources import Resources
from decide.reminders import actions


@job
def remind(resources: Resources, _turn: int) -> None:
    """Without a mail server nothing is planned: an outbox that nobody empties helps nobody."""
    if not resources.settings.smtp_url:
        return
    with resources.database.transaction() as session:
        actions.plan(session, at=resources.clock.now(session))
    actions.send_due(resources)

"""What the timetable runs: show what is due, send mails, forget whoever did not confirm."""

from decide.kernel.jobs import job
from decide.kernel.resources import Resources
from decide.newsroom import actions, letters, subscribers


@job
def work(resources: Resources, _turn: int) -> None:
    """Bulletins appear also where there is no mail server; mails then wait."""
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        actions.publish_due(session, at=at)
        subscribers.forget_silent(session, at=at)
    if resources.settings.smtp_url:
        letters.send_due(resources)

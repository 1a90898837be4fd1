"""The RQ worker and its timetable: `python worker.py`."""

import os
import sys
import time

from rq import Worker
from rq.serializers import JSONSerializer

from decide.kernel import jobs, log
from decide.kernel.jobs import Jobs
from decide.kernel.redis import connect
from decide.kernel.resources import open_resources
from decide.settings import Settings, SettingsError

# Every so many seconds, a job that bears running twice. It is told the number of its turn.
TIMETABLE = (
    (15, "decide.delivery.jobs.sweep"),
    (15, "decide.imports.jobs.sweep"),
    (15, "decide.outreach.jobs.sweep"),
    (60, "decide.audit.jobs.link"),
    (60, "decide.seals.jobs.seal_due"),
    (60, "decide.abuse.jobs.review_due"),
    (60, "decide.participation.jobs.look_at_pressure"),
    (60, "decide.statistics.jobs.settle"),
    (60, "decide.opendata.jobs.publish"),
    (60, "decide.reminders.jobs.remind"),
    (3600, "decide.seals.jobs.shorten_log"),
    (3600, "decide.retention.jobs.destroy_due"),
    (600, "decide.reports.jobs.sweep"),
    (60, "decide.newsroom.jobs.work"),
    (60, "decide.editorial.jobs.publish_due"),
    (60, "decide.listening.jobs.answer_by_mail"),
)


class TimetabledWorker(Worker):  # type: ignore[misc] # rq is not typed for us
    """A worker that between jobs also sends what is due.

    RQ's own cron cannot send JSON jobs. Several workers send a turn once or, at worst, once each.
    """

    sent: dict[str, int]

    def run_maintenance_tasks(self) -> None:
        """RQ's own chores, every few seconds, and ours."""
        super().run_maintenance_tasks()
        self.sent = getattr(self, "sent", {})
        queue = Jobs(self.connection)
        for seconds, function in TIMETABLE:
            turn = int(time.time() // seconds)
            if self.sent.get(function) != turn:
                queue.send(function, turn, timeout=900, first=True)
                self.sent[function] = turn


def main() -> int:
    """Work until told to stop. Returns the process' exit code."""
    try:
        settings = Settings.from_environment(os.environ, keys=("process_key",))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    log.configure(settings.log_level)
    jobs.bind(lambda: open_resources(settings))
    worker = TimetabledWorker(
        [jobs.QUEUE],
        connection=connect(settings.queue_url, timeout=30),
        serializer=JSONSerializer,
        # With RQ's defaults a job of a killed worker waits 811 s; with these, about 70 s.
        worker_ttl=25,
        maintenance_interval=5,
        job_monitoring_interval=5,
    )
    worker.work(with_scheduler=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())

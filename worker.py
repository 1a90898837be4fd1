"""The RQ worker and its timetable: `python worker.py`."""

import os
import sys

from rq import Worker
from rq.serializers import JSONSerializer

from decide.kernel import jobs, log
from decide.kernel.redis import connect
from decide.kernel.resources import open_resources
from decide.settings import Settings, SettingsError


def main() -> int:
    """Work until told to stop. Returns the process' exit code."""
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    log.configure(settings.log_level)
    jobs.bind(lambda: open_resources(settings))
    worker = Worker(
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

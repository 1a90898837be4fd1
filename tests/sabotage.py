"""The web server with a defect, to prove that a fault test would see it."""

import os
import threading
import time
from datetime import UTC, datetime

from decide.app import create_app
from decide.errors import Unavailable
from decide.kernel.clock import Clock
from decide.participation import door, patience
from decide.participation.door import Door
from decide.settings import Settings


def answers_first():
    """Acknowledges a press before it is kept anywhere: half a second later would do, it thinks."""
    keep = Door.keep

    def promise(door, in_log, in_sql):
        def later():
            time.sleep(0.5)
            keep(door, in_log, in_sql)

        threading.Thread(target=later, daemon=True).start()

    Door.keep = promise
    return create_app(Settings.from_environment(os.environ))


def keeps_smiling():
    """Says yes also when neither the log nor SQL took the press."""
    keep = Door.keep

    def smile(own, in_log, in_sql):
        try:
            keep(own, in_log, in_sql)
        except Unavailable:
            return

    Door.keep = smile
    return create_app(Settings.from_environment(os.environ))


def waits_for_ever():
    """Has more patience with its servers than a citizen has with it."""
    door.LOG_PATIENCE = patience.SECONDS = 30.0
    return create_app(Settings.from_environment(os.environ))


def reads_the_hosts_clock():
    """Opens and closes by the clock of its own host."""
    Clock.now = lambda _clock, _session: datetime.now(UTC)
    return create_app(Settings.from_environment(os.environ))

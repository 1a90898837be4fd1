"""The web server with a defect, to prove that a fault test would see it."""

import os
import threading
import time

from decide.app import create_app
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

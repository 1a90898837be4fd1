"""A real RQ worker in a process of its own, with the settings of a test."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class WorkerProcess:
    """`python worker.py`; its horse is its only child. `before` is a command that becomes it."""

    def __init__(self, settings, log, *, before=()):
        environ = {
            each.name.upper(): str(getattr(settings, each.name)) for each in fields(settings)
        }
        self.log = log.open("ab")
        self.process = subprocess.Popen(
            [*before, sys.executable, "worker.py"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environ},
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self):
        """SIGKILL the worker and its horse, as a power cut would."""
        # Asked before: an orphan no longer says whose child it was.
        for pid in (*horses(self.process.pid), self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


def horses(worker):
    """Children of the worker, which RQ puts into groups of their own."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if stat.read_text().rpartition(")")[2].split()[1] == str(worker):
                found.append(int(stat.parent.name))
    return found


@contextlib.contextmanager
def working(settings, folder):
    """A worker for the length of the block."""
    worker = WorkerProcess(settings, folder / "worker.log")
    try:
        yield worker
    finally:
        worker.kill()


def eventually(question, *, seconds=120.0, every=0.1):
    """The first true answer of `question()`; fails loudly when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(every)
    raise AssertionError(f"still not after {seconds} s")

"""A child ends when asked, is forced when it will not, and never leaves anything behind."""

import os
import platform
import signal
import sys
import time
from pathlib import Path

import pytest

from decide.kernel.children import LOG_LIMIT, Child, in_session, sessions


@pytest.fixture
def child(tmp_path):
    made = []

    def make(code, **options):
        made.append(
            Child(
                "child",
                [sys.executable, "-c", code],
                log=tmp_path / "child.log",
                environment={"PATH": os.defpath},
                **options,
            )
        )
        return made[-1]

    yield make
    for each in made:
        each.stop()


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def said(child, word):
    wait_for(lambda: word in child.last_lines())


# What the kernel calls exit_group ends all threads; its `exit` ends one (numbers: asm/unistd.h).
END_OF_A_THREAD = {"x86_64": 60, "aarch64": 93}[platform.machine()]
HEADLESS = f"""
import ctypes, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
ctypes.CDLL(None).syscall({END_OF_A_THREAD}, 0)
"""
POLITE = "print('up', flush=True); import time; time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + POLITE
# Like RQ's work horse: a process group of its own, the same session, and it ignores the stop.
FAMILY = """
import os, signal, time
if os.fork() == 0:
    os.setpgrp()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print('up', flush=True)
time.sleep(600)
"""


def test_asked_politely_it_ends_by_its_own_signal(child):
    polite = child(POLITE)
    polite.start()
    said(polite, "up")
    polite.stop()
    assert polite.exit_code == -signal.SIGTERM


def test_one_that_ignores_the_signal_is_forced(child):
    stubborn = child(STUBBORN, patience=0.2)
    stubborn.start()
    said(stubborn, "up")
    stubborn.stop()
    assert stubborn.exit_code == -signal.SIGKILL


def test_its_own_children_go_with_it(child):
    family = child(FAMILY, patience=0.2)
    family.start()
    said(family, "up")
    assert len(in_session(family.pid)) == 2, "otherwise this test proves nothing"
    family.stop()
    assert in_session(family.pid) == []


def test_what_a_killed_child_left_is_gone_before_its_successor_starts(child):
    family = child(FAMILY, patience=0.2)
    family.start()
    said(family, "up")
    former = family.pid
    os.kill(former, signal.SIGKILL)
    wait_for(lambda: not family.is_alive)
    assert in_session(former), "the grandchild still runs"
    family.start()
    assert in_session(former) == []
    assert family.pid != former


def test_one_whose_first_thread_has_ended_still_lives(child):
    """What is left of a killed web worker for a moment: it still holds the port."""
    headless = child(HEADLESS, patience=0.2)
    headless.start()
    state = Path(f"/proc/{headless.pid}/stat")
    wait_for(lambda: ") Z " in state.read_text())
    assert in_session(headless.pid) == [headless.pid]
    headless.stop()
    assert in_session(headless.pid) == []


def test_it_never_outlives_its_starter(tmp_path):
    # A process in between starts the child and is killed; the kernel then tells the child.
    code = f"""
import os, signal, sys
from pathlib import Path
from decide.kernel.children import Child
child = Child("child", [sys.executable, "-c", {POLITE!r}], log=Path({str(tmp_path / "log")!r}),
              environment={{}})
child.start()
Path({str(tmp_path / "pid")!r}).write_text(str(child.pid))
while "up" not in child.last_lines():
    pass
os.kill(os.getpid(), signal.SIGKILL)
"""
    between = Child(
        "between",
        [sys.executable, "-c", code],
        log=tmp_path / "between.log",
        environment={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    between.start()
    wait_for(lambda: not between.is_alive)
    pid = int((tmp_path / "pid").read_text())
    wait_for(lambda: pid not in {each for each, _ in sessions()})
    assert between.exit_code == -signal.SIGKILL, between.last_lines()


def test_a_message_quotes_only_the_present_life(child):
    polite = child(POLITE)
    polite.log.write_text("words of a former life\n")
    polite.start()
    said(polite, "up")
    assert polite.last_lines() == "up"


def test_a_log_that_grew_too_long_is_put_aside(child):
    polite = child(POLITE)
    polite.log.write_bytes(b"x" * (LOG_LIMIT + 1))
    polite.start()
    said(polite, "up")
    assert polite.log.stat().st_size < 100
    assert polite.log.with_suffix(".1.log").stat().st_size == LOG_LIMIT + 1

"""Servers that are gone, hang, run full, or sit behind a bad line (R5, R7, R8, R9).

Pages go on, presses are kept by whichever server is left, or are given back with a way to repeat
them; nothing acknowledged is lost. DURATION is short here and ten minutes by `make faults`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time

import pytest

from decide.kernel.embedded import EmbeddedValkey
from decide.participation.queries import lag
from decide.participation.verify import verify
from tests import figures
from tests.killable import Citizen, Service, pressed
from tests.ledger import subjects_of_one_party
from tests.proxy import Line

pytestmark = pytest.mark.faults

LONG = os.environ.get("FAULTS") == "long"
DURATION = 600.0 if LONG else 5.0
ANSWER = 2.0  # seconds in which a press is kept or given back
SLACK = 1.0  # of the test's own machine, which runs servers, clients and other tests on two cores
IN_A_ROW = 16  # each on a connection of its own: one of two workers is missed once in 30,000 times
PAGES = ("/", "/plataformas", "/estado")


class Witness:
    """Presses from ever new devices and looks at pages, and remembers what it was told."""

    def __init__(self, service, subjects):
        self.service, self.subjects = service, subjects
        self.reader = Citizen(service)
        self.kept, self.refused, self.slowest, self.times = 0, 0, 0.0, []

    def press(self):
        """One press of a new device (two requests); its status, or 0 for none."""
        citizen = Citizen(self.service, patience=10.0)
        begun = time.monotonic()
        answer = citizen.try_once("POST", f"/reacciones/{self.subjects[0]}", more=pressed())
        self.slowest = max(self.slowest, time.monotonic() - begun)
        citizen.hang_up()
        status = answer.status if answer else 0
        self.kept += status == 204
        self.refused += status == 503
        if status == 503:
            assert answer.getheader("Retry-After")
        return status

    def look(self):
        """Every page; each must be there."""
        for page in PAGES:
            begun = time.monotonic()
            answer = self.reader.ask("GET", page)
            self.times.append(time.monotonic() - begun)
            assert answer.status == 200, page

    def watch(self, seconds, pause=0.05):
        """Press and look for a while; the statuses of the presses."""
        end = time.monotonic() + seconds
        found = set()
        while time.monotonic() < end:
            found.add(self.press())
            self.look()
            time.sleep(pause)
        return found

    def warm(self, seconds=60.0):
        """Press until every web worker has read its first picture of what is open.

        One that begins while SQL is away cannot know that, and says 503: another fault than these.
        """
        end, in_a_row = time.monotonic() + seconds, 0
        while in_a_row < IN_A_ROW:
            assert time.monotonic() < end, "the web workers do not get ready"
            in_a_row = in_a_row + 1 if self.press() == 204 else 0
        self.look()

    def p95(self):
        return sorted(self.times)[len(self.times) * 95 // 100]

    def close(self):
        self.reader.hang_up()


@pytest.fixture
def town(place):
    """A service with a world, and somebody who watches it."""
    with Service(place) as service:
        witness = Witness(service, subjects_of_one_party(service.resources, 1))
        with contextlib.closing(witness):
            service.start()
            witness.warm()
            yield service, witness


def settled(service, witness, seconds=20.0):
    """Wait until the drain has copied everything; every kept press is a row, and all agrees."""
    end = time.monotonic() + seconds
    while sum(each.waiting for each in lag(service.resources)):
        assert time.monotonic() < end, "the drain does not catch up"
        time.sleep(0.1)
    with service.resources.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM reaction").scalar()
    # A press that was given back may have been stored all the same; never fewer than were kept.
    assert witness.kept <= rows <= witness.kept + witness.refused
    assert [each for each in verify(service.resources).drift if "counter" not in each] == []


def test_a_door_that_says_yes_to_what_nobody_kept_is_found_out(place):
    """The proof for R5, R7 and R8: what was promised and not kept turns them red."""
    with Service(place, web="tests.sabotage:keeps_smiling") as service:
        witness = Witness(service, subjects_of_one_party(service.resources, 1))
        with contextlib.closing(witness):
            service.start()
            witness.warm()
            service.kill("valkey")
            service.kill("postgres")  # a stopped one would keep what waits before it
            assert witness.watch(1.5) == {204}
            service.revive("postgres")
            service.revive("valkey")
            with pytest.raises(AssertionError):
                settled(service, witness)


def accepts(witness):
    """Watch: presses are kept. One in twenty may be given back where the disk itself stalls."""
    before = witness.kept, witness.refused
    assert {204} <= witness.watch(DURATION) <= {204, 503}
    kept, refused = witness.kept - before[0], witness.refused - before[1]
    assert refused <= max(1, kept // 20), (kept, refused)


def works_again(witness, seconds=10.0):
    """Seconds until a press is kept again."""
    begun = time.monotonic()
    while witness.press() != 204:
        assert time.monotonic() < begun + seconds, "it does not come back"
        time.sleep(0.1)
    return time.monotonic() - begun


def copied(service):
    """Entries that the drain has copied since the beginning: only presses by the log count."""
    return sum(each.copied for each in lag(service.resources))


@pytest.mark.parametrize("how", ["killed", "hanging"])
def test_without_the_log_pages_and_presses_go_on(town, how):
    service, witness = town
    if how == "killed":
        service.kill("valkey")
    else:
        service.signal("valkey", signal.SIGSTOP)
    witness.slowest, witness.times = 0.0, []
    accepts(witness)
    assert witness.slowest < 2 * ANSWER + SLACK  # two requests: the cookie's and the press
    figures.write("R7", how=how, kept=witness.kept, slowest=witness.slowest, p95=witness.p95())
    service.signal("postgres", signal.SIGSTOP)
    witness.slowest, witness.times = 0.0, []
    assert witness.watch(DURATION) == {503}
    assert witness.slowest < 2 * ANSWER + SLACK
    figures.write(
        "R7", how=f"{how}, and no SQL", refused=witness.refused, slowest=witness.slowest,
        p95=witness.p95(),
    )  # fmt: skip
    service.signal("postgres", signal.SIGCONT)
    if how == "killed":
        service.revive("valkey")
    else:
        service.signal("valkey", signal.SIGCONT)
    works_again(witness)
    settled(service, witness)


@pytest.mark.parametrize("how", ["killed", "hanging"])
def test_without_sql_presses_are_accepted_and_the_drain_catches_up(town, how):
    service, witness = town
    if how == "killed":
        service.kill("postgres")
    else:
        service.signal("postgres", signal.SIGSTOP)
    before = witness.kept
    witness.slowest, witness.times = 0.0, []
    accepts(witness)
    if how == "killed":
        service.revive("postgres")
    else:
        service.signal("postgres", signal.SIGCONT)
    begun = time.monotonic()
    settled(service, witness, seconds=120.0)
    figures.write(
        "R8", how=how, kept=witness.kept - before, slowest=witness.slowest, p95=witness.p95(),
        caught_up=time.monotonic() - begun,
    )  # fmt: skip


@pytest.mark.parametrize("which", ["log", "sql"])
def test_a_bad_line_holds_nobody_for_long_and_is_forgotten_soon(place, which):
    lines = {}

    def between(service, database, redis):
        if which == "log":
            lines["log"] = Line(service.valkey.socket).__enter__()
            return database, f"redis://127.0.0.1:{lines['log'].port}/0"
        lines["sql"] = Line(service.postgres.sockets / ".s.PGSQL.5432").__enter__()
        base = database.split("@/")[0]
        return f"{base}@127.0.0.1:{lines['sql'].port}/decide", redis

    with Service(place, between=between) as service:
        witness = Witness(service, subjects_of_one_party(service.resources, 1))
        service.start()
        line = lines[which]
        try:
            witness.warm()
            for mood in ("slow", "cut", "silent", "dripping"):
                line.become(mood)
                witness.slowest = 0.0
                assert witness.watch(DURATION / 2) <= {204, 503}
                assert witness.slowest < 5.0 + SLACK, mood
                line.become("fine")
                back = works_again(witness, seconds=5.0)
                figures.write("R9", which=which, mood=mood, slowest=witness.slowest, back=back)
            settled(service, witness, seconds=60.0)
        finally:
            line.__exit__()
            witness.close()


def test_a_door_that_waits_for_ever_is_found_out(place):
    """The proof for R7 and R9: a press that holds its citizen turns them red."""
    with Service(place, web="tests.sabotage:waits_for_ever") as service:
        witness = Witness(service, subjects_of_one_party(service.resources, 1))
        service.start()
        witness.warm()
        witness.slowest = 0.0
        service.signal("valkey", signal.SIGSTOP)
        witness.press()
        service.signal("valkey", signal.SIGCONT)
        assert witness.slowest > 5.0 + SLACK
        witness.close()


@pytest.fixture
def small_disk(place):
    """A file system of six megabytes, where we may make one."""
    folder = place / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m,mode=700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        if os.environ.get("CI"):
            pytest.fail("needs root, to mount a small file system")
        pytest.skip("needs root, to mount a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_of_the_log_loses_nothing_and_heals(place, small_disk):
    valkey = EmbeddedValkey(small_disk / "v")
    with Service(place, valkey=valkey) as service:
        witness = Witness(service, subjects_of_one_party(service.resources, 1))
        service.start()
        witness.warm()
        free = shutil.disk_usage(small_disk).free
        (small_disk / "ballast").write_bytes(b"x" * (free - free % 4096))
        # Valkey ends itself when it cannot write: presses go straight to SQL.
        accepts(witness)
        assert not valkey.is_alive()
        # With neither place to keep it, the press is given back.
        service.signal("postgres", signal.SIGSTOP)
        assert witness.watch(2.0) == {503}
        service.signal("postgres", signal.SIGCONT)
        subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
        service.revive("valkey")
        begun, before = time.monotonic(), copied(service)
        while copied(service) == before:
            assert time.monotonic() < begun + 10.0, "the log is not used again"
            works_again(witness)
        figures.write(
            "R5", kept=witness.kept, refused=witness.refused, back=time.monotonic() - begun
        )
        settled(service, witness)
        witness.close()

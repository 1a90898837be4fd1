"""Everything that docker-compose.yml starts, from binaries, and each part of it killed in turn.

Two web servers, two drains, two workers, two Valkeys, PostgreSQL and the proxy, with the very files
that are shipped. Whatever dies, citizens are served, and what they were told was kept is there.
"""

import contextlib
import os
import signal
import tempfile
import time
from collections import Counter
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest
from redis.exceptions import NoPermissionError

from decide.kernel.jobs import Jobs
from decide.kernel.redis import connect
from decide.participation.queries import lag
from decide.participation.verify import verify
from tests import figures
from tests.faults.test_rolling import Crowd
from tests.ledger import subjects_of_one_party
from tests.service import eventually
from tests.topology import Topology
from worker import TIMETABLE

pytestmark = pytest.mark.faults

LONG = os.environ.get("FAULTS") == "long"
AWAY = 30.0 if LONG else 1.0  # seconds that a part is gone
FAIR = {200}
WORD = "a word only of tests, for figures"
PARTS = ("web-1", "drain", "ledger", "postgres")
if LONG:
    PARTS = ("web-1", "web-2", "drain", "worker-1", "queue", "ledger", "postgres")


@pytest.fixture(scope="module")
def town(memory):
    # A name of its own: a process that is handed tests of this module twice starts it twice.
    folder = Path(tempfile.mkdtemp(prefix="t", dir=memory))
    folder.chmod(0o755)
    with Topology(folder, with_settings={"METRICS_TOKEN": WORD}) as running:
        open_to_answers(running)
        yield running


def open_to_answers(town):
    """Give it subjects, and wait until each web server knows that they take answers."""
    town.subjects = subjects_of_one_party(town.resources, 20)
    # One server may have seen the open window while another still looks.
    for name in town.names("web"):
        eventually(lambda name=name: asked_of(town.part(name)) == 200, seconds=60)
    eventually(lambda: pressed(town) == 204)


def asked_of(web):
    """What one web server, past the proxy, says to a page that the calendar opens: a status."""
    link = HTTPConnection(web.host.address, web.port, timeout=30)
    with contextlib.closing(link):
        link.request("GET", "/plataformas", headers={"Host": "localhost"})
        return link.getresponse().status


def pressed(town):
    """One press through the proxy by a new phone; its status."""
    with Crowd(town.proxy, town.subjects) as crowd:
        eventually(lambda: crowd.kept, seconds=30)
    return 204 if crowd.kept else 0


def settled(town, seconds=60.0):
    """Wait until everything that was kept is a row; what is wrong then."""
    end = time.monotonic() + seconds
    while sum(each.waiting for each in lag(town.resources)):
        assert time.monotonic() < end, "the drain does not catch up"
        time.sleep(0.1)
    # A press that went straight to SQL sets no counter: the drain's next recount does.
    return [each for each in verify(town.resources).drift if "counter" not in each]


def rows(town):
    with town.resources.database.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM reaction").scalar()


def test_the_servers_run_with_the_settings_that_are_shipped(town):
    """Asked of the servers themselves, not of the files."""
    wanted = {
        "appendonly": "yes", "appendfsync": "always", "aof-load-truncated": "no",
        "maxmemory-policy": "noeviction",
    }  # fmt: skip
    with town.ledger() as ledger:
        assert {name: ledger.config_get(name)[name] for name in wanted} == wanted
    with psycopg.connect(town.part("postgres").conninfo()) as owner:
        (read,) = owner.execute("SHOW config_file").fetchone()
        (kept,) = owner.execute("SHOW synchronous_commit").fetchone()
        asked = "SELECT DISTINCT usename FROM pg_stat_activity WHERE usename LIKE 'decide%'"
        roles = {name for (name,) in owner.execute(asked)}
    assert read.endswith("deploy/postgres/postgresql.conf")
    assert kept == "on"
    assert roles == {"decide_app", "decide_drain"}


def test_two_drains_stand_there_and_one_of_them_works(town):
    assert eventually(town.active_drain) in town.names("drain")


@pytest.mark.parametrize("part", PARTS)
def test_whichever_part_dies_citizens_are_served_and_nothing_is_lost(town, part):
    name = eventually(town.active_drain) if part == "drain" else part
    before = rows(town)
    with Crowd(town.proxy, town.subjects) as crowd:
        eventually(lambda: crowd.read > 5)
        town.kill(name)
        gone = time.monotonic()
        time.sleep(AWAY)
        during = len(crowd.kept)
        town.revive(name)
        eventually(lambda: len(crowd.kept) > during, seconds=30)
    figures.write(
        "topology", part=part, away=time.monotonic() - gone, pages=crowd.read,
        failed=Counter(status for _, status in crowd.failed), kept=len(crowd.kept),
        again=dict(crowd.again),
    )  # fmt: skip
    assert served(part, crowd) == []
    assert settled(town) == []
    assert town.refused() == []
    assert rows(town) - before >= len(crowd.kept), "a press that was told yes is no row"


def served(part, crowd):
    """Pages that citizens did not get, less what the runbook says about this part.

    Without PostgreSQL a page that is in no memory and reads it asks to come back, in plain words.
    """
    patient = {503} if part == "postgres" else set()
    return [each for each in crowd.failed if each[1] not in FAIR | patient]


def test_the_programs_may_do_at_the_valkeys_all_that_their_work_needs(town, tmp_path):
    """Presses, pages, figures, every job of the timetable, a copy, and the runbook's commands."""
    assert pressed(town) == 204
    for address in ("/", "/buscar?q=agua", "/folios/AAAA-AAAA-AAAA", "/api/v1/actors"):
        town.proxy.ask("GET", address)
    told = town.proxy.ask("GET", "/metricas", headers=[("Authorization", f"Bearer {WORD}")]).text
    assert told.count("decide_part_up{") == told.count("} 1.0") == 3
    queue = Jobs(connect(town.environment("web")["QUEUE_URL"]))
    for _, function in TIMETABLE:
        queue.send(function, 0, timeout=60)
    eventually(lambda: queue.waiting() == 0, seconds=60)
    at = str(town.part("ledger").data)
    for service, words in (
        ("worker", ("ledger", "verify")), ("worker", ("ledger", "rebuild")),
        ("worker", ("ledger", "trim")), ("backup", ("backup", str(tmp_path), "--ledger", at)),
    ):  # fmt: skip
        done = town.command(service, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    assert town.refused() == []


def test_what_a_program_may_not_do_is_noticed(town):
    """Sabotage: the drain tries to write a press, once."""
    with town.part("ledger").client("drain") as drain, pytest.raises(NoPermissionError):
        drain.xadd("{p00}:press", {"a": "b"})
    assert town.refused() == [("ledger", "drain", "command", "xadd")]
    with town.ledger() as ledger:
        ledger.acl_log_reset()


def test_a_standby_takes_over_when_the_drain_hangs(town):
    """Its lock is on its connection: eight seconds of silence and the server lets go of it."""
    active = eventually(town.active_drain)
    town.signal(active, signal.SIGSTOP)
    try:
        eventually(lambda: town.active_drain() not in (None, active), seconds=30, pause=0.5)
    finally:
        town.signal(active, signal.SIGCONT)


def test_no_web_server_at_all_is_found_out(town):
    """Sabotage: with both killed, the same look sees it."""
    with Crowd(town.proxy, town.subjects) as crowd:
        eventually(lambda: crowd.read > 5)
        for name in town.names("web"):
            town.kill(name)
        eventually(lambda: served("web-1", crowd), seconds=30)
    for name in town.names("web"):
        town.revive(name)

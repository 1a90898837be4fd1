"""`make run` keeps its promises: kills are repaired, a stop leaves no process, data stay."""

import contextlib
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from sqlalchemy.engine import make_url

from decide.kernel.children import sessions, working_in

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.faults

RUN = """
import os, sys
from pathlib import Path
from decide.kernel.supervisor import run_everything
root, var = map(Path, sys.argv[1:])
sys.exit(run_everything(root, os.environ, var=var, welcome=lambda environment: ["Bienvenida"]))
"""

# A checkout whose programs do nothing but run: here it is the supervisor that is tested. The
# worker's child behaves like RQ's work horse: its own process group, deaf to the stop signal.
STAND_IN = {
    "decide/__init__.py": "",
    "decide/wsgi.py": """
def application():
    def answer(environ, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]
    return answer
""",
    "decide/cli.py": """
import time
from flask import Flask
from flask.cli import AppGroup

def shell():
    app = Flask("stand-in")
    group = AppGroup("decide")
    group.command("migrate")(lambda: None)
    group.command("demo")(lambda: print("clave de prueba"))
    group.command("drain")(lambda: time.sleep(600))
    app.cli.add_command(group)
    return app
""",
    "worker.py": """
import os, signal, time
if os.fork() == 0:
    os.setpgrp()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(600)
""",
}


class Service:
    """A supervisor in a process of its own, and what it started."""

    def __init__(self, root, var):
        self.root, self.var = root, var
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = None

    def start(self, **environ):
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(self.root), str(self.var)],
            env=os.environ | {"PORT": str(self.port), "PYTHONPATH": path} | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return self

    def opened(self):
        """Wait for the greeting; returns what was said until then."""
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("Los registros"):
                return "".join(lines)
        raise AssertionError("".join(lines))

    def end(self, number=signal.SIGTERM):
        """Send a stop signal; returns (exit code, last words)."""
        self.process.send_signal(number)
        words, _ = self.process.communicate(timeout=60)
        return self.process.returncode, words

    def page(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
            return answer.status

    def environment(self):
        lines = (self.var / "environment").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def sql(self, statement):
        url = make_url(self.environment()["DATABASE_URL"])
        info = f"host={url.query['host']} dbname={url.database} user=postgres"
        with psycopg.connect(info, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def ledger(self):
        return contextlib.closing(Redis.from_url(self.environment()["REDIS_URL"]))

    def pid_of(self, mark):
        """Process id of the supervisor's child whose command line holds `mark`, or None."""
        for pid in children_of(self.process.pid):
            with contextlib.suppress(OSError):
                if mark in Path(f"/proc/{pid}/cmdline").read_text():
                    return pid
        return None

    def all_processes(self):
        """Every process that the supervisor's children have started, and they themselves."""
        begun = children_of(self.process.pid)
        inside = {pid for pid, session in sessions() if session in begun}
        return inside | set(working_in(self.var / "postgres" / "data"))


def children_of(parent):
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent and fields[0] not in "ZX":
                found.add(int(entry.name))
    return found


def living(pids):
    return set(pids) & {pid for pid, _ in sessions()}


def eventually(check, *, seconds=30):
    """Wait until `check()` neither raises nor is false; the last reason is the failure."""
    deadline = time.monotonic() + seconds
    while True:
        reason = "it never became true"
        try:
            if check():
                return
        except (OSError, psycopg.Error, AssertionError) as error:
            reason = repr(error)
        except Exception as error:
            if "redis" not in type(error).__module__:
                raise
            reason = repr(error)
        assert time.monotonic() < deadline, reason
        time.sleep(0.05)


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    root = tmp_path_factory.mktemp("stand-in")
    for name, text in STAND_IN.items():
        file = root / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return root


@pytest.fixture
def service(stand_in, tmp_path):
    made = Service(stand_in, tmp_path / "var")
    yield made
    if made.process:
        if made.process.poll() is None:
            made.end(signal.SIGTERM)
        made.process.stdout.close()


@pytest.fixture(scope="module")
def kept_service(stand_in, tmp_path_factory):
    """One service for all tests that only kill its parts."""
    made = Service(stand_in, tmp_path_factory.mktemp("kept") / "var").start()
    made.opened()
    yield made
    made.end()
    made.process.stdout.close()


def test_the_greeting_names_the_address_and_the_log_ins_and_data_survive_a_restart(service):
    said = service.start().opened()
    assert f"Decide está abierto en http://127.0.0.1:{service.port}" in said
    assert "clave de prueba" in said
    assert "Bienvenida" in said
    assert service.page() == 200
    service.sql("CREATE TABLE kept AS SELECT 7 AS value")
    with service.ledger() as ledger:
        ledger.xadd("{p00}:press", {"s": 1})
    secret = service.environment()["PROCESS_KEY"]
    logs = (service.var / "log").glob("*.log")
    assert all("clave de prueba" not in log.read_text() for log in logs)
    assert stat.S_IMODE((service.var / "demonstration.txt").stat().st_mode) == 0o600
    code, words = service.end()
    assert code == 0
    assert "Los datos quedaron guardados" in words

    said = service.start().opened()
    assert "Cargando la demostración" not in said, "only at the first start"
    assert "clave de prueba" in said, "but its log-ins are shown each time"
    assert service.sql("SELECT value FROM kept") == [(7,)]
    with service.ledger() as ledger:
        assert ledger.xlen("{p00}:press") == 1
    assert service.environment()["PROCESS_KEY"] == secret


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_leaves_no_process_and_no_settings_behind(service, number):
    service.start().opened()
    started = service.all_processes()
    assert len(started) > 10, "otherwise this test proves nothing"
    code, _ = service.end(number)
    assert code == 0
    assert living(started) == set()
    assert not (service.var / "environment").exists()


def test_a_killed_supervisor_takes_everything_along_and_the_next_start_works(service):
    service.start().opened()
    service.sql("CREATE TABLE kept AS SELECT 7 AS value")
    started = service.all_processes()
    service.process.kill()
    service.process.communicate()
    horse = {pid for pid in started if "worker.py" in command_of(pid)}
    eventually(lambda: not living(started - horse))
    service.start().opened()
    assert service.sql("SELECT value FROM kept") == [(7,)]
    # Nobody is left who could end a deaf grandchild of a killed supervisor.
    for pid in horse:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def command_of(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


@pytest.mark.parametrize("mark", ["granian", "drain", "worker.py", "valkey-server", "bin/postgres"])
def test_a_killed_part_is_started_again_and_leaves_nothing_of_its_former_life(kept_service, mark):
    former = kept_service.pid_of(mark)
    family = {pid for pid, session in sessions() if session == former}
    os.kill(former, signal.SIGKILL)
    eventually(lambda: kept_service.pid_of(mark) not in (None, former))
    eventually(lambda: not living(family))
    eventually(lambda: kept_service.page() == 200)
    eventually(lambda: kept_service.sql("SELECT 1") == [(1,)])
    with kept_service.ledger() as ledger:
        eventually(ledger.ping)


def test_a_killed_web_worker_is_replaced(kept_service):
    main = kept_service.pid_of("granian")
    workers = children_of(main)
    victim = max(workers)
    os.kill(victim, signal.SIGKILL)
    eventually(lambda: victim not in children_of(main) and len(children_of(main)) == len(workers))
    assert kept_service.page() == 200


def test_everything_killed_at_once_comes_back(kept_service):
    former = children_of(kept_service.process.pid)
    assert len(former) == 5
    for pid in former:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(children_of(kept_service.process.pid) - former) == 5)
    eventually(lambda: kept_service.page() == 200)
    eventually(lambda: kept_service.sql("SELECT 1") == [(1,)])
    with kept_service.ledger() as ledger:
        eventually(ledger.ping)


def test_commands_in_another_terminal_find_the_settings_and_only_we_can_read_them(kept_service):
    file = kept_service.var / "environment"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "PATH" not in kept_service.environment(), "settings only"


def test_a_port_in_use_is_said_in_one_sentence_and_nothing_is_started(service):
    with socket.create_server(("127.0.0.1", service.port)):
        words, _ = service.start().process.communicate(timeout=30)
    assert service.process.returncode == 1
    assert re.fullmatch(rf"El puerto {service.port} de .*PORT=\d+ make run\n", words)
    assert not (service.var / "postgres").exists()


def test_a_second_start_in_the_same_folder_is_refused_in_words(kept_service, stand_in):
    second = Service(stand_in, kept_service.var).start()
    words, _ = second.process.communicate(timeout=30)
    assert second.process.returncode == 1
    assert "Decide ya está abierto desde esta carpeta" in words
    assert kept_service.page() == 200


def test_a_step_that_fails_stops_the_start_with_its_reason(service, tmp_path):
    broken = tmp_path / "broken"
    for name, text in STAND_IN.items():
        (broken / name).parent.mkdir(parents=True, exist_ok=True)
        (broken / name).write_text(text.replace("lambda: None", "lambda: 1 / 0"))
    service.root = broken
    words, _ = service.start().process.communicate(timeout=60)
    assert service.process.returncode == 1
    assert "Preparando la base de datos: no se pudo" in words
    assert "ZeroDivisionError" in words


def test_the_real_programs_start_survive_kills_and_end(tmp_path):
    service = Service(ROOT, tmp_path / "var").start(DEMONSTRATION="false")
    try:
        service.opened()
        former = children_of(service.process.pid)
        started = service.all_processes()
        for pid in former:
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: len(children_of(service.process.pid) - former) == 5, seconds=60)
        eventually(service.page, seconds=60)
        eventually(lambda: service.sql("SELECT count(*) FROM alembic_version") == [(1,)])
        started |= service.all_processes()
        code, words = service.end()
        assert code == 0, words
        assert living(started) == set()
    finally:
        service.process.kill()
        service.process.communicate()


def test_servers_elsewhere_are_used_and_left_running(service, postgres, valkey):
    postgres.ensure_database("elsewhere")
    service.start(
        DATABASE_URL=postgres.url("elsewhere"),
        MIGRATION_URL=postgres.owner_url("elsewhere"),
        REDIS_URL=valkey.url(0),
        QUEUE_URL=valkey.url(1),
    ).opened()
    assert service.environment()["DATABASE_URL"] == postgres.url("elsewhere")
    assert not (service.var / "postgres").exists()
    service.end()
    assert postgres.is_alive()
    assert valkey.is_alive()

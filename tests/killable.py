"""The whole service as real processes in a temporary folder, to be killed piece by piece.

service.kill("valkey") is a SIGKILL of everything that belongs to it; service.revive("valkey") is
what the supervisor does then. Knobs are the product's own: two workers of 32 threads, and
every press on the disk. `web` names another application factory: one with a defect.
"""

import contextlib
import http.client
import os
import signal
import socket
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from decide.kernel import migrate
from decide.kernel.children import in_session, working_in
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
from decide.kernel.resources import open_resources
from decide.kernel.single_machine import Plan, programs
from decide.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "decide"
OFTEN = "1000000000"
FORKED = {"worker of web": "web", "horse": "worker"}  # a process that a program forks, and which


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """PostgreSQL, Valkey, web and drain. A context manager."""

    def __init__(
        self, folder, *, valkey=None, postgres=None, between=None, environment=None,
        web="decide.wsgi:application", **knobs
    ):  # fmt: skip
        self.port = free_port()
        self.postgres = postgres or EmbeddedPostgres(folder / "p")
        self.valkey = valkey or EmbeddedValkey(folder / "v")
        self.knobs = {
            "SECRET_KEY": "a secret only of tests",
            "PROCESS_KEY": "a process key only of tests",
            "FILES_FOLDER": str(folder / "files"),
            "PRESSES_PER_HOUR": OFTEN,
            "IDEAS_PER_HOUR": OFTEN,
            # A crowd of tests is no attack: the level of pressure stays where it is.
            "ALERT_ANSWERS_PER_MINUTE": OFTEN,
            "SIEGE_ANSWERS_PER_MINUTE": OFTEN,
            "SNAPSHOT_SECONDS": "0.5",
            "LOG_LEVEL": "warning",
        } | {name.upper(): str(value) for name, value in knobs.items()}
        # `between` may put something between the programs and the servers' addresses.
        self.between = between or (lambda _service, database, redis: (database, redis))
        self.programs_only = environment or {}
        self.folder = folder
        self.factory = web
        self.children = {}
        self.resources = None

    def __enter__(self):
        self.postgres.start()
        self.valkey.start()
        self.postgres.ensure_database(DATABASE)
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.postgres.url(DATABASE),
            "REDIS_URL": self.valkey.url(0),
            "QUEUE_URL": self.valkey.url(1),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            **self.knobs,
        }
        migrate.upgrade(self.postgres.owner_url(DATABASE))
        self.settings = Settings.from_environment(environment)
        self.resources = open_resources(replace(self.settings, snapshot_seconds=0.0))
        database, redis = self.between(self, environment["DATABASE_URL"], environment["REDIS_URL"])
        environment |= {"DATABASE_URL": database, "REDIS_URL": redis, **self.programs_only}
        plan = Plan(
            root=ROOT, var=self.folder, host="127.0.0.1", port=self.port,
            postgres=None, valkey=None,
            environment=environment, steps=(),
        )  # fmt: skip
        self.children = {child.name: child for child in programs(plan)}
        command = self.children["web"].command
        command[command.index("decide.wsgi:application")] = self.factory
        # The one word of the web server by which it is known that a worker of it has begun.
        command[command.index("--log-level") + 1] = "info"
        return self

    def start(self, *names):
        """Start web and drain (after the world has been made)."""
        for name in names or ("web", "drain"):
            self.children[name].start()
        self.wait_for_web()
        if "info" in self.children["web"].command:  # a bench starts a quieter one
            self.wait_for_workers()

    def __exit__(self, *_):
        if self.resources:
            self.resources.close()
        for part in (*self.children.values(), self.valkey, self.postgres):
            part.stop()

    def kill(self, name):
        """SIGKILL of a server or a program and of all it started; False when there was none."""
        if name in FORKED:
            return self.kill_one_of(FORKED[name])
        self.signal(name, signal.SIGKILL)
        part = self.part(name)
        (part if name in self.children else part.child).clear_away()
        return True

    def revive(self, name):
        """Start it again; a killed fork is its parent's own to replace."""
        if name not in FORKED:
            self.part(name).start()

    def tend(self):
        """Start again what ended by itself, as the supervisor does: its server was away."""
        for child in self.children.values():
            if child.exit_code is not None:
                child.start()

    def kill_one_of(self, name, seconds=3.0):
        """SIGKILL of one process that a program forked, if it has one before long."""
        leader = self.children[name].pid
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for pid in in_session(leader):
                if pid != leader:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        return True
            time.sleep(0.01)
        return False

    def signal(self, name, number):
        """Send a signal to all processes of a part (SIGSTOP: it hangs; SIGCONT: it goes on)."""
        pids = set(in_session(self.part(name).pid))
        if name == "postgres":  # each of its processes begins a session of its own
            pids |= set(working_in(self.postgres.data))
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def part(self, name):
        return {"postgres": self.postgres, "valkey": self.valkey}.get(name) or self.children[name]

    def wait_for_web(self, seconds=90.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(self.children["web"].last_lines())

    def wait_for_workers(self, seconds=60.0):
        """Until every web worker has begun: one that begins while SQL is away takes no press."""
        web = self.children["web"]
        workers = int(web.command[web.command.index("--workers") + 1])
        end = time.monotonic() + seconds
        while web.log.read_bytes().count(b"Started worker-") < workers:
            assert time.monotonic() < end, web.last_lines()
            time.sleep(0.05)


def pressed(choice="like", version=1):
    """The header in which our script says what a press says."""
    return {"X-Press": f"{version} {choice}"}


class Citizen:
    """One device that presses and writes over HTTP, the same again until it is told yes."""

    def __init__(self, service, *, patience=5.0):
        self.service = service
        self.patience = patience
        self.cookie = ""
        self.link = None
        self.tries = 0
        self.slowest = 0.0

    def press(self, subject, choice, version=1, *, until=None):
        """Send until it is kept; None when `until` (monotonic) passed first."""
        more = pressed(choice, version)
        return self._insist(f"/reacciones/{subject}", None, {204}, until, more)

    def write(self, subject, words, *, until=None):
        """Send an idea until it is kept; returns its folio."""
        body = urlencode({"kind": "idea", "version": 1, "text": words})
        answer = self._insist(f"/ideas/{subject}", body, {303}, until)
        return answer and answer.getheader("Location").split("/folios/")[1].split("?")[0]

    def _insist(self, path, body, good, until, more=None):
        pause = 0.02
        while until is None or time.monotonic() < until:
            answer = self.try_once("POST", path, body, more)
            if answer is not None and answer.status in good:
                return answer
            if answer is not None and answer.status < 500:
                raise AssertionError(f"{path}: {answer.status} {answer.text[:300]}")
            time.sleep(pause)
            pause = min(pause * 2, 0.5)
        return None

    def try_once(self, method, path, body=None, more=None):
        """The answer, or None when there was none."""
        try:
            return self.ask(method, path, body, more)
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return None

    def ask(self, method, path, body=None, more=None):
        """One request on a kept connection; a 307 is followed as a browser does."""
        self.tries += 1
        if self.link is None:
            self.link = http.client.HTTPConnection(
                "127.0.0.1", self.service.port, timeout=self.patience
            )
        headers = {"Sec-Fetch-Site": "same-origin", "X-Requested-With": "decide", **(more or {})}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.monotonic()
        self.link.request(method, path, body, headers)
        answer = self.link.getresponse()
        answer.text = answer.read().decode(errors="replace")
        self.slowest = max(self.slowest, time.monotonic() - begun)
        if answer.will_close:
            self.hang_up()
        if answer.getheader("Set-Cookie"):
            self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        if answer.status == 307:
            return self.ask(method, answer.getheader("Location"), body, more)
        return answer

    def hang_up(self):
        if self.link:
            self.link.close()
        self.link = None

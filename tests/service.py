"""The whole service in real processes, and people who use it over HTTP.

with Service(settings, folder) as service:      web server, drain and worker
    ana = Visitor(service.address)              a browser with cookies and no script
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from dataclasses import fields
from pathlib import Path

from decide.kernel import walls

ROOT = Path(__file__).resolve().parents[1]
FLASK = (sys.executable, "-m", "flask", "--app", "decide.cli:shell", "decide")
GRANIAN = (
    sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1",
    "--workers", "2", "--blocking-threads", "32", "--log-level", "error",
    "--workers-kill-timeout", "3", "--respawn-failed-workers",
)  # fmt: skip


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


class Service:
    """Web server, drain and worker on the servers that `settings` name."""

    def __init__(self, settings, folder, *, parts=("web", "drain", "worker")):
        self.settings = settings
        self.folder = Path(folder)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.parts = parts
        self.running = {}

    def __enter__(self):
        for part in self.parts:
            self.start(part)
        if "web" in self.parts:
            self.wait_for_web()
        return self

    def __exit__(self, *_):
        for part in list(self.running):
            self.stop(part)

    def start(self, part):
        commands = {
            "web": (*GRANIAN, "--port", str(self.port), "decide.wsgi:application"),
            "drain": (*FLASK, "drain"),
            "worker": (sys.executable, "worker.py"),
        }
        environ = {
            each.name.upper(): str(getattr(self.settings, each.name))
            for each in fields(self.settings)
        }
        with (self.folder / f"{part}.log").open("ab") as log:
            self.running[part] = subprocess.Popen(
                commands[part],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ}
                | {"PUBLIC_URL": self.address, "DATABASE_URL": self.address_for(part)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def address_for(self, part):
        """The database's address with the role that the part has in production."""
        role = walls.DRAIN if part == "drain" else walls.APP
        return self.settings.database_url.replace(f"{walls.APP}@", f"{role}@")

    def stop(self, part, number=signal.SIGTERM):
        """Signal the whole group of a part and wait until it is gone."""
        process = self.running.pop(part)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def kill(self, part):
        self.stop(part, signal.SIGKILL)

    def wait_for_web(self, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if Visitor(self.address).get("/estado").status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError((self.folder / "web.log").read_text())


class Answer:
    """Status, headers and body of one response."""

    def __init__(self, response):
        self.status = self.status_code = response.status
        self.headers = response.headers
        self.body = response.read()

    def get_data(self, as_text=False):
        return self.body.decode() if as_text else self.body


class Visitor:
    """A browser without scripts: keeps cookies, follows nothing by itself."""

    def __init__(self, address):
        self.origin = address
        self.cookies = {}
        self.host = urllib.parse.urlsplit(address).netloc

    def get(self, path, headers=None):
        return self.ask("GET", path, None, headers)

    def post(self, path, data=None, headers=None):
        return self.ask("POST", path, urllib.parse.urlencode(data or {}), headers)

    def ask(self, method, path, body, headers):
        sent = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection = http.client.HTTPConnection(self.host, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path.removeprefix(self.origin), body, sent)
            answer = Answer(connection.getresponse())
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def press(self, subject, version, choice):
        """One press as a browser sends it: a 307 is followed with the same form."""
        form = {"choice": choice, "version": version}
        answer = self.post(f"/reacciones/{subject}", form)
        if answer.status == 307:
            answer = self.post(answer.headers["Location"], form)
        return answer

    def send_idea(self, subject, version, words, kind="idea"):
        form = {"kind": kind, "version": version, "text": words}
        answer = self.post(f"/ideas/{subject}", form)
        if answer.status == 307:
            answer = self.post(answer.headers["Location"], form)
        return answer


def eventually(condition, seconds=60, pause=0.1):
    """Wait until `condition()` is true and give what it gave."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(pause)
    raise AssertionError(f"not within {seconds} s: {condition}")

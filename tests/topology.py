"""What docker-compose.yml starts, from binaries: the same parts, commands, settings and files.

with Topology(folder) as town:       proxy, web × 2, drain × 2, worker × 2, both Valkeys, SQL
    town.proxy.ask("GET", "/")
    town.kill("web-1"); town.revive("web-1")

Commands and settings of the programs are read from docker-compose.yml and Dockerfile; PostgreSQL,
both Valkeys and nginx read the very files in deploy/ that compose mounts. Only addresses, folders
and passwords are put in. `hosts` puts parts into network namespaces: other machines, as far as they
see.
"""

import contextlib
import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import yaml
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from decide.kernel.children import Child, in_session, working_in
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey, valkey_program
from decide.kernel.launch import SAME
from decide.kernel.resources import open_resources
from decide.kernel.servers import PLAIN
from decide.settings import Settings
from tests.killable import free_port
from tests.shipped_proxy import Proxy

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\$\{(\w+)(?::[-?]([^}]*))?\}")
WEB_COMMAND = json.loads(re.findall(r"CMD (\[.*?\])", IMAGE, re.DOTALL)[-1].replace("\\\n", ""))
PROGRAMS = {"granian": ["-m", "granian"], "flask": ["-m", "flask"], "python": []}
PASSWORDS = {
    name: f"only-of-tests-{name.lower()}"
    for name in ("POSTGRES_PASSWORD", "APP_PASSWORD", "WEB_PASSWORD", "WORKER_PASSWORD",
                 "DRAIN_PASSWORD", "BACKUP_PASSWORD", "TESTS_PASSWORD")
}  # fmt: skip
# Whoever tests may look at everything; in production nobody may.
WATCHER = "user tests on #TESTS_PASSWORD ~* &* +@all\n"
CLONE_NEWNET = 0x40000000
LOCAL = "127.0.0.1"


@dataclass(frozen=True)
class Host:
    """A machine: its address, and the network namespace that it is; "" for this one."""

    address: str = LOCAL
    namespace: str = ""

    @contextlib.contextmanager
    def inside(self):
        """What this thread starts or connects meanwhile, it does on that machine."""
        if not self.namespace:
            yield
            return
        with Path("/proc/thread-self/ns/net").open() as home:
            with Path(f"/run/netns/{self.namespace}").open() as there:
                enter(there)
            try:
                yield
            finally:
                enter(home)


def enter(namespace):
    """Move this thread into a network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace.fileno(), CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


class ShippedPostgres(EmbeddedPostgres):
    """PostgreSQL with deploy/postgres/*, on a TCP port."""

    def __init__(self, folder, host, port):
        super().__init__(folder)
        self.host, self.port = host, port

    def described(self):
        child = super().described()
        settings = {
            "config_file": ROOT / "deploy" / "postgres" / "postgresql.conf",
            "hba_file": ROOT / "deploy" / "postgres" / "pg_hba.conf",
            "listen_addresses": self.host.address,
            "port": self.port,
            "unix_socket_directories": self.sockets,
            "shared_buffers": "64MB",  # several run at once here
            "dynamic_shared_memory_type": "mmap",
        }
        child.command = [str(self.program("postgres")), "-D", str(self.data)]
        for name, value in settings.items():
            child.command += ["-c", f"{name}={value}"]
        return child

    def conninfo(self, database="postgres"):
        """By its socket, as whoever stands at the machine."""
        return psycopg.conninfo.make_conninfo(
            "", user="postgres", dbname=database, host=str(self.sockets), port=self.port
        )

    def start(self):
        with self.host.inside():
            super().start()


class ShippedValkey(EmbeddedValkey):
    """Valkey as deploy/valkey/start.sh starts it, with <name>.conf and .users, on a TCP port."""

    def __init__(self, folder, name, host, port, passwords=PASSWORDS):
        super().__init__(folder)
        self.service, self.host, self.port, self.passwords = name, host, port, passwords
        self.shipped = ROOT / "deploy" / "valkey"

    def users(self):
        """The shipped users, and whoever tests."""
        return (self.shipped / f"{self.service}.users").read_text(encoding="utf-8") + WATCHER

    def prepare(self):
        super().prepare()
        (self.folder / "users").write_text(self.users(), encoding="utf-8")
        # The image has the server under both names; so it has here.
        (self.folder / "bin").mkdir(exist_ok=True)
        for name in ("valkey-server", "valkey-check-aof"):
            link = self.folder / "bin" / name
            link.unlink(missing_ok=True)
            link.symlink_to(valkey_program())

    def described(self):
        command = ["sh", str(self.shipped / "start.sh"), str(self.shipped / f"{self.service}.conf")]
        command += [str(self.folder / "users"), "--port", str(self.port)]
        command += ["--bind", self.host.address]
        command += ["--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        given = COMPOSE["services"][self.service]["environment"] | {
            "TESTS_PASSWORD": "${TESTS_PASSWORD}"
        }
        environment = {name: filled(value, self.passwords) for name, value in given.items()} | {
            "PATH": f"{self.folder / 'bin'}:{os.defpath}", "TMPDIR": str(self.folder),
        }  # fmt: skip
        return Child(
            "valkey", command, log=self.folder / "server.log", environment=PLAIN | environment,
            identity=SAME, folder=self.data,
        )  # fmt: skip

    def run(self, child, lock):
        """Nobody mends its file but start.sh."""
        super(EmbeddedValkey, self).run(child, lock)

    def client(self, user="tests", password=None):
        """A patient connection of a user, of whoever tests by default."""
        return Redis(
            host=self.host.address, port=self.port, socket_timeout=5, username=user,
            retry=Retry(NoBackoff(), 1),  # a refused password is not asked again for seconds
            password=password or self.passwords[f"{user.upper()}_PASSWORD"],
        )  # fmt: skip

    def start(self):
        with self.host.inside():
            super().start()


class Program(Child):
    """One of our programs on a host."""

    def __init__(self, name, command, *, host, **more):
        super().__init__(name, command, **more)
        self.host = host

    def start(self, *, held=()):
        with self.host.inside():
            super().start(held=held)


class Topology:
    """Everything of docker-compose.yml that runs without a profile. A context manager."""

    def __init__(self, folder, *, hosts=(), servers=None, with_settings=None, replicas=2):
        """`hosts`: one for each web, drain and worker (default: this one, twice)."""
        self.folder = Path(folder)
        self.hosts = tuple(hosts) or (Host(),) * replicas
        self.servers_host = servers or Host()
        self.more = with_settings or {}
        self.front = free_port()
        self.ports = {name: free_port() for name in ("postgres", "ledger", "queue")}
        self.parts = {}
        self.proxy = self.resources = None

    def __enter__(self):
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def begin(self):
        """In the order that compose's depends_on says."""
        folder, ports, host = self.folder, self.ports, self.servers_host
        self.parts |= {
            "postgres": ShippedPostgres(folder / "postgres", host, ports["postgres"]),
            "ledger": ShippedValkey(folder / "ledger", "ledger", host, ports["ledger"]),
            "queue": ShippedValkey(folder / "queue", "queue", host, ports["queue"]),
        }
        for name in ("postgres", "ledger", "queue"):
            self.parts[name].start()
        self.parts["postgres"].ensure_database("decide")
        self.set_passwords()
        migrate = self.program("migrate", "migrate", self.hosts[0])
        migrate.start()
        while migrate.is_alive:
            time.sleep(0.05)
        assert migrate.exit_code == 0, migrate.last_lines(40)
        # As whoever types a command in the container of the worker.
        settings = Settings.from_environment(self.environment("worker"), keys=("process_key",))
        self.resources = open_resources(settings)
        self.resources.database.close()  # opened again at its first use
        for number, each in enumerate(self.hosts, start=1):
            for service in ("web", "drain", "worker"):
                name = f"{service}-{number}"
                port = free_port() if service == "web" else 0
                self.parts[name] = self.program(service, name, each, port=port)
                self.parts[name].start()
        for name in self.names("web"):
            self.wait_for(name)
        (folder / "proxy").mkdir()
        behind = [f"{part.host.address}:{part.port}" for part in map(self.part, self.names("web"))]
        self.proxy = Proxy(folder / "proxy", behind, self.front).__enter__()

    def __exit__(self, *_):
        if self.proxy:
            self.proxy.__exit__()
        if self.resources:
            self.resources.close()
        for part in reversed(self.parts.values()):
            part.stop()

    # --- as compose says it

    def environment(self, service):
        """The settings that compose gives a service, with our addresses, folders and passwords."""
        given = {name: filled(str(value), self.secrets) for name, value in
                 COMPOSE["services"][service]["environment"].items()}  # fmt: skip
        address = self.servers_host.address
        for theirs, ours in {
            "@postgres/": f"@{address}:{self.ports['postgres']}/",
            "ledger:6379": f"{address}:{self.ports['ledger']}",
            "queue:6379": f"{address}:{self.ports['queue']}",
            "/srv/files": str(self.folder / "files"),
        }.items():
            given = {name: value.replace(theirs, ours) for name, value in given.items()}
        # A crowd of tests is no attack, and one machine plays many phones.
        often = dict.fromkeys(
            ("PRESSES_PER_HOUR", "IDEAS_PER_HOUR", "ALERT_ANSWERS_PER_MINUTE",
             "SIEGE_ANSWERS_PER_MINUTE", "ANSWERS_PER_NETWORK"), "1000000000",
        )  # fmt: skip
        return given | often | {"LOG_LEVEL": "warning"} | self.more

    @property
    def secrets(self):
        """What stands in .env."""
        return PASSWORDS | {
            "SECRET_KEY": "a secret only of tests, long enough",
            "PROCESS_KEY": "a process key only of tests, long enough",
            "PUBLIC_URL": f"https://localhost:{self.front}",
        }

    def program(self, service, name, host, *, port=0):
        """A program with the command of its service."""
        wanted = COMPOSE["services"][service].get("command") or WEB_COMMAND
        command = [sys.executable, *PROGRAMS[wanted[0]], *wanted[1:]]
        if port:
            command[command.index("--host") + 1] = host.address
            command[command.index("--port") + 1] = str(port)
        made = Program(
            name, command, host=host, log=self.folder / "log" / f"{name}.log", folder=ROOT,
            environment=self.whole_environment(service),
        )  # fmt: skip
        made.port = port
        return made

    def whole_environment(self, service):
        """What a program of a service is started with."""
        own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "FLASK_APP": "decide.cli:shell"}
        return own | self.environment(service)

    def command(self, service, *words):
        """`docker compose exec SERVICE flask decide WORDS…`: how it ended and what it said."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "decide", *words], cwd=ROOT, capture_output=True,
            text=True, check=False, env=self.whole_environment(service),
        )  # fmt: skip

    def set_passwords(self):
        """The owner's password, as the image of compose sets it at its first start."""
        with self.servers_host.inside(), psycopg.connect(self.parts["postgres"].conninfo()) as own:
            own.execute(f"ALTER ROLE postgres PASSWORD '{self.secrets['POSTGRES_PASSWORD']}'")

    # --- what tests do with it

    def part(self, name):
        return self.parts[name]

    def names(self, service):
        """Names of all parts of a service."""
        return [name for name in self.parts if name.startswith(f"{service}-")]

    def signal(self, name, number):
        """Send a signal to all processes of a part."""
        part = self.part(name)
        pids = set(in_session(part.pid))
        if name == "postgres":
            pids |= set(working_in(part.data))
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self, name):
        """SIGKILL of a part and of all it started."""
        self.signal(name, signal.SIGKILL)
        part = self.part(name)
        (part.child if hasattr(part, "child") else part).clear_away()

    def revive(self, name):
        """What compose's `restart: unless-stopped` does."""
        self.part(name).start()
        if name.startswith("web-"):
            self.wait_for(name)

    def wait_for(self, name, seconds=90.0):
        """Until a web server says that it is ready (compose's health check)."""
        part, end = self.part(name), time.monotonic() + seconds
        while time.monotonic() < end:
            with (
                contextlib.suppress(OSError),
                socket.create_connection((part.host.address, part.port), timeout=3) as line,
            ):
                line.sendall(b"GET /lista HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if b" 200 " in line.recv(64):
                    return
            time.sleep(0.1)
        raise AssertionError(part.last_lines(40))

    def active_drain(self):
        """Name of the drain whose connection holds the lock; None while no one does."""
        with psycopg.connect(self.part("postgres").conninfo("decide")) as own:
            asked = "SELECT client_port FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            asked += " WHERE l.locktype = 'advisory' AND a.usename = 'decide_drain' AND l.granted"
            holder = own.execute(asked).fetchone()
        for name in self.names("drain"):
            for pid in in_session(self.part(name).pid):
                if holder and holder[0] in local_ports(pid):
                    return name
        return None

    def ledger(self):
        """A patient connection to the ledger's server, as whoever tests."""
        return self.part("ledger").client()

    def refused(self):
        """What the Valkeys refused since they run: (server, user, why, what)."""
        found = []
        for name in ("ledger", "queue"):
            with self.part(name).client() as client:
                found += [
                    (name, each["username"], each["reason"], each["object"])
                    for each in client.acl_log()
                ]
        return found

    def is_up(self, name):
        """Whether one of the Valkeys answers the question of compose's health check."""
        address, port = self.servers_host.address, self.ports[name]
        with (
            contextlib.suppress(OSError),
            socket.create_connection((address, port), timeout=5) as line,
        ):
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        return False


def filled(value, given):
    """A value of compose with its variables."""
    return VARIABLE.sub(lambda found: given.get(found[1], found[2] or ""), value)


def local_ports(pid):
    """Local TCP ports of a process' connections."""
    sockets = set()
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        with contextlib.suppress(OSError):
            sockets.add(str(link.readlink()))
    found = set()
    for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if f"socket:[{fields[9]}]" in sockets:
            found.add(int(fields[1].split(":")[1], 16))
    return found

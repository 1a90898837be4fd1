"""PostgreSQL's own programs for copying, run for the role that may do nothing else."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from decide.errors import Unavailable
from decide.kernel import walls
from decide.kernel.embedded import postgres_programs
from decide.kernel.servers import PLAIN

SLOT = "decide_backup"  # the server keeps what this reader has not fetched yet
LONGEST = 3600  # seconds for one program
CONTROLLED = {  # as pg_controldata calls it → as the server does
    "max_connections": "max_connections",
    "max_worker_processes": "max_worker_processes",
    "max_wal_senders": "max_wal_senders",
    "max_prepared_xacts": "max_prepared_transactions",
    "max_locks_per_xact": "max_locks_per_transaction",
}


class BackupRefused(Unavailable):
    """A copy could not be made or is not whole; the message says what is wrong and what to do."""


class Source:
    """The server that is copied, and the programs that reach it."""

    def __init__(self, database_url: str) -> None:
        """`database_url` as in the settings; without a password, the role of copies is taken."""
        address = make_url(database_url).set(drivername="postgresql")
        if address.username == walls.APP and not address.password:
            address = address.set(username=walls.BACKUP)
        # A password on a command line can be read by everybody on the machine.
        self.environment = {**PLAIN, "PGPASSWORD": str(address.password or "")}
        self.address = address._replace(password=None).render_as_string()
        self.full_address = address.render_as_string(hide_password=False)
        self.programs = postgres_programs()

    def base(self, folder: Path) -> None:
        """A base copy into `folder`, with what it needs to be opened and its own list of sums."""
        self.run("pg_basebackup", "-D", str(folder), "-X", "stream", "-c", "fast",
                 "--manifest-checksums=SHA256")  # fmt: skip

    def keep_slot(self) -> bool:
        """Make sure that the server keeps every segment until it was fetched; True from now on."""
        with psycopg.connect(self.full_address) as connection:
            # pg_receivewal would make one that begins to keep only at its first use.
            made = connection.execute(
                "SELECT pg_create_physical_replication_slot(%(slot)s, true) WHERE NOT EXISTS"
                " (SELECT FROM pg_replication_slots WHERE slot_name = %(slot)s)",
                {"slot": SLOT},
            )
            return made.fetchone() is not None

    def fetch(self, folder: Path, until: str) -> None:
        """Fetch the WAL up to `until` (an LSN) into `folder`."""
        # What the server refuses once it refuses for ever: without this it would be asked for ever.
        self.run(*self.receiving(folder), "--endpos", until, "--no-loop")

    def receiving(self, folder: Path) -> tuple[str, ...]:
        """Arguments of the program that fetches WAL for as long as it runs."""
        return ("pg_receivewal", "-D", str(folder), "--slot", SLOT, "--synchronous")

    def run(self, name: str, *arguments: str) -> None:
        """Run one program to its end; BackupRefused with its last words."""
        done = run(self.programs / name, *arguments, "-d", self.address, "-w", env=self.environment)
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise BackupRefused(f"{name} no terminó: {said[-1] if said else 'no dijo por qué'}")


def run(
    program: Path, *arguments: str, env: Mapping[str, str] = PLAIN
) -> subprocess.CompletedProcess[str]:
    """Run one program to its end; BackupRefused when it needs longer than LONGEST."""
    try:
        return subprocess.run(  # noqa: S603 - our own argument list, no shell
            [str(program), *arguments],
            env=env,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BackupRefused(f"{program.name} no terminó en {LONGEST // 60} minutos.") from error


def verify_base(folder: Path) -> None:
    """Compare a base copy with its own list of sums; BackupRefused names the first difference."""
    done = run(postgres_programs() / "pg_verifybackup", "--quiet", str(folder))
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["no dijo por qué"]
        raise BackupRefused(
            f"La copia de PostgreSQL en {folder} está dañada: {said[0]}. Use otra copia."
        )


def least_settings(data: Path) -> dict[str, str]:
    """Settings below which recovery of a copy refuses to begin: those with which it was made."""
    done = run(postgres_programs() / "pg_controldata", "-D", str(data))
    found = dict(re.findall(r"^(max_\w+) setting: +(\d+)$", done.stdout, re.MULTILINE))
    if done.returncode != 0 or not CONTROLLED.keys() <= found.keys():
        raise BackupRefused(f"pg_controldata no dice con qué ajustes trabajaba {data}.")
    return {setting: found[name] for name, setting in CONTROLLED.items()}

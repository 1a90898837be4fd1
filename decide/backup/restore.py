"""The way back: from a set to a data folder, and from there to a service whose ledger adds up."""

import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic, sleep

from decide.backup import sets
from decide.backup.programs import BackupRefused, least_settings
from decide.kernel.children import Child
from decide.kernel.embedded import RECOVERS
from decide.kernel.resources import open_resources
from decide.kernel.single_machine import (
    DATABASE,
    MIGRATE,
    RESTORED,
    Plan,
    is_migrated,
    program,
    programs,
)
from decide.kernel.supervisor import answers
from decide.participation.verify import Report, verify
from decide.settings import Settings

LIMIT = 15 * 60.0  # seconds; R16
ARCHIVE = "segments_to_replay"  # below the data folder, which is the server's working folder
PATIENCE = 300.0  # seconds for a service to open, and for its drain to catch up


@dataclass
class Drill:
    """What a drill found. `steps`: what was done → seconds."""

    name: str
    steps: dict[str, float] = field(default_factory=dict)
    report: Report = field(default_factory=Report)

    @property
    def seconds(self) -> float:
        """How long everything took."""
        return sum(self.steps.values())

    @property
    def good(self) -> bool:
        """Whether the ledger adds up, in time."""
        return not self.report.drift and not self.report.waiting and self.seconds <= LIMIT


def restore(folder: Path, var: Path) -> None:
    """Fill the empty folder `var` with the set `folder`; BackupRefused when it is not whole."""
    if any((var / name).exists() for name in ("postgres", "valkey", "files")):
        raise BackupRefused(f"{var} ya tiene datos. Restaure en una carpeta vacía.")
    segments = sets.check(folder)
    data = var / "postgres" / "data"
    data.parent.mkdir(mode=0o700, parents=True)
    shutil.copytree(folder / "base", data)
    data.chmod(0o700)
    (data / ARCHIVE).mkdir(mode=0o700)
    for file in segments:
        shutil.copy(file, data / ARCHIVE / file.name.removesuffix(".partial"))
    replay = f"cp {shlex.quote(ARCHIVE)}/%f %p"
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"restore_command = '{replay}'\nrecovery_target_timeline = 'latest'\n")
    can_open_alone(data)
    (data / RECOVERS).touch()
    (var / RESTORED).write_text(f"{folder.name}\n", encoding="ascii")
    (var / "valkey" / "data").mkdir(mode=0o700, parents=True)
    (var / "valkey").chmod(0o700)
    shutil.copytree(folder / "ledger", var / "valkey" / "data" / "appendonlydir")
    shutil.copytree(folder / "files", var / "files")


def can_open_alone(data: Path) -> None:
    """Let a server open the folder whose settings stood elsewhere, as compose's and Debian's do.

    In postgresql.conf, which those servers do not read: what they say elsewhere stays true there.
    """
    least = least_settings(data)
    with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write("\n# Restored: recovery asks for as much as there was.\n")
        settings.writelines(f"{name} = {value}\n" for name, value in least.items())
    if not (data / "pg_hba.conf").exists():
        # By the socket in a private folder, as a cluster that the program made itself.
        (data / "pg_hba.conf").write_text("local all all trust\n", encoding="ascii")
        (data / "pg_hba.conf").chmod(0o600)


def forget_replay(var: Path) -> None:
    """Remove what only the recovery needed, once the server has opened."""
    data = var / "postgres" / "data"
    settings = data / "postgresql.auto.conf"
    kept = [
        line
        for line in settings.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.startswith(("restore_command", "recovery_target_timeline"))
    ]
    settings.write_text("".join(kept), encoding="utf-8")
    shutil.rmtree(data / ARCHIVE, ignore_errors=True)


def check_key(folder: Path, process_key: str) -> None:
    """BackupRefused unless this is the process key with which the copied service ran."""
    if sets.read(folder).key_mark != sets.key_mark(process_key):
        raise BackupRefused(
            "PROCESS_KEY no es la del servicio que se copió: las opiniones ya no serían de nadie. "
            "Traiga la llave guardada aparte."
        )


def drill(folder: Path, plan: Plan) -> Drill:
    """Restore into `plan.var`, open the service, recount, and stop everything again.

    `plan` has servers of its own. Raises BackupRefused, CannotStart or EmbeddedFailed.
    """
    check_key(folder, plan.environment["PROCESS_KEY"])
    done = Drill(folder.name)
    with ExitStack() as stack:
        with timed(done, "restaurar"):
            restore(folder, plan.var)
        with timed(done, "recuperar"):
            for server in plan.servers:
                stack.enter_context(server)
            forget_replay(plan.var)
        with timed(done, "abrir"):
            migrate_if_needed(plan)
            for each in programs(plan)[:2]:  # web and drain: a drill sends no mail
                each.start()
                stack.callback(each.stop)
            eventually(lambda: answers(plan.host, plan.port), "El sitio no abre.")
        with timed(done, "recontar"):
            done.report = recount(plan.environment)
    return done


def migrate_if_needed(plan: Plan) -> None:
    """Bring the restored database to the shape of this code."""
    if plan.postgres and not is_migrated(plan.postgres, plan.root / "migrations" / "versions"):
        run: Child = program(plan, "migrate", list(MIGRATE.command))
        run.log.parent.mkdir(parents=True, exist_ok=True)
        run.start()
        eventually(lambda: not run.is_alive, "La migración no termina.")
        if run.exit_code != 0:
            raise BackupRefused(f"{DATABASE} no se pudo migrar:\n{run.last_lines()}")


def recount(environment: Mapping[str, str]) -> Report:
    """The ledger's equation, once the drain has copied what the ledger held."""
    resources = open_resources(replace(Settings.from_environment(environment), log_level="error"))
    try:
        eventually(
            lambda: verify(resources).waiting == 0, "La copia del registro a la base no termina."
        )
        return verify(resources)
    finally:
        resources.close()


def eventually(condition: Callable[[], bool], sentence: str) -> None:
    """Wait for a condition; BackupRefused with the sentence when it does not come true."""
    deadline = monotonic() + PATIENCE
    while not condition():
        if monotonic() > deadline:
            raise BackupRefused(sentence)
        sleep(0.1)


@contextmanager
def timed(done: Drill, step: str) -> Iterator[None]:
    """Note how long a step takes."""
    begun = monotonic()
    yield
    done.steps[step] = monotonic() - begun

"""Commands that copy the service to another place, and try the way back."""

import os
import shutil
import signal
import socket
import tempfile
import threading
from pathlib import Path

import click

from decide.cli.opening import ROOT, environ_here, opened, refusals

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("backup")
@click.argument("folder", type=FOLDER)
@click.option("--ledger", "ledger_folder", type=FOLDER, help="The ledger's folder, seen from here.")
@click.option("--follow", is_flag=True, help="Stay: fetch each change at once, a set every day.")
@click.option("--hours", default=24.0, help="Hours between two sets of --follow.")
def backup_command(folder: Path, ledger_folder: Path | None, follow: bool, hours: float) -> None:
    """Copy database, ledger and files into FOLDER; never the keys."""
    from decide.backup import take

    with opened() as resources, refusals():
        if follow:
            stop = threading.Event()
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, lambda *_: stop.set())
            take.follow(
                resources.settings, resources.ledger, folder, stop,
                every=hours * 3600, at_ledger=ledger_folder,
            )  # fmt: skip
            return
        made = take.take(resources.settings, resources.ledger, folder, at_ledger=ledger_folder)
    click.echo(f"Copia terminada: {made}")
    click.echo("Guarde aparte SECRET_KEY y PROCESS_KEY: no están en la copia.")


@click.command("backup-check")
@click.argument("folder", type=FOLDER)
def check_command(folder: Path) -> None:
    """Look at the newest set in FOLDER; exit code 1 when something is missing or damaged."""
    from decide.backup import sets

    with refusals():
        newest = sets.newest(folder)
        segments = sets.check(newest)
    click.echo(f"La copia {newest.name} está completa, con {len(segments)} segmentos.")


@click.command("restore")
@click.argument("folder", type=FOLDER)
@click.option("--into", "var", type=FOLDER, required=True, help="An empty folder, as var/.")
def restore_command(folder: Path, var: Path) -> None:
    """Fill an empty folder from the newest set in FOLDER; `make run` then opens it."""
    from decide.backup import restore, sets

    with refusals():
        restore.restore(sets.newest(folder), var)
    click.echo(f"Listo: {var}. Ponga ahí secrets.env con las llaves guardadas aparte.")
    click.echo("Qué va a qué volumen de compose: docs/operations/faults.md, “A machine is lost”.")


@click.command("restore-drill")
@click.argument("folder", type=FOLDER)
@click.option("--into", "var", type=FOLDER, help="Keep the restored service in this folder.")
def drill_command(folder: Path, var: Path | None) -> None:
    """Restore the newest set in FOLDER on an empty place, open the service, and recount.

    Of all settings it needs PROCESS_KEY, the one with which the copy was made. Exit code 1 when
    the ledger does not add up or it took more than 15 minutes.
    """
    from decide.backup import restore, sets
    from decide.kernel.single_machine import plan, write_private

    key = environ_here().get("PROCESS_KEY")
    if not key:
        raise click.ClickException("Falta PROCESS_KEY: la llave del servicio que se copió.")
    place = var or Path(tempfile.mkdtemp(prefix="decide-simulacro-"))
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PROCESS_KEY": key,
        "DEMONSTRATION": "false",
        "PORT": str(free_port()),
    }
    try:
        if not (place / "secrets.env").exists():
            # Kept with the place, so that `make run` opens with the same key what a drill left.
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(place / "secrets.env", {"PROCESS_KEY": key})
        with refusals():
            done = restore.drill(sets.newest(folder), plan(ROOT, place, environ))
    finally:
        if var is None:
            shutil.rmtree(place, ignore_errors=True)
    for step, seconds in done.steps.items():
        click.echo(f"{step:<12} {seconds:8.1f} s")
    click.echo(f"{'en total':<12} {done.seconds:8.1f} s de {restore.LIMIT:.0f}")
    click.echo(f"Opiniones: {done.report.reactions:,}. Ideas: {done.report.ideas:,}.")
    for sentence in done.report.drift:
        click.echo(sentence, err=True)
    click.echo("La ecuación se cumple." if done.good else "NO se cumple.")
    if not done.good:
        raise click.exceptions.Exit(1)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])

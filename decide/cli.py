"""`flask decide …`: the same actions as the pages, for operators and timetables.

Flask finds this file through `.flaskenv`. Commands read the settings from the environment, or, on a
single machine, from the file that `make run` keeps in var/.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from decide.kernel import log
from decide.kernel.resources import Resources, open_resources
from decide.settings import Settings, SettingsError, documented

ROOT = Path(__file__).resolve().parent.parent


def shell() -> Flask:
    """An empty application that only carries the commands; opens nothing."""
    app = Flask("decide.cli")
    app.cli.add_command(decide)
    return app


def settings_here() -> Settings:
    """Settings of this shell; a click error names what is missing."""
    environ = dict(os.environ)
    kept = ROOT / "var" / "environment"
    if "DATABASE_URL" not in environ and kept.exists():
        lines = kept.read_text(encoding="utf-8").splitlines()
        environ = dict(line.split("=", 1) for line in lines if "=" in line) | environ
    try:
        return Settings.from_environment(environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def opened() -> Iterator[Resources]:
    """Resources for one command."""
    settings = settings_here()
    log.configure(settings.log_level)
    resources = open_resources(settings)
    try:
        yield resources
    finally:
        resources.close()


@click.group()
def decide() -> None:
    """Decide: operate the platform."""


@decide.command("settings")
def settings_command() -> None:
    """Print every setting: variable, type, default, help."""
    for variable, kind, default, text in documented():
        click.echo(f"{variable}  ({kind}, {default})\n    {text}")


@decide.command("migrate")
def migrate_command() -> None:
    """Bring the database to the shape of this code."""
    from decide.kernel.migrate import ServerTooOld, upgrade

    try:
        upgrade(settings_here().database_url)
    except ServerTooOld as error:
        raise click.ClickException(str(error)) from error


@decide.command("drain")
def drain_command() -> None:
    """Copy the press log into SQL until told to stop."""
    from decide.participation.drain import Drain

    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    with opened() as resources:
        Drain(resources).run(stop)


@decide.command("docs")
def docs_command() -> None:
    """Write the documents that are generated from the code."""
    from decide.documents import write_documents

    for path in write_documents(ROOT / "docs"):
        click.echo(f"written: {path.relative_to(ROOT)}")


@decide.command("demo")
@click.option("--at", "moment", type=click.Choice(["campaign", "closed"]), help="Jump in time.")
def demo_command(moment: str | None) -> None:
    """Fill an empty database with invented actors, or move an existing demonstration in time."""
    from decide.demonstration.command import load_demonstration, move_to
    from decide.errors import DecideError

    with opened() as resources:
        try:
            if moment:
                move_to(resources, moment)
                return
            loaded = load_demonstration(resources)
        except DecideError as error:
            raise click.ClickException(str(error)) from error
    click.echo("Usuarios de la demostración (guarde estas contraseñas, no se muestran otra vez):")
    for login in loaded.logins:
        click.echo(f"  {login.username:<10} {login.passphrase}   {login.person}")

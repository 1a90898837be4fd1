"""Commands of the house itself: settings, migrations, documents, the drain."""

import signal
import threading

import click

from decide.cli.opening import ROOT, opened, settings_here
from decide.settings import documented


@click.command("settings")
def settings_command() -> None:
    """Print every setting: variable, type, default, help."""
    for variable, kind, default, text in documented():
        click.echo(f"{variable}  ({kind}, {default})\n    {text}")


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to the shape of this code, and its roles and walls to walls.toml."""
    from decide.kernel.migrate import NoRoles, ServerTooOld, upgrade

    settings = settings_here(keys=())
    try:
        upgrade(
            settings.migration_url or settings.database_url,
            passwords=words_of(settings.role_passwords),
        )
    except (NoRoles, ServerTooOld) as error:
        raise click.ClickException(str(error)) from error


def words_of(text: str) -> dict[str, str]:
    """`app=…,drain=…` as a dictionary; raises ClickException without repeating a word."""
    parts = [part.partition("=") for part in text.split(",") if part]
    if not all(role and word for role, _, word in parts):
        raise click.ClickException("ROLE_PASSWORDS: write app=…,drain=…,backup=…")
    return {role.strip(): word for role, _, word in parts}


@click.command("drain")
def drain_command() -> None:
    """Copy the press log into SQL until told to stop."""
    from decide.participation.drain import Drain

    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    with opened(keys=()) as resources:
        Drain(resources).run(stop)


@click.command("words")
@click.argument("begun", nargs=-1)
def words_command(begun: tuple[str, ...]) -> None:
    """Bring the catalogues of translations up to date; BEGUN are languages to start, as «maz»."""
    from decide.web.shared.messages import bring_up_to_date

    for path in bring_up_to_date(begun):
        click.echo(f"written: {path.relative_to(ROOT)}")


@click.command("docs")
def docs_command() -> None:
    """Write the documents that are generated from the code."""
    from decide.documents import write_documents

    for path in write_documents(ROOT / "docs"):
        click.echo(f"written: {path.relative_to(ROOT)}")

"""Commands about the sealed log and its keys."""

import click

from decide.cli.opening import opened, refusals


@click.group("seal")
def seal_group() -> None:
    """Seal ideas and counts, and keep the keys that sign."""


@seal_group.command("due")
def due_command() -> None:
    """Make every seal that is due; the worker does this by itself."""
    from decide.seals.jobs import catch_up, due_now

    with opened() as resources, refusals():
        made, left = catch_up(resources), len(due_now(resources))
    click.echo(f"Sellos hechos: {made}. Faltan: {left}.")
    if left:
        raise click.exceptions.Exit(1)


@seal_group.command("now")
def now_command() -> None:
    """Make a seal of everything received up to ten seconds ago."""
    from decide.seals.jobs import GRACE, seal_through

    with opened() as resources, refusals():
        with resources.database.reading() as session:
            through = resources.clock.now(session) - GRACE
        made = seal_through(resources, through)
    if not made:
        raise click.ClickException("Faltan opiniones por copiar. Inténtelo en unos segundos.")
    click.echo("Sello hecho.")


@seal_group.command("list")
def list_command() -> None:
    """Print every head, oldest first."""
    from decide.seals.queries import seals

    with opened() as resources, resources.database.reading() as session:
        for line in reversed(seals(session)):
            click.echo(f"{line.number:>5}  {line.through.isoformat()}  {line.size:>9}  {line.root}")


@seal_group.group("key")
def key_group() -> None:
    """Create and retire signing keys."""


@key_group.command("create")
@click.argument("name")
def create_command(name: str) -> None:
    """Create a key called NAME; from now on it signs beside the others. Prints its public line."""
    from decide.seals.keys import create_key

    with opened() as resources, refusals(), resources.database.transaction() as session:
        at = resources.clock.now(session)
        made = create_key(session, name, process_key=resources.settings.process_key, at=at, by=None)
    click.echo(made.text())


@key_group.command("retire")
@click.argument("key_id")
def retire_command(key_id: str) -> None:
    """Stop signing with the key of this id (8 hexadecimal digits of its public line)."""
    from decide.seals.keys import retire_key

    with opened() as resources, refusals(), resources.database.transaction() as session:
        retired = retire_key(session, key_id, at=resources.clock.now(session), by=None)
    click.echo(f"Retirada: {retired.text()}")


@key_group.command("list")
def keys_command() -> None:
    """Print the public line of every key."""
    from decide.seals.keys import verifiers

    with opened() as resources, resources.database.reading() as session:
        for verifier in verifiers(session):
            click.echo(verifier.text())

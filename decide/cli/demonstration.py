"""Commands of the demonstration."""

import click

from decide.cli.opening import opened, refusals

ABSENT = (
    "Esta instalación no trae la demostración. "
    "Para verla, baje el proyecto en otra máquina y escriba «make run»."
)


@click.command("demo")
@click.option("--at", "moment", type=click.Choice(["campaign", "closed"]), help="Jump in time.")
def demo_command(moment: str | None) -> None:
    """Fill an empty database with invented actors, or move an existing demonstration in time."""
    try:
        from decide.demonstration.command import load_demonstration, move_to
    except ModuleNotFoundError as error:  # the production image is made without it
        raise click.ClickException(ABSENT) from error

    with opened() as resources, refusals():
        if moment:
            move_to(resources, moment)
            return
        loaded = load_demonstration(resources)
    click.echo("Usuarios de la demostración (sólo sirven en esta máquina):")
    for login in loaded.logins:
        click.echo(f"  {login.username:<10} {login.passphrase}   {login.person}")

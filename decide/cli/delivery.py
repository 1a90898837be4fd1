"""Commands about the per-actor databases."""

import click

from decide.cli.opening import opened, refusals


@click.group("delivery")
def delivery_group() -> None:
    """Order and watch the per-actor databases; the worker builds them."""


@delivery_group.command("order")
@click.option("--all", "everybody", is_flag=True, required=True, help="For every recipient.")
def order_command(everybody: bool) -> None:
    """Order a delivery for everybody who has none on its way."""
    from decide.delivery.command import order_everything

    with opened() as resources, refusals():
        ordered = order_everything(resources)
    click.echo(f"Entregas pedidas: {len(ordered.numbers)}. Ya estaban en curso: {ordered.left}.")


@delivery_group.command("status")
def status_command() -> None:
    """Print how far each delivery is; exit code 1 while one is missing, stopped or on its way."""
    from decide.delivery.command import status

    with opened() as resources:
        lines = status(resources)
    for line in lines:
        told = line.delivery
        state = f"{told.state} v{told.version} {told.progress} %" if told else "–"
        note = (told.failure or told.sha256 or "") if told else ""
        click.echo(f"{line.acronym:<24} {state:<20} {note}")
    if not all(line.delivery and line.delivery.is_ready for line in lines):
        raise click.exceptions.Exit(1)


@delivery_group.command("test-actor")
def test_actor_command() -> None:
    """Register the “Partido de prueba”, whose counts are open on /partido-de-prueba."""
    from decide.delivery.rehearsal import register

    with opened() as resources, refusals(), resources.database.transaction() as session:
        register(session, at=resources.clock.now(session), by=None)
    click.echo("El partido de prueba está listo: /partido-de-prueba")

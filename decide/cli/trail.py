"""Commands about the trail of who did what."""

import click

from decide.cli.opening import opened, refusals

WRONG = {
    "altered": "fue cambiado",
    "missing": "fue borrado",
    "inserted": "fue agregado después, o el anterior desapareció",
    "unlinked": "sigue sin eslabón: ¿está detenido el trabajador?",
}


@click.group("trail")
def trail_group() -> None:
    """Look after the trail of deeds."""


@trail_group.command("verify")
def verify_command() -> None:
    """Walk the whole chain and hold it against every seal; exit code 1 when something is wrong."""
    from decide.audit import chain
    from decide.seals import trail

    with opened() as resources, refusals(), resources.database.reading() as session:
        verdict = chain.verify(session, at=resources.clock.now(session))
        unsealed = trail.broken_seals(session)
    click.echo(
        f"{verdict.entries:,} renglones, {verdict.linked:,} enlazados,"
        f" {verdict.waiting:,} recientes"
    )
    click.echo(f"cabeza en el renglón {verdict.last}: {verdict.head.hex()}")
    for fault in verdict.faults:
        click.echo(f"NO  renglón {fault.entry_id}: {WRONG[fault.wrong.value]}")
    for number in unsealed:
        click.echo(f"NO  sello {number}: la bitácora ya no da la cabeza que se firmó")
    if verdict.faults or unsealed:
        raise click.exceptions.Exit(1)
    click.echo("sí  la bitácora está completa y sin cambios")

"""What is missing for the process, as on the page *Preparación*."""

import click

from decide.cli.opening import opened

MARKS = {"done": "sí", "partly": "···", "missing": "NO"}


@click.command("ready")
def ready_command() -> None:
    """Say what each phase still lacks and whose task it is; exit code 1 when it cannot open."""
    from decide.readiness.board import State, board
    from decide.readiness.facts import facts

    with opened() as resources, resources.database.reading() as session:
        found = board(facts(session))
    for stage in found.stages:
        click.echo(stage.title)
        for need in stage.needs:
            who = "" if need.state is State.DONE else f" [{need.who}]"
            click.echo(f"  {MARKS[need.state]:<4} {need.title}: {need.text}{who}")
    if found.missing:
        raise click.exceptions.Exit(1)

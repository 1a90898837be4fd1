"""What is missing for the process, as on the page *Preparación*."""

from typing import TYPE_CHECKING

import click

from decide.cli.opening import opened

if TYPE_CHECKING:
    from decide.readiness.board import Need

MARKS = {"done": "sí", "partly": "···", "missing": "NO"}


@click.command("ready")
def ready_command() -> None:
    """Say what each phase still lacks and whose task it is; exit code 1 when it cannot open."""
    from decide.readiness.board import board
    from decide.readiness.facts import facts

    with opened() as resources, resources.database.reading() as session:
        found = board(facts(session))
    click.echo("Los pasos, en orden")
    for number, step in enumerate(found.steps, start=1):
        click.echo(f"  {number:>2}. {line(step)}")
    for stage in found.stages:
        click.echo(stage.title)
        for need in stage.needs:
            click.echo(f"  {line(need)}")
    if found.missing:
        raise click.exceptions.Exit(1)


def line(need: "Need") -> str:
    """Whether it is met, what it is, how it stands and whose task it is."""
    who = "" if need.state == "done" else f" [{need.who}]"
    return f"{MARKS[need.state]:<4} {need.title}: {need.text}{who}"

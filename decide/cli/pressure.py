"""Commands about the pressure at the citizens' door."""

import click

from decide.cli.opening import opened, refusals


@click.group("pressure")
def pressure_group() -> None:
    """See and set what is asked of citizens before an answer is kept."""


@pressure_group.command("show")
def show_command() -> None:
    """Print the level, since when, who set it and why."""
    from decide.participation.pressure import standing

    with opened() as resources, resources.database.reading() as session:
        now = standing(session)
    since = now.since.isoformat(timespec="seconds") if now.since else "-"
    who = "rule" if now.automatic else "staff"
    click.echo(f"{now.level}  since {since}  by {who}  {now.reason}".rstrip())


@pressure_group.command("set")
@click.argument("level", type=click.Choice(["normal", "alert", "siege"]))
@click.option("--reason", required=True, help="Goes into the trail.")
def set_command(level: str, reason: str) -> None:
    """Set the level; every web worker knows it within two seconds."""
    from decide.participation.pressure import set_level, standing

    with opened() as resources, refusals(), resources.database.transaction() as session:
        at = resources.clock.now(session)
        revision = standing(session).revision
        set_level(session, level, reason=reason, at=at, by=None, revision=revision)
    click.echo(level)

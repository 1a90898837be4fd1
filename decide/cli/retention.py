"""What is kept how long, and whether anything is kept longer."""

import click

from decide.cli.opening import opened


@click.command("retention")
@click.option("--destroy", "now", is_flag=True, help="Destroy what is over; the worker does it.")
def retention_command(now: bool) -> None:
    """Print each rule and what is overdue; exit code 1 when something is."""
    from decide.retention.actions import destroy, standing

    with opened() as resources, resources.database.transaction() as session:
        at = resources.clock.now(session)
        gone = destroy(session, at=at) if now else {}
        found = standing(session, at=at)
    for each in found:
        rule = each.rule
        click.echo(
            f"{rule.table:<16} {rule.days:>4} days  overdue {each.overdue:>6}  "
            f"destroyed {gone.get(rule.table, 0):>6}  {rule.what}"
        )
    if any(each.overdue for each in found):
        raise click.exceptions.Exit(1)

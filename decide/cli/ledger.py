"""Commands of the press ledger: recount, repair counters, trim."""

import sys

import click

from decide.cli.opening import opened


@click.group("ledger")
def ledger_group() -> None:
    """Recount the press ledger, and set its counters."""


@ledger_group.command("verify")
def verify_command() -> None:
    """Recount log, rows, tallies and counters; exits 1 when they disagree, and says where."""
    from decide.participation.verify import verify

    with opened() as resources:
        report = verify(resources)
    click.echo(
        f"Choices {report.reactions:,}, ideas {report.ideas:,}, "
        f"entries checked {report.checked_entries:,}, still waiting {report.waiting:,}."
    )
    for sentence in report.drift:
        click.echo(sentence, err=True)
    if report.drift:
        sys.exit(1)
    click.echo("Everything agrees.")


@ledger_group.command("rebuild")
def rebuild_command() -> None:
    """Set every counter from SQL; repeating is harmless."""
    from decide.participation.counters import rebuild
    from decide.participation.streams import Streams

    with opened() as resources:
        streams = Streams(resources.ledger, resources.settings.ledger_shards)
        with resources.database.reading() as session:
            click.echo(f"Counters set: {rebuild(session, streams):,}.")

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


@ledger_group.command("trim")
def trim_command() -> None:
    """Drop from the log what is stored, sealed and two days older than the newest seal."""
    from decide.seals.jobs import trim_sealed

    with opened() as resources:
        click.echo(f"Entries dropped: {trim_sealed(resources):,}.")

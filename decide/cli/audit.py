"""The auditor's command."""

from pathlib import Path

import click

from decide.cli.opening import opened, refusals


@click.command("audit")
@click.option(
    "--pdf",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the result for the minutes to this file, and its signature beside it.",
)
def audit_command(pdf: Path | None) -> None:
    """Check seals, ledger, trail and all packages together; exit code 1 when something differs."""
    from decide.delivery import inspection, minutes
    from decide.kernel.redis import RedisError

    with opened() as resources, refusals():
        try:
            findings = inspection.inspect(resources)
        except RedisError as error:
            raise click.ClickException("El registro de opiniones no responde.") from error
        if pdf:
            made = minutes.write(resources, findings)
            pdf.write_bytes(made.pdf)
            pdf.with_suffix(".firma.txt").write_text(made.signature, encoding="utf-8")
    for each in findings:
        click.echo(f"{'sí' if each.good else 'NO':<4} {each.question}  ({each.answer})")
        for fault in each.faults:
            click.echo(f"       {fault}")
    if not all(each.good for each in findings):
        raise click.exceptions.Exit(1)

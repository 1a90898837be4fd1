"""Commands that load files."""

from pathlib import Path

import click

from decide.cli.opening import opened, refusals
from decide.imports.plan import Report


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--layout", help="Name of a known layout; recognised from the header when left out.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_command(path: Path, layout: str | None, dry_run: bool) -> None:
    """Load a file, or the whole process of 2021 from a folder of official files."""
    from decide.imports.command import FilesRefused, import_file, import_process_2021, prepare

    with opened() as resources, refusals():
        if not path.is_dir():
            prepare(resources)
            finish(import_file(resources, layout, path, dry_run=dry_run))
            return
        if dry_run or layout:
            raise click.UsageError(
                "A folder is loaded as a whole: leave out --layout and --dry-run."
            )
        try:
            done = import_process_2021(resources, path)
        except FilesRefused as refused:
            for report in refused.reports:
                say(report)
            raise
        for report in done.files:
            say(report)
        click.echo(f"Elecciones creadas: {done.contests_created}.")


def say(report: Report) -> None:
    """Print what became of one file: counts, then every problem with its remedy."""
    plan = report.plan
    click.echo(
        f"{plan.file_name} ({plan.title or 'sin reconocer'}): {plan.rows:,} filas, "
        f"{len(plan.create):,} nuevas, {len(plan.change):,} con cambios, "
        f"{plan.unchanged:,} iguales, {len(plan.refused):,} con errores"
        + (" · ya importado" if plan.repeated else "")
    )
    for note in plan.notes:
        click.echo(f"  {note}")
    for each in plan.problems:
        place = f"fila {each.row}" if each.row else "archivo"
        column = f", columna «{each.column}»" if each.column else ""
        value = f", valor «{each.value}»" if each.value else ""
        click.echo(f"  {place}{column}{value}: {each.what} {each.remedy}", err=True)


def finish(report: Report) -> None:
    """Print one file and leave with 1 when it was refused."""
    say(report)
    if not report.plan.good and not report.plan.repeated:
        raise click.ClickException("No se importó nada. Corrija las filas y vuelva a intentarlo.")

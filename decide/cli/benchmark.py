"""Commands for the yearly benchmark of the portal."""

from pathlib import Path

import click

from decide.cli.opening import opened, refusals


@click.group("benchmark")
def benchmark_group() -> None:
    """The yearly benchmark of the portal. Its lists come in by `flask decide import`."""


@benchmark_group.command("start")
@click.argument("year", type=int)
def start_command(year: int) -> None:
    """Open the draft of YEAR: questions and portals of the year before, or the shipped ones."""
    from decide.benchmarks import actions

    with opened() as resources, refusals():
        with resources.database.transaction() as session:
            actions.start(session, year, at=resources.clock.now(session), by=None)
        click.echo(f"La evaluación de {year} ya está en borrador.")


@benchmark_group.command("export")
@click.argument("year", type=int)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv")
def export_command(year: int, folder: Path, form: str) -> None:
    """Write questions, answers and scores of YEAR to FOLDER; the first two can be imported."""
    from decide.opendata.benchmark import TABLES, file_of
    from decide.opendata.formats import Format

    with opened() as resources, refusals(), resources.database.reading() as session:
        folder.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            path = folder / f"evaluacion-{year}-{name}.{form}"
            path.write_bytes(file_of(session, year, name, Format(form)))
            click.echo(path)


@benchmark_group.command("scores")
@click.argument("year", type=int)
def scores_command(year: int) -> None:
    """Print what each portal reached in YEAR, and what is missing before it can be published."""
    from decide.benchmarks import queries

    with opened() as resources, refusals(), resources.database.reading() as session:
        told = queries.whole(session, year)
        for each in told.portals:
            total = "sin puntaje" if each.score.total is None else f"{each.score.total:.1f}"
            click.echo(f"{each.name}: {total} ({told.answered(each)} de {len(told.questions)})")
        for sentence in queries.lacking(told):
            click.echo(sentence, err=True)

"""Commands for official cartography."""

from pathlib import Path

import click

from decide.cli.opening import opened, refusals
from decide.geography.queries_shapes import DISTRICT, MUNICIPALITY

KINDS = {"municipios": MUNICIPALITY, "distritos": DISTRICT}


@click.command("shapes")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only say what the file holds.")
def shapes_command(kind: str, path: Path, dry_run: bool) -> None:
    """Use an official map (GeoJSON, TopoJSON, Shapefile in a ZIP) on the pages of the territory."""
    from decide.geography.actions_shapes import check_shapes, put_shapes

    with opened() as resources, refusals():
        with resources.database.transaction() as session, path.open("rb") as stream:
            report = check_shapes(session, KINDS[kind], stream, path.name)
            click.echo(f"{len(report.matched.shapes)} lugares, {report.map.points:,} puntos.")
            for remark in report.map.remarks:
                click.echo(remark)
            for name in report.matched.missing:
                click.echo(f"Falta: {name}", err=True)
            for name in report.matched.extra:
                click.echo(f"Sobra: {name}", err=True)
            if dry_run:
                return
            put_shapes(session, report, at=resources.clock.now(session), by=None)
        click.echo("El mapa ya se usa en las páginas.")

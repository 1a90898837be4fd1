"""Commands about the texts of the public site."""

from pathlib import Path

import click

from decide.cli.opening import opened, refusals


@click.group("texts")
def texts_group() -> None:
    """Carry all texts of the public site from one installation to another."""


@texts_group.command("export")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def export_command(path: Path) -> None:
    """Write every text that is shown, with its pictures, into one ZIP."""
    from decide.editorial.package import export

    with opened() as resources, refusals(), resources.database.reading() as session:
        count = export(session, resources.settings.files_folder, path)
    click.echo(f"{path}: {count:,} textos.")


@texts_group.command("import")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--publish", is_flag=True, help="Show the texts at once instead of making drafts.")
def import_command(path: Path, dry_run: bool, publish: bool) -> None:
    """Take a ZIP of texts: whole, or not at all. New and changed ones become drafts."""
    from decide.editorial.package import bring

    with opened() as resources, refusals(), resources.database.transaction() as session:
        report = bring(
            session,
            path,
            resources.settings.files_folder,
            dry_run=dry_run,
            publish=publish,
            at=resources.clock.now(session),
        )
    click.echo(
        f"{path.name}: {len(report.create):,} nuevos, {len(report.change):,} con cambios, "
        f"{report.unchanged:,} iguales, {len(report.problems):,} errores"
        + (" · no se escribió nada" if dry_run else "")
    )
    for each in report.problems:
        place = f"texto {each.row}, campo «{each.box}»" if each.box else f"texto {each.row}"
        click.echo(f"  {place}: {each.what}", err=True)
    if report.problems:
        raise click.ClickException("No se importó nada. Corrija el paquete y repita.")

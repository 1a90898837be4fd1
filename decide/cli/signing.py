"""A command of those who care for the texts: videos in Lengua de Señas Mexicana."""

from pathlib import Path

import click

from decide.cli.opening import opened, refusals

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("sign")
@click.argument("slug")
@click.argument("video", type=FILE)
@click.argument("captions", type=FILE)
@click.argument("transcript", type=FILE)
def sign_command(slug: str, video: Path, captions: Path, transcript: Path) -> None:
    """Show a VIDEO (MP4) with CAPTIONS (WebVTT) and TRANSCRIPT (text) on the page of SLUG.

    SLUG is inicio, como-funciona, privacidad, accesibilidad, terminos or a guide, as como-votar.
    """
    from decide.catalog.actions import touch_content
    from decide.editorial.reading import library
    from decide.editorial.signing import keep

    known = library()
    if slug not in {*known.texts, *known.guides}:
        raise click.ClickException(f"Ningún texto se llama «{slug}».")
    with opened() as resources, refusals():
        keep(
            resources.settings.files_folder,
            slug,
            video=video,
            captions=captions,
            transcript=transcript,
        )
        with resources.database.transaction() as session:
            touch_content(session)
    click.echo(f"El video de «{slug}» ya está en su página.")

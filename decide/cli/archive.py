"""The command that freezes the public site."""

from collections.abc import Callable
from email.message import Message
from itertools import count
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import click

from decide.cli.opening import opened, refusals
from decide.outreach.archive import Answer, freeze

PATIENCE = 60  # seconds for one page
OFTEN = 500  # pages between two lines of progress
OURSELVES = {"User-Agent": "decide-archiver/1 (bot)"}  # counted as a robot


@click.command("archive")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--from", "running", help="Where the site answers; PUBLIC_URL unless told.")
def archive_command(folder: Path, running: str | None) -> None:
    """Write the public site (pages, data, seals) to FOLDER, for any web server to keep."""
    with opened() as resources, refusals():
        public = resources.settings.public_url
        base = (running or public).rstrip("/")
        if not base.startswith(("http://", "https://")):
            raise click.ClickException("Escriba la dirección completa: http://…")
        with resources.database.reading() as session:
            taken = f"{resources.clock.now(session):%Y-%m-%d}"
        try:
            found = freeze(counted(base), folder, taken=taken, site=public)
        except URLError as error:
            raise click.ClickException(f"El sitio no responde en {base}.") from error
    click.echo(f"Archivos: {len(found.digests)}. Direcciones sin página: {len(found.dead)}.")
    for address in found.dead:
        click.echo(f"  {address}")


def counted(base: str) -> Callable[[str], Answer]:
    """Asks the running site, and says now and then how far it has come: a state has many pages."""
    numbers = count(1)

    def fetch(path: str) -> Answer:
        if (number := next(numbers)) % OFTEN == 0:
            click.echo(f"{number} …", err=True)
        return asked(base, path)

    return fetch


def asked(base: str, path: str) -> Answer:
    """The running site's answer."""
    request = Request(base + path, headers=OURSELVES)  # noqa: S310 (http: see the command)
    try:
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            told: Message = answer.headers
            last = urlsplit(answer.url).path
            return Answer(answer.status, told.get_content_type(), answer.read(), last)
    except HTTPError as error:
        return Answer(error.code, "", b"", path)

"""Photographs of candidates, as their published trajectories show them."""

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue

from decide.catalog.photos import TYPES, Album
from decide.catalog.queries_candidacies import photo_is_shown
from decide.errors import NotFound
from decide.web.shared.context import reading, resources

DAY = 24 * 3600


def mount(door: Blueprint) -> None:
    """Addresses of this module, and the filter that writes one."""
    door.add_app_template_filter(photo_url)
    door.add_url_rule("/fotos/<string:name>.<string:ending>", view_func=photo)


def photo_url(name: str) -> str:
    """The address of a photograph without its ending; empty for none."""
    return f"/fotos/{name}" if name else ""


def photo(name: str, ending: str) -> ResponseReturnValue:
    """One photograph in one format. Its bytes never change, but it may be withdrawn."""
    path = Album(resources().settings.files_folder).find(name, ending)
    with reading() as session:
        if not photo_is_shown(session, name):
            raise NotFound("Esa fotografía no está publicada.")
    answer: Response = send_file(path, mimetype=TYPES[ending], max_age=DAY, etag=False)
    answer.set_etag(f"{name}-{ending}")
    answer.headers["Cache-Control"] = f"public, max-age={DAY}"
    return answer

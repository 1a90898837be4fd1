"""Videos in Lengua de Señas Mexicana beside the texts that they tell."""

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue

from decide.editorial import signing
from decide.editorial.signing import Signed
from decide.web.shared.context import resources

DAY = 24 * 3600


def mount(door: Blueprint) -> None:
    """The address of a video and of its captions, and the templates' way to ask for one."""
    door.add_url_rule("/senas/<string:slug>.<any(mp4, vtt):ending>", view_func=signed_file)
    door.add_app_template_global(signed)


def signed(slug: str) -> Signed | None:
    """The video of a text; None while there is none."""
    return signing.signed(resources().settings.files_folder, slug)


def signed_file(slug: str, ending: str) -> ResponseReturnValue:
    """A video, in the parts that a player asks for, or its captions."""
    path = signing.found(resources().settings.files_folder, slug, ending)
    answer: Response = send_file(
        path, mimetype=signing.TYPES[ending], max_age=DAY, conditional=True
    )
    answer.headers["Cache-Control"] = f"public, max-age={DAY}"
    return answer

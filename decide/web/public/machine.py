"""For machines and for bad days: robots.txt and the state of the service, both without SQL."""

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue

from decide.errors import Unavailable
from decide.web.shared.context import resources, sql_answers, standing

# What robots have no business in: personal pages and the portals.
CLOSED_TO_ROBOTS = (
    "/partido",
    "/oficina",
    "/ideas/",
    "/folios",
    "/opiniones/",
    "/reacciones/",
    "/lista-de-correo/",
)


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/robots.txt", view_func=robots)
    door.add_url_rule("/estado", view_func=status)


def robots() -> ResponseReturnValue:
    """Which pages may be indexed."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS),
        "",
        f"Sitemap: {resources().settings.public_url}/sitemap.xml",
    ]
    answer = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def status() -> ResponseReturnValue:
    """Whether the service works, as far as this process knows; asks nobody."""
    page = make_response(
        render_template("public/status.html", fresh=sql_answers(), takes_part=takes_part())
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def takes_part() -> bool:
    """Whether opinions are taken now; as long as nothing is known, nothing is denied."""
    try:
        return bool(standing().takes_part)
    except Unavailable:
        return True

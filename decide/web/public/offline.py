"""What works without a network after the first visit: the shell, the Quitadudas, ¿Dónde voto?

The service worker keeps only what never changes by who publishes or withdraws, and nothing of the
portals. Offers of actors are never kept on a phone: a withdrawn text must be gone.
"""

import json
from collections.abc import Callable
from hashlib import blake2b
from typing import cast

from flask import Blueprint, Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from decide.geography import queries as geography
from decide.web.shared.context import library, must_see, reading, resources
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _

# Pages fetched when the worker is installed, by endpoint.
SHELL = ("home", "where_to_vote", "glossary", "organs", "guides", "without_network", "sections")
FILES = (
    "css/site.css",
    "css/guide.css",
    "icons.svg",
    "steps.svg",
    "favicon.svg",
    "credential-front.svg",
    "credential-back.svg",
    "js/page.js",
    "js/where.js",
)
COLOUR = "#0c3638"


def asset(name: str) -> str:
    """The address of a static file."""
    address = cast("Callable[[str], str]", current_app.jinja_env.globals["asset"])
    return address(name)


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/sin-conexion", view_func=without_network)
    door.add_url_rule("/sin-conexion.js", view_func=worker)
    door.add_url_rule("/aplicacion.webmanifest", view_func=manifest)
    door.add_url_rule("/secciones.json", view_func=sections)


@cacheable
def without_network() -> ResponseReturnValue:
    """What a browser shows in place of a page it cannot fetch."""
    return render_template("public/without_network.html")


@cacheable
def worker() -> ResponseReturnValue:
    """The service worker: at the root, because a worker serves only what lies below it."""
    pages = [url_for(f"public.{name}") for name in SHELL]
    shell = [*pages, *(asset(name) for name in FILES)]
    # Texts that changed are fetched again, also by who never opens their page.
    told = json.dumps([shell, library().mark])
    version = blake2b(told.encode(), digest_size=6).hexdigest()
    script = render_template("public/worker.js", shell=shell, version=version)
    return Response(script, content_type="text/javascript; charset=utf-8")


@cacheable
def manifest() -> ResponseReturnValue:
    """Name, colours and icons for who puts the site on the home screen."""
    settings = resources().settings
    told = {
        "name": f"{settings.site_name}, {settings.authority}",
        "short_name": settings.site_name,
        "description": _("Conozca, compare y opine antes de votar."),
        "lang": "es-MX",
        "start_url": url_for("public.home"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": COLOUR,
        "icons": [
            {"src": asset("favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": asset("icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": asset("icon-512.png"), "sizes": "512x512", "type": "image/png"},
        ],
    }
    return Response(json.dumps(told, ensure_ascii=False), content_type="application/manifest+json")


@cacheable
def sections() -> ResponseReturnValue:
    """All sections as runs, with the names they lead to, for a look-up on the phone."""
    must_see("guide")
    with reading() as session:
        runs = geography.section_table(session)
        districts = {each.number: each.seat for each in geography.districts(session)}
        municipalities = {each.number: each.name for each in geography.municipalities(session)}
    told = {"runs": runs, "districts": districts, "municipalities": municipalities}
    return Response(
        json.dumps(told, ensure_ascii=False, separators=(",", ":")),
        content_type="application/json",
    )

"""Whether the links of a text lead anywhere on this site: the site itself is asked, nobody else.

A link is right when the public page answers, with the part that it names. Addresses of other sites
are looked at only for their form: no program that serves people fetches an address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException

from decide.editorial.entries import Library
from decide.editorial.entries import Text as TextEntry
from decide.editorial.kinds import Key
from decide.editorial.links import Named, faults, links
from decide.editorial.shape import Fields, entry_of
from decide.web.shared import simulation
from decide.web.shared.context import library, resources, snapshot
from decide.web.shared.languages import offered
from decide.web.shared.wording import gettext as _

MOST = 40  # links that are followed; a text of ours has a handful


@dataclass(frozen=True)
class Finding:
    """What is to be said of a link. `wrong` keeps a text from being published."""

    box: str
    address: str
    remedy: str
    wrong: bool = True


def findings(key: Key, fields: Fields) -> tuple[Finding, ...]:
    """Every link that is not right, with what to do."""
    site = resources().settings.public_url
    bad = {each.link: each.remedy for each in faults(key.kind, fields, site)}
    found = [Finding(link.box, link.address, remedy) for link, remedy in bad.items()]
    inside = [each for each in links(key.kind, fields) if each.inside and each not in bad]
    known = library()
    for link in inside[:MOST]:
        found += followed(link, key, fields, known)
    return tuple(found)


def followed(link: Named, key: Key, fields: Fields, known: Library) -> Iterator[Finding]:
    """Nothing for a link that leads where it says."""
    parts = urlsplit(link.address)
    path = spanish(parts.path)
    if not path:
        if parts.fragment not in own_parts(key, fields):
            yield Finding(link.box, link.address, _("Esta página no tiene esa parte. Quítela."))
        return
    wrong = no_page(path, known)
    if wrong:
        yield Finding(link.box, link.address, wrong)
        return
    shown = simulation.shown_at(
        current_app, path, parts.query, root="", at=snapshot().picture().now()
    )
    if shown.status == 404:
        told = _("Hoy esa página no se ve: no existe o todavía no está abierta.")
        yield Finding(link.box, link.address, told, wrong=False)
    elif parts.fragment and f'id="{parts.fragment}"'.encode() not in shown.body:
        yield Finding(link.box, link.address, _("La página existe, pero no tiene esa parte."))


def spanish(path: str) -> str:
    """The path without the language in front."""
    codes = "|".join(each.code for each in offered())
    return re.sub(rf"^/(?:{codes})(?=/|$)", "", path) or ("/" if path else "")


def no_page(path: str, known: Library) -> str:
    """Why a path is no page for citizens; empty for one that may be."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return _("Este sitio no tiene esa página. Cópiela de su navegador.")
    if not str(endpoint).startswith(("public.", "static_file", "api.")):
        return _("Es una página con clave. La gente no la puede abrir.")
    texts = {
        "public.term": known.terms,
        "public.guide": known.guides,
        "public.notice": known.notices,
    }
    if endpoint in texts and values["slug"] not in texts[endpoint]:
        return _("Ese texto no está publicado. Revise cómo se llama.")
    return ""


def own_parts(key: Key, fields: Fields) -> set[str]:
    """The parts of a text that a link on its own page may name."""
    entry = entry_of(key.kind, key.slug, fields)
    if not isinstance(entry, TextEntry):
        return set()
    return {f"p{number}" for number, _each in enumerate(entry.passages, 1)}

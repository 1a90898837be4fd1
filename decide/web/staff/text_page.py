"""A version of a text on the page where the public would read it, before anybody publishes it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import escape

from decide.calendar import queries as calendar
from decide.calendar.rules import Window
from decide.editorial import desk as desks
from decide.editorial.entries import Library, Organ, Term
from decide.editorial.entries import Text as TextEntry
from decide.editorial.kinds import SPANISH, Key
from decide.editorial.published import with_fields, with_version
from decide.errors import NotFound
from decide.web.shared.context import reading, resources
from decide.web.shared.simulation import Shown, shown_at
from decide.web.shared.site import site_words
from decide.web.staff.calendar import instant, local
from decide.web.staff.simulation import dressed
from decide.web.staff.text_words import key_of, text_url

CLOSED = ("oficina", "partido", "api")


def mount(door: Blueprint) -> None:
    """Addresses of this module. Only GET: there is nothing to send to."""
    version = "/textos/<string:language>/<string:what>/<string:slug>/versiones/<int:version>"
    door.add_url_rule(f"{version}/pagina", view_func=text_page)
    door.add_url_rule(f"{version}/pagina/<string:moment>/<path:path>", view_func=text_page_at)
    door.add_url_rule(f"{version}/pagina/<string:moment>/", "text_page_at", defaults={"path": ""})


def text_page(language: str, what: str, slug: str, version: int) -> ResponseReturnValue:
    """To the page, at the first instant from now on, or else before, at which it shows the text."""
    key = key_of(language, what, slug)
    with reading() as session:
        known = with_version(session, key, version)
        windows = calendar.windows(session)
        now = resources().clock.now(session)
    return redirect(first_seen(key, version, known, windows, now)[0])


def typed_page(key: Key, fields: Mapping[str, str]) -> ResponseReturnValue:
    """What was typed on that page, before it is saved. Its links lead on with what is saved."""
    with reading() as session:
        desk = desks.desk(session, key, ())
        images = tuple(asdict(each) for each in desk.images)
        known = with_fields(session, key, fields, images)
        windows = calendar.windows(session)
        now = resources().clock.now(session)
    saved = next((each for each in (desk.working, desk.scheduled, desk.shown) if each), 0)
    return dressed(first_seen(key, saved, known, windows, now)[1])


def first_seen(
    key: Key, version: int, known: Library, windows: tuple[Window, ...], now: datetime
) -> tuple[str, Shown]:
    """Where the page shows the text first, and the page itself; NotFound where it never does."""
    path = public_page(key, known)
    heading = str(escape(heading_of(known, key))).encode()
    for at in instants(windows, now):
        root = text_url(key, "staff.text_page_at", version=version, moment=local(at), path="")
        shown = asked(path, root.rstrip("/"), at, known)
        if shown.status == 200 and heading in shown.body:
            return root.rstrip("/") + path, shown
    raise NotFound(_("Ninguna etapa del calendario muestra esa página."))


def text_page_at(
    language: str, what: str, slug: str, version: int, moment: str, path: str
) -> ResponseReturnValue:
    """Any public page with this version in place of what is published."""
    key = key_of(language, what, slug)
    at = instant(moment)
    if at is None or path.split("/", maxsplit=1)[0] in CLOSED:
        raise NotFound(_("Esta página no está en la vista previa."))
    with reading() as session:
        known = with_version(session, key, version)
    root = text_url(key, "staff.text_page_at", version=version, moment=moment, path="")
    return dressed(asked(f"/{path}", root.rstrip("/"), at, known))


def asked(path: str, root: str, at: datetime, known: Library) -> Shown:
    """The page itself."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return shown_at(app, path, request.query_string.decode(), root=root, at=at, content=known)


def instants(windows: tuple[Window, ...], now: datetime) -> Iterator[datetime]:
    """Now, then where a phase begins or ends: those to come before those that have passed."""
    edges = {each.opens_at for each in windows} | {each.closes_at for each in windows} - {None}
    yield now
    yield from sorted(
        (each for each in edges if each is not None), key=lambda each: (each < now, each)
    )


def heading_of(known: Library, key: Key) -> str:
    """What the text is called on its page."""
    entry = known.entry(key)
    if isinstance(entry, TextEntry):
        return entry.filled(site_words()).title
    if isinstance(entry, Term):
        return entry.term
    if isinstance(entry, Organ):
        return entry.name
    return entry.title if entry else ""


def public_page(key: Key, known: Library) -> str:
    """Where the text is read, while it is; empty otherwise."""
    if known.entry(Key(key.kind, key.slug)) is None:
        return ""
    views = {
        "term": "public.term",
        "guide": "public.guide",
        "organ": "public.organs",
        "assignment": "public.organs",
        "home": "public.home",
    }
    front = "" if key.language == SPANISH else f"/{key.language}"
    if key.kind in views:
        slug = key.slug if key.kind in ("term", "guide") else None
        return front + url_for(views[key.kind], slug=slug)
    fixed = {
        "como-funciona": "public.how_it_works",
        "inicio": "public.home_easy",
        "privacidad": "public.privacy",
        "privacidad-breve": "public.privacy_summary",
        "accesibilidad": "public.accessibility",
        "terminos": "public.terms",
    }
    if key.slug in fixed:
        return front + url_for(fixed[key.slug])
    return front + url_for("public.notice", slug=key.slug)

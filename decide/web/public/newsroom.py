"""Sala de prensa: bulletins as they were published, their pictures, and their feed."""

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from decide.desk.pictures import TYPES, Drawer
from decide.errors import NotFound
from decide.kernel import markdown
from decide.newsroom import queries
from decide.outreach import atom
from decide.web.shared.context import reading, resources
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _

DAY = 24 * 3600


def mount(door: Blueprint) -> None:
    """Addresses of this module, and its filter."""
    door.add_url_rule("/sala-de-prensa", view_func=newsroom)
    door.add_url_rule("/sala-de-prensa/<int:bulletin_id>", view_func=bulletin)
    door.add_url_rule(
        "/sala-de-prensa/<int:bulletin_id>/versiones/<int:version>", view_func=bulletin_version
    )
    door.add_url_rule(
        "/sala-de-prensa/imagenes/<string:name>.<string:ending>", view_func=bulletin_image
    )
    door.add_url_rule("/feeds/boletines.xml", view_func=feed_of_bulletins)
    door.add_app_template_filter(markdown.article, "article")


@cacheable
def newsroom() -> ResponseReturnValue:
    """All bulletins, newest first, and the ways to get the next one."""
    with reading() as session:
        lines = queries.published(session)
    return render_template(
        "public/newsroom.html", lines=lines, by_mail=bool(resources().settings.smtp_url)
    )


@cacheable
def bulletin(bulletin_id: int) -> ResponseReturnValue:
    """One bulletin as it stands."""
    with reading() as session:
        page = queries.page(session, bulletin_id)
    return render_template("public/bulletin.html", page=page)


@cacheable
def bulletin_version(bulletin_id: int, version: int) -> ResponseReturnValue:
    """One bulletin as it stood."""
    with reading() as session:
        page = queries.page(session, bulletin_id, version)
    return render_template("public/bulletin.html", page=page)


def bulletin_image(name: str, ending: str) -> ResponseReturnValue:
    """One picture in one format. Its bytes never change, but its bulletin may be withdrawn."""
    path = Drawer(resources().settings.files_folder, "bulletins").find(name, ending)
    with reading() as session:
        if not queries.image_is_shown(session, name):
            raise NotFound("Esa imagen no está publicada.")
    answer: Response = send_file(path, mimetype=TYPES[ending], max_age=DAY, etag=False)
    answer.set_etag(f"{name}-{ending}")
    answer.headers["Cache-Control"] = f"public, max-age={DAY}"
    return answer


@cacheable
def feed_of_bulletins() -> ResponseReturnValue:
    """Bulletins as they are published and corrected."""
    settings = resources().settings
    with reading() as session:
        lines = queries.published(session)
    entries = [
        atom.Entry(
            key=f"boletin/{each.id}",
            title=each.title,
            text=each.summary,
            author=settings.authority,
            path=url_for("public.bulletin", bulletin_id=each.id),
            updated=each.changed_at,
        )
        for each in lines
    ]
    title = _("Boletines de %(site)s", site=settings.site_name)
    body = atom.feed(settings.public_url, request.path, title, settings.authority, entries)
    return Response(body, content_type="application/atom+xml; charset=utf-8")

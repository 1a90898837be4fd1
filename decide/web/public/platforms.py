"""Platforms: by actor, in full, and side by side on one topic."""

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue

from decide.catalog import queries_platforms as queries
from decide.catalog.topics import TOPICS
from decide.errors import NotFound
from decide.platforms import queries as registered
from decide.platforms.shelf import PlatformShelf
from decide.web.public import phases
from decide.web.shared.context import must_see, reading, resources
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/plataformas", view_func=platforms)
    door.add_url_rule("/plataformas/<string:slug>/<string:scope>", view_func=platform)
    door.add_url_rule("/plataformas/<string:slug>/<string:scope>.pdf", view_func=platform_document)
    door.add_url_rule("/temas", view_func=topics)
    door.add_url_rule("/temas/<string:topic>", view_func=topic)


@cacheable
def platforms() -> ResponseReturnValue:
    """All registered platforms and the topics they speak of."""
    must_see("platform")
    with reading() as session:
        found = queries.platforms(session)
        spoken = queries.topics_of_platforms(session)
    return render_template(
        "public/platforms.html", platforms=found, topics=[each for each in TOPICS if each in spoken]
    )


@cacheable
def platform(slug: str, scope: str) -> ResponseReturnValue:
    """One platform in full, with a table of contents."""
    must_see("platform")
    with reading() as session:
        page = queries.platform_page(session, slug, scope)
        document = registered.public_file(session, slug, scope)
    return render_template(
        "public/platform.html",
        page=page,
        document=document,
        closes=phases.closes_at("section"),
    )


def platform_document(slug: str, scope: str) -> ResponseReturnValue:
    """The document as it was registered, as a download."""
    must_see("platform")
    with reading() as session:
        document = registered.public_file(session, slug, scope)
    if document is None:
        raise NotFound(_("Esa plataforma no tiene documento."))
    return send_file(
        PlatformShelf(resources().settings.files_folder).find(document.sha256),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"plataforma-{slug}-{scope}.pdf",
        max_age=0,
    )


@cacheable
def topics() -> ResponseReturnValue:
    """The topics, each a door to what everyone says about it."""
    must_see("section")
    with reading() as session:
        spoken = queries.topics_of_platforms(session)
    return render_template("public/topics.html", topics=[each for each in TOPICS if each in spoken])


@cacheable
def topic(topic: str) -> ResponseReturnValue:
    """What every platform says about one topic, in registration order."""
    must_see("section")
    if topic not in TOPICS:
        raise NotFound(_("Ese tema no existe. Elija uno de la lista de temas."))
    with reading() as session:
        found = queries.sections_on(session, topic)
    return render_template("public/topic.html", topic=topic, sections=found)

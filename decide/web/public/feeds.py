"""For programs that follow the site: Atom feeds, the map of the site, the calendar as a file."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from decide.benchmarks import queries as benchmarks
from decide.calendar import queries as calendar
from decide.calendar.queries import Announced
from decide.catalog.queries import actor_page, actors
from decide.geography import queries as geography
from decide.kernel.db import Session
from decide.newsroom import queries as newsroom
from decide.outreach import atom, dates, queries
from decide.outreach.queries import ProposalNews, ResultNews
from decide.results import queries_earlier, queries_stations
from decide.web.public import phases
from decide.web.shared.context import library, must_see, reading, resources
from decide.web.shared.pages import cacheable
from decide.web.shared.prose import prose
from decide.web.shared.wording import gettext
from decide.web.shared.wording import gettext as _

ATOM = "application/atom+xml; charset=utf-8"
# Pages that are no page of something, with the area that opens them.
LISTS = (
    (None, ("home", "how_it_works", "timetable", "privacy", "accessibility", "open_data")),
    (None, ("newsroom", "commitment")),
    ("guide", ("where_to_vote", "glossary", "organs", "guides")),
    ("platform", ("actors", "platforms", "topics")),
    ("block", ("blocks",)),
    ("candidacy", ("candidacies",)),
    (
        "result",
        (
            "results",
            "results_of_municipalities",
            "results_of_districts",
        ),
    ),
    ("statistic", ("statistics",)),
)


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/feeds/propuestas.xml", view_func=feed_of_proposals)
    door.add_url_rule("/feeds/actores/<string:slug>.xml", view_func=feed_of_actor)
    door.add_url_rule("/feeds/municipios/<small:number>.xml", view_func=feed_of_municipality)
    door.add_url_rule("/feeds/resultados.xml", view_func=feed_of_results)
    door.add_url_rule("/feeds/calendario.xml", view_func=feed_of_calendar)
    door.add_url_rule("/calendario.ics", view_func=calendar_file)
    door.add_url_rule("/sitemap.xml", view_func=sitemap)


@cacheable
def feed_of_proposals() -> ResponseReturnValue:
    """The newest proposals of all."""
    must_see("proposal")
    with reading() as session:
        news = queries.proposals(session)
    return fed(_("Propuestas de campaña"), [entry_of_proposal(each) for each in news])


@cacheable
def feed_of_actor(slug: str) -> ResponseReturnValue:
    """The newest proposals of one actor."""
    must_see("proposal")
    with reading() as session:
        actor = actor_page(session, slug).actor
        news = queries.proposals_of_actor(session, actor.id)
    return fed(
        _("Propuestas de %(actor)s", actor=actor.name), [entry_of_proposal(each) for each in news]
    )


@cacheable
def feed_of_municipality(number: int) -> ResponseReturnValue:
    """The newest proposals for one ayuntamiento."""
    must_see("proposal")
    with reading() as session:
        name = geography.municipality(session, number).name
        news = queries.proposals_in_municipality(session, number)
    return fed(_("Propuestas en %(place)s", place=name), [entry_of_proposal(each) for each in news])


@cacheable
def feed_of_results() -> ResponseReturnValue:
    """Results as they are recorded and corrected."""
    must_see("result")
    with reading() as session:
        news = queries.results(session)
    return fed(_("Resultados oficiales"), [entry_of_result(each) for each in news])


@cacheable
def feed_of_calendar() -> ResponseReturnValue:
    """Dates that were moved; always open, and asks no database."""
    news = [entry_of_notice(each) for each in phases.announced()]
    return fed(_("Cambios del calendario"), news)


@cacheable
def calendar_file() -> ResponseReturnValue:
    """The phases and the election day."""
    settings = resources().settings
    with reading() as session:
        process = calendar.process(session)
        windows = calendar.windows(session)
    stamp = min(each.opens_at for each in windows) if windows else atom.BEGINNING
    host = urlsplit(settings.public_url).hostname or "decide"
    body = dates.calendar(process.name, host, windows, process.election_day, stamp)
    return Response(body, content_type="text/calendar; charset=utf-8")


@cacheable
def sitemap() -> ResponseReturnValue:
    """Every page that citizens may read now."""
    site = resources().settings.public_url
    with reading() as session:
        places = [escape(f"{site}{path}") for path in pages(session)]
    lines = "\n".join(f"<url><loc>{place}</loc></url>" for place in places)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}\n</urlset>\n'
    )
    return Response(body, content_type="application/xml; charset=utf-8")


def pages(session: Session) -> Iterator[str]:
    """Their paths, kind after kind."""
    for area, views in LISTS:
        if area is None or phases.shown(area):
            for view in views:
                yield url_for(f"public.{view}")
    if phases.shown("guide"):
        yield from (url_for("public.term", slug=each) for each in library().terms)
        yield from (url_for("public.guide", slug=each) for each in library().guides)
    yield from (url_for("public.notice", slug=each) for each in library().notices)
    yield from pages_of_places(session)
    yield from pages_of_bulletins(session)
    yield from pages_beyond_the_offer(session)
    if phases.shown("platform"):
        yield from (url_for("public.actor", slug=each.actor.slug) for each in actors(session))
    if phases.shown("candidacy"):
        for number in queries.heads(session):
            yield url_for("public.candidacy", candidacy_id=number)


def pages_of_bulletins(session: Session) -> Iterator[str]:
    """What was published in the newsroom."""
    for each in newsroom.published(session):
        yield url_for("public.bulletin", bulletin_id=each.id)


def pages_of_places(session: Session) -> Iterator[str]:
    """Municipalities and districts, and their results."""
    views = [("guide", "municipality", "district")]
    views.append(("result", "results_of_municipality", "results_of_district"))
    municipalities = [each.number for each in geography.municipalities(session)]
    districts = [each.number for each in geography.districts(session)]
    for area, of_municipality, of_district in views:
        if phases.shown(area):
            for number in municipalities:
                yield url_for(f"public.{of_municipality}", number=number)
            for number in districts:
                yield url_for(f"public.{of_district}", number=number)


def pages_beyond_the_offer(session: Session) -> Iterator[str]:
    """Years of the benchmark; once results are open, comparisons and municipalities by section."""
    for year in benchmarks.years(session, published=True):
        yield url_for("public.benchmark_of_year", year=year)
    if not phases.shown("result"):
        return
    for each in queries_earlier.told(session):
        yield url_for("public.results_compared", process_key=each.key)
    for number in queries_stations.municipalities_told(session):
        yield url_for("public.results_of_sections", number=number)


def fed(title: str, entries: list[atom.Entry]) -> Response:
    """A feed at the address that was asked for."""
    settings = resources().settings
    body = atom.feed(settings.public_url, request.path, title, settings.authority, entries)
    return Response(body, content_type=ATOM)


def entry_of_proposal(news: ProposalNews) -> atom.Entry:
    """A proposal as news; its author is who makes it."""
    return atom.Entry(
        key=f"propuesta/{news.number}",
        title=news.title,
        text=news.text,
        author=f"{news.author}, {news.actor}",
        path=url_for("public.candidacy", candidacy_id=news.candidacy_id),
        updated=news.published_at,
        html=str(prose(news.text, news.markup)) if news.markup else "",
    )


def entry_of_notice(news: Announced) -> atom.Entry:
    """A change of dates as news."""
    return atom.Entry(
        key=f"calendario/{news.number}",
        title=_("Cambiaron las fechas de «%(stage)s»", stage=gettext(news.title)),
        text=news.reason,
        author=resources().settings.authority,
        path=url_for("public.timetable"),
        updated=news.announced_at,
    )


def entry_of_result(news: ResultNews) -> atom.Entry:
    """A version of a result as news."""
    if news.municipality is not None:
        path = url_for("public.results_of_municipality", number=news.municipality)
    else:
        path = url_for("public.results_of_district", number=news.district)
    return atom.Entry(
        key=f"resultado/{news.contest}/{news.version}",
        title=news.name,
        text=_("Versión %(n)s del resultado.", n=news.version),
        author=resources().settings.authority,
        path=path,
        updated=news.recorded_at,
    )

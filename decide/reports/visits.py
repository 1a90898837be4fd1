"""The tables of a report that say how much the tool was used, by the rules of disclosure."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.editorial.published import published
from decide.geography import queries as geography
from decide.geography.search import plain
from decide.reports.shape import Period, Sheet, cell
from decide.statistics.disclosure import disclosed, enough
from decide.statistics.funnel import funnel
from decide.statistics.models import ClosedDay, VisitCount
from decide.statistics.queries import PEOPLE, VIEWS, Figure, actors_taking_part, grouped, of_items
from decide.statistics.sources import Source

SOURCES = {
    Source.INSIDE: "Desde otra página del sitio",
    Source.QR: "Código QR",
    Source.EMBED: "Ventana en otro sitio",
    Source.FEED: "Canal de noticias",
    Source.SHARE: "Enlace compartido",
    Source.CAMPAIGN: "Campaña de difusión",
    Source.SEARCH: "Buscador",
    Source.SOCIAL: "Red social",
    Source.SITE: "Otro sitio",
    Source.DIRECT: "Directo",
}
FUNNEL = "De la visita a la idea"
FUNNEL_NOTE = "Tres sumas en decenas, no el camino de una persona. Visitas: visitantes de cada día."
FUNNEL_COLUMNS = ("Paso", "Cuántas", "Por cada 100 visitas")
FUNNEL_STEPS = {"visit": "Visitas", "reaction": "Opiniones", "idea": "Ideas"}


def by_day(session: Session, period: Period) -> Sheet:
    """Visits of each day; reactions and ideas of all actors together, as they stood at its end."""
    over = VisitCount.day.between(period.since, period.until)
    views = {each.key: each.views for each in grouped(session, VisitCount.day, over, PEOPLE, VIEWS)}
    told = enough(actors_taking_part(session))
    days = session.scalars(
        select(ClosedDay)
        .where(ClosedDay.day.between(period.since, period.until))
        .order_by(ClosedDay.day)
    )
    rows = tuple(
        (
            each.day.isoformat(),
            cell(views.get(each.day.isoformat())),
            cell(disclosed(each.visitors)),
            cell(disclosed(each.reactions) if told else None),
            cell(disclosed(each.ideas) if told else None),
        )
        for each in days
    )
    return Sheet(
        "Consultas y participación por día",
        "Redondeado a decenas. Opiniones e ideas: suma de todos los actores al final del día.",
        ("Día", "Páginas vistas", "Visitantes", "Opiniones acumuladas", "Ideas acumuladas"),
        rows,
    )


def funnel_sheet(session: Session, period: Period) -> Sheet:
    """From visits to opinions to ideas, of these days: what the last of them added to the first."""
    days = session.scalars(
        select(ClosedDay).where(ClosedDay.day <= period.until).order_by(ClosedDay.day)
    ).all()
    before = [each for each in days if each.day < period.since][-1:]
    within = [each for each in days if each.day >= period.since]
    if not within:
        return Sheet(FUNNEL, FUNNEL_NOTE, FUNNEL_COLUMNS, ())
    last = within[-1]
    told = funnel(
        (each.visitors for each in within),
        reactions=last.reactions - sum(each.reactions for each in before),
        ideas=last.ideas - sum(each.ideas for each in before),
        hidden=not enough(actors_taking_part(session)),
    )
    rows = tuple(
        (FUNNEL_STEPS[step], cell(count), "–" if share is None else share)
        for step, count, share in told.steps
    )
    return Sheet(FUNNEL, FUNNEL_NOTE, FUNNEL_COLUMNS, rows)


def by_term(session: Session, period: Period) -> Sheet:
    """Words of the Quitadudas, from the most read to the least."""
    known = published(session).terms
    found = of_items(session, "glossary", VisitCount.day.between(period.since, period.until))
    read = [(known[each.key].term, each.views) for each in found if each.key in known]
    read.sort(key=lambda each: (-(each[1] or 0), plain(each[0])))
    return Sheet(
        "Palabras más leídas",
        "Vistas de cada palabra del Quitadudas, en decenas.",
        ("Palabra", "Páginas vistas"),
        tuple((term, cell(views)) for term, views in read),
    )


def by_place(session: Session, period: Period) -> Sheet:
    """Visits to the pages of each municipality and district."""
    names = {f"m{each.number}": each.name for each in geography.municipalities(session)}
    names |= {
        f"d{each.number}": f"Distrito {each.number}, {each.seat}"
        for each in geography.districts(session)
    }
    found = of_items(session, "place", VisitCount.day.between(period.since, period.until))
    rows = tuple((names.get(each.key, each.key), cell(each.views)) for each in found)
    return Sheet(
        "Consultas por lugar", "Páginas vistas de cada lugar.", ("Lugar", "Páginas vistas"), rows
    )


def by_source(session: Session, period: Period) -> Sheet:
    """From where visits came."""
    over = VisitCount.day.between(period.since, period.until)
    found: Sequence[Figure] = grouped(session, VisitCount.source, over, PEOPLE, VIEWS)
    rows = tuple((SOURCES[Source(each.key)], cell(each.views)) for each in found)
    return Sheet(
        "Consultas por origen", "De dónde llegó cada visita.", ("Origen", "Páginas vistas"), rows
    )

"""How much the tool was used: days that are over, as far as the rules of disclosure go."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from decide.geography import queries as geography
from decide.geography.search import plain
from decide.statistics import queries
from decide.statistics.disclosure import FEWEST_ACTORS, SMALLEST, STEP
from decide.statistics.queries import Figure
from decide.statistics.speed import MEASURES, Speed
from decide.web.shared.context import library, must_see, reading
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _


def mount(door: Blueprint) -> None:
    """Addresses of this module, and its words."""
    door.add_url_rule("/estadisticas", view_func=statistics)
    for words in (
        visited_words,
        visit_source_words,
        told_count,
        measure_words,
        step_words,
        funnel_words,
    ):
        door.add_app_template_filter(words)


@cacheable
def statistics() -> ResponseReturnValue:
    """Visits by day, hour, kind of page, source and place; opinions and ideas as one sum."""
    must_see("statistic")
    with reading() as session:
        report = queries.report(session)
        names = {f"m{each.number}": each.name for each in geography.municipalities(session)}
        names |= {
            f"d{each.number}": _("Distrito %(n)s, %(seat)s", n=each.number, seat=each.seat)
            for each in geography.districts(session)
        }
    return render_template(
        "public/statistics.html",
        report=report,
        places=places(report.places, names) if report else (),
        terms=most_read(report.terms) if report else (),
        step=STEP,
        smallest=SMALLEST,
        fewest=FEWEST_ACTORS,
    )


def places(figures: tuple[Figure, ...], names: dict[str, str]) -> list[tuple[str, int | None]]:
    """Places by name; an address of no place that exists is left out."""
    return [(names[each.key], each.views) for each in figures if each.key in names]


def most_read(terms: tuple[Figure, ...]) -> list[tuple[str, int | None]]:
    """Words of the Quitadudas from the most read to the least; those as often, in their alphabet.

    A word is nobody's, so its place says nothing of a political actor.
    """
    known = library().terms
    found = [(known[each.key].term, each.views) for each in terms if each.key in known]
    return sorted(found, key=lambda each: (-(each[1] or 0), plain(each[0])))


def funnel_words(step: str) -> str:
    """What a step of the funnel counts."""
    words: dict[str, str] = {
        "visit": _("Visitas: visitantes de cada día, sumados"),
        "reaction": _("Opiniones con un toque"),
        "idea": _("Ideas, propuestas y comentarios"),
    }
    return words[step]


def told_count(count: int | None) -> str:
    """“1,230”, or that there are fewer than the rules let out."""
    return str(_("menos de %(n)s", n=SMALLEST)) if count is None else f"{count:,}"


def measure_words(measure: str) -> str:
    """What a measure says, for people who never heard its name."""
    words: dict[str, str] = {
        "lcp": _("Cuánto tarda en verse lo principal"),
        "cls": _("Cuánto se mueve la página al cargar"),
        "inp": _("Cuánto tarda en responder a un toque"),
        "ttfb": _("Cuánto tarda en llegar la respuesta"),
    }
    return words[measure]


def step_words(speed: Speed) -> str:
    """“hasta 2.5 s”; movement has no unit."""
    known = MEASURES[speed.measure]
    value = speed.three_quarters or known.steps[-1]
    told = f"{value:g}" if speed.measure == "cls" else f"{value / 1000:g}\N{NO-BREAK SPACE}s"
    if speed.three_quarters is None:
        return str(_("más de %(value)s", value=told))
    return str(_("hasta %(value)s", value=told))


def visited_words(kind: str) -> str:
    """What a kind of page is called; an unknown one shows its key."""
    words: dict[str, str] = {
        "home": _("Inicio"),
        "where": _("¿Dónde voto?"),
        "place": _("Municipios y distritos"),
        "actor": _("Partidos y alianzas"),
        "platform": _("Plataformas y temas"),
        "candidacy": _("Candidaturas y propuestas"),
        "glossary": _("Quitadudas"),
        "search": _("Búsqueda"),
        "guide": _("Guías y órganos"),
        "result": _("Resultados"),
        "statistic": _("Estadísticas"),
        "data": _("Datos abiertos"),
        "seal": _("Sellos"),
        "idea": _("Enviar una idea"),
        "folio": _("Consulta de folios"),
        "notice": _("Avisos"),
        "about": _("Sobre el sitio"),
        "embed": _("Incrustados en otros sitios"),
        "feed": _("Canales de noticias"),
        "api": _("Consultas de programas"),
    }
    return words.get(kind, kind)


def visit_source_words(source: str) -> str:
    """From where a visit came."""
    words: dict[str, str] = {
        "inside": _("De otra página de este sitio"),
        "qr": _("Código QR de un cartel"),
        "embed": _("Incrustado en otro sitio"),
        "feed": _("Canal de noticias"),
        "share": _("Enlace compartido"),
        "campaign": _("Enlace de campaña"),
        "search": _("Buscador"),
        "social": _("Red social"),
        "site": _("Otro sitio"),
        "direct": _("Directo, sin enlace"),
    }
    return words.get(source, source)

"""One world with something on every public page, and the parts of their addresses."""

from sqlalchemy import text

from decide.newsroom import actions as newsroom
from decide.newsroom.actions import Writing
from tests import factories
from tests.benchmark_world import published


def bulletin(session):
    """A published bulletin."""
    told = Writing(title="Abre la herramienta", summary="Desde hoy.", text="# Hoy\n\nYa abrió.")
    at = factories.CAMPAIGN
    number = newsroom.write(session, None, told, revision=0, at=at, by=None)
    newsroom.publish(session, number, at=at, by=None)
    return number


def benchmark(session):
    """A published benchmark of the portal."""
    published(session, 2021, at=factories.CAMPAIGN)
    return 2021


def world_of(session):
    """The small world with results and a few closed days of visits."""
    world = factories.small_world(session)
    for key in ("RAIZ", "NOPAL", "IND1"):
        factories.proposal(session, world["heads"][key], title=f"Propuesta de {key}")
    factories.count_toluca(session)
    factories.past(session)
    session.execute(
        text(
            "INSERT INTO visit_count SELECT DATE '2021-06-18', 9, kind, item, 'direct', 40"
            " FROM (VALUES ('home', ''), ('place', 'm107'), ('actor', '')) AS seen (kind, item)"
        )
    )
    subjects = list(session.scalars(text("SELECT id FROM subject WHERE open ORDER BY id")))
    numbers = list(
        session.scalars(text("SELECT id FROM political_actor WHERE NOT is_test ORDER BY id"))
    )
    slugs = list(session.scalars(text("SELECT slug FROM political_actor ORDER BY id")))
    return {
        "subjects": subjects,
        "actor": numbers[0],
        "parts": {
            "slug": slugs,
            "actor_id": numbers,
            "about": ["municipios", "distritos", "cargos", "actores"],
            "key": ["107", "presidencia", *map(str, numbers)],
            "post": ["presidencia", "regiduria"],
            "candidacy_id": list(session.scalars(text("SELECT id FROM candidacy WHERE is_head"))),
            "subject_id": subjects,
            "number": [1, 2, 107],
            "topic": ["agua", "seguridad"],
            "scope": ["municipal", "legislative"],
            "folio": ["0000-0000"],
            "idea_id": [1, 999_999],
            "name": ["sin-foto", "puntajes"],
            "year": [benchmark(session), 2019],
            "answer_id": [999_999],
            "ending": ["jpg"],
            "size": ["carta"],
            "banner": ["300x250"],
            "drawn": ["svg"],
            "form": ["csv", "json", "xlsx"],
            "bulletin_id": [bulletin(session), 999_999],
            "version": [1],
            "evidence_id": [999_999],
            "token": ["1-x"],
            "process_key": ["2015"],
            "section": [5176],
        },
    }

"""A world in which everybody has spoken, built once a module and copied for each test.

A test module imports `spoken_world` and `own_world`; its tests ask for `world`.
"""

import dataclasses
import itertools

import psycopg
import pytest

from decide.catalog.models import Subject
from decide.kernel.clock import FrozenClock
from decide.kernel.db import Database
from decide.kernel.resources import open_resources
from decide.seals import jobs, queries
from tests import factories
from tests.opinions import speak

KEYS = ("lucero", "raiz", "nopal", "juntas", "solo")
CUTOFF = factories.SILENCE.replace(day=3, hour=5, minute=0)  # midnight of 3 June in Mexico
numbers = itertools.count(1)


@pytest.fixture(scope="module", name="spoken")
def spoken_world(postgres, template_database):
    """A database in which everybody has spoken about everything; what was said, ids per owner."""
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE spoken TEMPLATE {template_database}")
    database = Database(postgres.url("spoken"))
    with database.transaction() as session:
        made = factories.small_world(session)
        factories.platform(session, made["solo"], factories.SECTIONS[:1])
        subjects = {}
        for row in session.query(Subject).filter(Subject.version > 0).order_by(Subject.id):
            subjects.setdefault(row.actor_id, []).append(row.id)
        said = speak(session, sorted(itertools.chain(*subjects.values())))
        facts = {
            "actors": {key: made[key].id for key in KEYS},
            "subjects": {key: subjects[made[key].id] for key in KEYS},
            "said": said,
        }
    database.close()
    yield facts
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute("DROP DATABASE spoken WITH (FORCE)")


@pytest.fixture(name="world")
def own_world(spoken, postgres):
    """The same, in a copy of its own, with its address and a connection to meddle with it."""
    name = f"spoken_{next(numbers)}"
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE spoken")
        with psycopg.connect(postgres.conninfo(name), autocommit=True) as meddling:
            yield spoken | {"url": postgres.url(name), "sql": meddling}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def seal_all(url, settings):
    """Make every seal that is due after the campaign; the number of the last."""
    clock = FrozenClock(factories.RESULTS)
    resources = open_resources(dataclasses.replace(settings, database_url=url), clock=clock)
    jobs.catch_up(resources)
    with resources.database.reading() as session:
        number = queries.seal_at(session, CUTOFF)
    resources.close()
    return number


def owned(world, key):
    """The subjects whose answers an actor must get, by the written rule."""
    alliances = {"lucero": ["juntas"], "raiz": ["juntas"]}.get(key, [])
    return sorted(itertools.chain(*(world["subjects"][each] for each in [key, *alliances])))

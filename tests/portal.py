"""A small world with people who can log in; each is a `tests.person.Person`.

clock         a frozen clock, standing in the campaign
portal_app    the web application on a copy of the world, by that clock
world         the ids that tests need
enter, ana    people at their browsers, logged in

The world is built once per test process; each test gets its copy in milliseconds.
"""

from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from decide.accounts import actions as accounts
from decide.accounts.roles import Role
from decide.app import create_app
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.settings import Settings
from decide.web.shared.context import KEY
from tests import factories
from tests.person import OURS, Person

__all__ = ("OURS", "PASSPHRASE", "WORLD", "Person")  # and the fixtures
PASSPHRASE = "mesa caballo lluvia nueve"
WORLD = "portal_world"
PEOPLE = (
    # user name, role, key of the actor
    ("lucero", Role.COORDINATOR, "lucero"),
    ("lucero.dos", Role.EDITOR, "lucero"),
    ("raiz", Role.COORDINATOR, "raiz"),
    ("nopal", Role.COORDINATOR, "nopal"),
    ("jefa", Role.ADMINISTRATOR, None),
    ("carga", Role.IMPORTER, None),
    ("mirada", Role.OBSERVER, None),
    ("textos", Role.WRITER, None),
    ("cartas", Role.CREDENTIALS, None),
    ("contralor", Role.AUDITOR, None),
)


def build(postgres, empty):
    """Make the database WORLD from the empty one; gives the ids that tests need."""
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        for statement in ("DROP DATABASE IF EXISTS {0}", "CREATE DATABASE {0} TEMPLATE {1}"):
            connection.execute(
                sql.SQL(statement).format(sql.Identifier(WORLD), sql.Identifier(empty))
            )
    resources = open_resources(
        Settings(
            database_url=postgres.url(WORLD), redis_url="redis://", queue_url="redis://",
            secret_key="x", process_key="x", files_folder=None,
            argon2_memory_kib=8, argon2_rounds=1, second_factor=False,
        )
    )  # fmt: skip
    try:
        with resources.database.transaction() as session:
            return populate(session, resources.settings)
    finally:
        resources.close()


def populate(session, settings):
    """The small world and its people."""
    world = factories.small_world(session)
    for username, role, key in PEOPLE:
        account = accounts.create_account(
            session, username=username, person=f"Persona {username}", role=role,
            actor_id=world[key].id if key else None, at=factories.BEFORE, by=None,
        )  # fmt: skip
        accounts.set_passphrase(
            session, settings, account.id, PASSPHRASE, at=factories.BEFORE, by=None
        )
        if role is Role.EDITOR:
            accounts.set_contests(
                session, account.id, frozenset({world["toluca"].id}), at=factories.BEFORE, by=None
            )
    foreign = factories.proposal(session, world["heads"]["RAIZ"], title="Luz de otro partido")
    return {
        "lucero": world["lucero"].id,
        "raiz": world["raiz"].id,
        "head": world["heads"]["LUCERO"].id,
        "owner": world["heads"]["LUCERO"].owner_name,
        "other": world["heads"]["NOPAL"].id,
        "foreign": world["heads"]["RAIZ"].id,
        "proposal": world["proposal"].id,
        "subject": world["proposal"].subject_id,
        "foreign_proposal": foreign.id,
    }


@pytest.fixture(scope="session")
def portal_world(postgres, template_database):
    """The ids of the world in the database WORLD."""
    return build(postgres, template_database)


@pytest.fixture
def portal_database(postgres, portal_world):
    """Address of a copy of the world that only this test sees."""
    name = f"{WORLD}_copy"
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY = FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(WORLD)
            )
        )
    yield postgres.url(name)
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def clock():
    """Stands in the campaign until it is moved."""
    return FrozenClock(factories.CAMPAIGN)


@pytest.fixture
def portal_app(settings, portal_database, clock):
    """The whole web application on the world."""
    made = create_app(replace(settings, database_url=portal_database), clock=clock)
    yield made
    made.extensions[KEY].resources.close()


@pytest.fixture
def world(portal_app, portal_world):
    """Ids of the world in which `portal_app` lives."""
    return portal_world


@pytest.fixture
def enter(portal_app):
    """Log somebody in: `enter("lucero")`, `enter("jefa", door="/oficina")`."""

    def log_in(username, door="/partido"):
        person = Person(portal_app)
        person.open(f"{door}/entrar").send(username=username, passphrase=PASSPHRASE)
        return person

    return log_in


@pytest.fixture
def ana(enter):
    """The coordinator of Partido Lucero, logged in."""
    return enter("lucero")

"""The real process of 2021 on the web, loaded once per test process from the files beside it.

real_database   its address; tests that write take a copy (`real_copy`)
real_client     a browser after the results have been opened
"""

from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from decide.app import create_app
from decide.imports.command import import_process_2021
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.settings import Settings
from decide.web.shared.context import KEY
from tests import factories

NAME = "real_2021"


def copied(postgres, name, source):
    """A database `name` with all that is in `source`."""
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        for statement in ("DROP DATABASE IF EXISTS {0}", "CREATE DATABASE {0} TEMPLATE {1}"):
            connection.execute(
                sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(source))
            )
    return postgres.url(name)


@pytest.fixture(scope="session")
def real_database(postgres, template_database, shared_data, tmp_path_factory):
    """The whole process; read only."""
    url = copied(postgres, NAME, template_database)
    resources = open_resources(
        Settings(
            database_url=url, redis_url="redis://", queue_url="redis://", secret_key="x",
            process_key="x", files_folder=tmp_path_factory.mktemp("files"),
        )
    )  # fmt: skip
    try:
        import_process_2021(resources, shared_data)
    finally:
        resources.close()
    return url


@pytest.fixture
def real_clock():
    """Stands after the results have been opened."""
    return FrozenClock(factories.RESULTS)


@pytest.fixture
def real_copy(postgres, real_database):
    """A copy that only this test sees."""
    return copied(postgres, f"{NAME}_copy", NAME)


def opened(settings, url, clock, *, every=3600.0):
    """The application on a database, and what closes it; it looks at the calendar `every` seconds.

    A test that moves the clock wants 0, which costs a look for each use.
    """
    changed = replace(settings, database_url=url, snapshot_seconds=every)
    app = create_app(changed, clock=clock)
    return app, app.extensions[KEY].resources.close


@pytest.fixture
def real_client(settings, real_database, real_clock):
    app, close = opened(settings, real_database, real_clock)
    yield app.test_client()
    close()

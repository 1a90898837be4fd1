"""Real servers for every test: PostgreSQL and Valkey once per test process, fresh data per test.

database       address of an empty, migrated database of its own, for SQLAlchemy
valkey         a Valkey without any key; valkey.url(0) is the ledger's, valkey.url(1) the queue's
settings       knobs that point to these two, with the cheapest password hash
resources      these settings opened
talkative      everything is logged, to be read with capfd
shared_data    the project's real data beside the checkout, for tests marked `shared`
"""

import contextlib
import fcntl
import itertools
import os
import shutil
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import structlog
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from redis import Redis

from decide.kernel import db, log, migrate, slots
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
from decide.kernel.resources import open_resources
from decide.participation import door, patience, snapshot
from decide.settings import Settings
from decide.web.public import mine
from tests import compiled, order

compiled.keep()
# A busy machine is no defect: no example is timed.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")
# Nor does a page of a test's own process have to be there within a second: programs that must
# answer while a server hangs are real ones, in tests/faults, and keep what they ship with.
patience.SECONDS = door.LOG_PATIENCE = slots.TIMEOUT = 20.0
snapshot.FIRST_PATIENCE = mine.PATIENCE = db.POOL_PATIENCE = 20.0

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
TEMPLATE = "migrated"
IN_MEMORY = "decide-test-"
ENOUGH_MEMORY = 2 << 30
numbers = itertools.count(1)


def pytest_runtest_setup(item):
    """Step aside, and say why, where the real data are not there; in CI that is a failure."""
    if item.get_closest_marker("shared") and not (SHARED / "data").is_dir():
        reason = f"needs the project's real data in {SHARED / 'data'}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def pytest_collection_modifyitems(items):
    """Begin with the longest, so that no process ends alone."""
    order.longest_first(items)


@pytest.fixture(scope="session")
def memory(tmp_path_factory):
    """A folder for what may be forgotten: in memory where there is enough, else on the disk.

    A database per test is hundreds of small files; on a busy disk that takes a second, here 30 ms.
    """
    shared = Path("/dev/shm")
    if not shared.is_dir() or shutil.disk_usage(shared).free < ENOUGH_MEMORY:
        yield tmp_path_factory.mktemp("memory")
        return
    for former in shared.glob(f"{IN_MEMORY}*"):
        with contextlib.suppress(OSError), held(former):
            shutil.rmtree(former)  # of a test process that was killed
    begun = Path(tempfile.mkdtemp(prefix=f"new-{IN_MEMORY}", dir=shared))
    with held(begun):
        # Only now under the name by which others look for leftovers.
        folder = begun.rename(shared / begun.name.removeprefix("new-"))
        yield folder
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def held(folder):
    """Hold a folder while a process works in it; BlockingIOError when another one does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@pytest.fixture(scope="session")
def postgres(memory):
    """A PostgreSQL that forgets at the end."""
    with EmbeddedPostgres(memory / "postgres", durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def valkey_server(memory):
    """A Valkey that forgets at the end; tests take `valkey`, which is empty."""
    with EmbeddedValkey(memory / "valkey", durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def template_database(postgres):
    """Name of the database with all migrations and no rows, from which each test gets its copy."""
    postgres.ensure_database(TEMPLATE)
    migrate.upgrade(postgres.owner_url(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database(postgres, template_database):
    """Address of a database that only this test sees."""
    name = f"test_{next(numbers)}"
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY = FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template_database)
            )
        )
    yield postgres.url(name)
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def valkey(valkey_server):
    """The Valkey of this test process, emptied."""
    with Redis.from_url(valkey_server.url(0)) as client:
        client.flushall()
    return valkey_server


@pytest.fixture
def settings(database, valkey, tmp_path):
    """Knobs for a test: everything real, nothing slow, every change seen at once."""
    return Settings(
        database_url=database,
        redis_url=valkey.url(0),
        queue_url=valkey.url(1),
        secret_key="a secret only of tests",
        process_key="a process key only of tests",
        files_folder=tmp_path / "files",
        snapshot_seconds=0.0,
        argon2_memory_kib=8,
        argon2_rounds=1,
        second_factor=False,  # tests/integration/test_activation.py asks for it
    )


@pytest.fixture
def resources(settings):
    """Connections of a process with these settings."""
    opened = open_resources(settings)
    yield opened
    opened.close()


@pytest.fixture
def app(settings):
    """The whole web application."""
    from decide.app import create_app
    from decide.web.shared.context import KEY

    made = create_app(settings)
    yield made
    made.extensions[KEY].resources.close()


@pytest.fixture
def client(app):
    """A browser for `app`."""
    return app.test_client()


@pytest.fixture(scope="session")
def shared_data():
    """Folder of the project's real data; the test must be marked `shared`."""
    return SHARED / "data"


@pytest.fixture
def talkative():
    """Everything is logged as in the product; no logger keeps a stream: pytest exchanges them."""
    log.configure("debug")
    structlog.configure(
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr), cache_logger_on_first_use=False
    )
    yield
    structlog.reset_defaults()

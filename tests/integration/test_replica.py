"""Public pages from a second PostgreSQL that streams from the first, and never an older one."""

import os
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import event

from decide.app import create_app
from decide.catalog.models import PoliticalActor
from decide.kernel import migrate, replica
from decide.kernel.clock import FrozenClock
from decide.kernel.embedded import EmbeddedPostgres
from decide.participation import mirror
from decide.web.shared.context import KEY
from tests import factories
from tests.service import eventually

PAGE = "/actores"


class Pair:
    """A first server with a world, the one that follows it, and an application that knows both."""

    def __init__(self, folder, settings):
        self.first = EmbeddedPostgres(folder / "first", durable=False)
        self.second = EmbeddedPostgres(folder / "second", durable=False)
        self.settings = settings

    def __enter__(self):
        self.first.start()
        self.first.ensure_database("decide")
        migrate.upgrade(self.first.owner_url("decide"))
        self.follow()
        here = replace(
            self.settings, database_url=self.first.url("decide"),
            replica_url=self.second.url("decide"), page_cache_mib=0,
        )  # fmt: skip
        self.app = create_app(here, clock=FrozenClock(factories.CAMPAIGN))
        self.house = self.app.extensions[KEY]
        with self.house.resources.database.transaction() as session:
            factories.small_world(session)
        self.browser = self.app.test_client()
        self.catch_up()
        return self

    def follow(self):
        """A copy of the first, made as compose's `replica` makes it, and started."""
        self.second.folder.mkdir()
        copy = [self.first.program("pg_basebackup"), "--pgdata", self.second.data]
        copy += ["--wal-method=stream", "--checkpoint=fast", "--write-recovery-conf", "--no-sync"]
        copy += ["--host", self.first.sockets, "--username", "postgres"]
        copy += ["--create-slot", "--slot=decide_replica"]
        subprocess.run(copy, check=True, capture_output=True, env={"PATH": os.defpath})
        self.second.start()

    def __exit__(self, *_):
        self.house.door.close()
        self.house.snapshot.close()
        self.house.resources.close()
        self.second.stop()
        self.first.stop()

    def asked(self, server, statement):
        with psycopg.connect(server.conninfo("decide"), autocommit=True) as owner:
            return owner.execute(statement).fetchone()[0]

    def catch_up(self):
        """Until the second has all that the first has."""
        written = self.asked(self.first, "SELECT pg_current_wal_lsn()::text")
        eventually(
            lambda: self.asked(self.second, f"SELECT pg_last_wal_replay_lsn() >= '{written}'"),
            pause=0.02,
        )

    def rename(self, name):
        """Publish something that the page shows."""
        with self.house.resources.database.transaction() as session:
            session.query(PoliticalActor).filter_by(key="LUCERO").one().name = name

    def second_made(self, name):
        """Whether a page that shows `name` came from the second.

        Reading may write too (pruned rows, hint bits): the first can be ahead again by a few bytes
        when the page is asked, and then it makes the page itself, as it should.
        """
        self.catch_up()
        with self.watched() as counts:
            assert shows(self, name)
        return about_actors(counts["second"]) and not about_actors(counts["first"])

    @contextmanager
    def watched(self):
        """Statements that each server is asked meanwhile, but for the looks at the calendar."""
        counts = {"first": [], "second": []}
        servers = {
            "first": self.house.resources.database.engine,
            "second": self.house.resources.replica.database.engine,
        }

        def note(name):
            return lambda _c, _cursor, statement, *_: counts[name].append(statement)

        listening = [(engine, note(name)) for name, engine in servers.items()]
        for engine, call in listening:
            event.listen(engine, "before_cursor_execute", call)
        yield counts
        for engine, call in listening:
            event.remove(engine, "before_cursor_execute", call)


def about_actors(statements):
    return [each for each in statements if "political_actor" in each]


@pytest.fixture(scope="module")
def pair(memory, tmp_path_factory):
    from decide.settings import Settings

    settings = Settings(
        database_url="", redis_url="redis://127.0.0.1:1", queue_url="redis://127.0.0.1:1",
        secret_key="x", process_key="x", files_folder=tmp_path_factory.mktemp("files"),
        snapshot_seconds=0.0,
    )  # fmt: skip
    with Pair(memory / "pair", settings) as running:
        yield running


def test_a_public_page_is_read_from_the_replica(pair):
    assert eventually(lambda: pair.second_made("</html>"))


def test_what_is_a_persons_own_is_read_from_the_first(pair):
    with pair.watched() as counts:
        for path in ("/folios", "/opiniones", "/partido/entrar"):
            assert pair.browser.get(path).status_code < 500
        pair.browser.post("/folios", data={"folio": "AAAA-BBBB"})
    assert counts["second"] == []


def shows(pair, name):
    return name in pair.browser.get(PAGE).get_data(as_text=True)


def test_a_replica_that_is_behind_is_not_asked(pair, monkeypatch):
    """Its replay stands still while something is published; the page shows it at once."""
    pair.asked(pair.second, "SELECT pg_wal_replay_pause()::text")
    try:
        pair.rename("Partido Luz de Mañana")
        with pair.watched() as counts:
            assert shows(pair, "Partido Luz de Mañana")
        assert about_actors(counts["first"])
        # Sabotage: a mirror that does not look whether it is behind serves what was replaced.
        monkeypatch.setattr(mirror, "holds", lambda *_: True)
        assert not shows(pair, "Partido Luz de Mañana")
    finally:
        monkeypatch.undo()
        pair.asked(pair.second, "SELECT pg_wal_replay_resume()::text")
    assert eventually(lambda: pair.second_made("Partido Luz de Mañana"))


def test_a_replica_that_dies_amid_a_page_is_not_noticed(pair, monkeypatch):
    monkeypatch.setattr(replica, "PAUSE", 600)  # a busy machine takes longer than the shipped one
    engine = pair.house.resources.replica.database.engine
    died = []

    def die(_c, _cursor, statement, *_):
        if "political_actor" in statement:
            died.append(statement)
            os.kill(pair.second.pid, signal.SIGKILL)
            pair.second.child.clear_away()

    def asked():
        pair.catch_up()
        assert pair.browser.get(PAGE).status_code == 200
        return died

    event.listen(engine, "before_cursor_execute", die)
    try:
        eventually(asked)
    finally:
        event.remove(engine, "before_cursor_execute", die)
    with pair.watched() as counts:
        assert pair.browser.get(PAGE).status_code == 200
    assert counts["second"] == [], "it is left alone for a while"
    assert not pair.house.resources.replica.is_worth_asking

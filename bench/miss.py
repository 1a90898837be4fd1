"""What a public page costs a web process, by where it is found: CPU of the process, one thread.

In memory; in memory after a change of something else; on the shelf that processes share; nowhere
(rendered), with and without leaving it on the shelf. The pages are those of candidacies.
"""

import tempfile
from dataclasses import replace
from pathlib import Path
from time import process_time

from sqlalchemy import text

from decide.app import create_app
from decide.kernel import migrate
from decide.kernel.clock import FrozenClock
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
from decide.settings import Settings
from decide.web.shared.context import KEY
from tests import factories

ROUNDS = 40


def main():
    """Measure and print a table."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "p", durable=False) as postgres,
        EmbeddedValkey(Path(folder) / "l", durable=False) as ledger,
        EmbeddedValkey(Path(folder) / "q", durable=False) as queue,
    ):
        postgres.ensure_database("bench")
        migrate.upgrade(postgres.owner_url("bench"))
        settings = Settings(
            database_url=postgres.url("bench"), redis_url=ledger.url(0), queue_url=queue.url(0),
            secret_key="s", process_key="p", files_folder=Path(folder), snapshot_seconds=3600.0,
        )  # fmt: skip
        first = process(settings)
        with first.extensions[KEY].resources.database.transaction() as session:
            factories.small_world(session)
            heads = session.scalars(text("SELECT id FROM candidacy ORDER BY id LIMIT 40")).all()
        paths = [f"/candidaturas/{each}" for each in heads]
        alone = process(replace(settings, shared_pages_mib=0))
        for app in (first, alone):
            for path in paths:  # what a process does once: templates, pools, register
                ask(app, f"{path}?w=1")
        report("rendered, not shared", alone, paths, fresh=True)
        report("rendered and left on the shelf", first, paths, fresh=True)
        report("in memory", first, paths)
        for round_ in range(3):
            touch(first)
            report(f"in memory, something else was touched ({round_ + 1})", first, paths)
        second = process(settings)
        ask(second, "/candidaturas?w=1")
        report("on the shelf", second, paths)
        for each in (first, alone, second):
            each.extensions[KEY].resources.close()


def process(settings):
    """The application of one web process."""
    return create_app(settings, clock=FrozenClock(factories.CAMPAIGN))


def touch(app):
    """Change what no page of a candidacy shows, and look."""
    house = app.extensions[KEY]
    with house.resources.database.transaction() as session:
        session.execute(text("UPDATE subject SET changed_at = changed_at WHERE kind = 'section'"))
    house.snapshot.renew()


def ask(app, path):
    """One request as a server would bring it; gives the bytes."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
        "SERVER_NAME": "x", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000", "HTTP_ACCEPT_ENCODING": "gzip", "wsgi.url_scheme": "http",
        "wsgi.errors": None, "wsgi.input": None, "wsgi.version": (1, 0), "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False, "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    told = []
    body = b"".join(app.wsgi_app(environ, lambda status, headers, exc=None: told.append(status)))
    if told[-1] != "200 OK":
        raise SystemExit(f"{path}: {told[-1]}")
    return body


def report(name, app, paths, *, fresh=False):
    """Print the CPU of one request. A fresh one has an address that nobody asked for before."""
    rounds = ROUNDS if fresh or name == "in memory" else 1
    begun = process_time()
    for number in range(rounds):
        for path in paths:
            ask(app, f"{path}?w={name[:12]}{number}" if fresh else path)
    spent = process_time() - begun
    if fresh:
        for path in paths:
            ask(app, path)
    print(f"{name:48}{spent / rounds / len(paths) * 1e6:9.1f} µs")


if __name__ == "__main__":
    main()

"""CPU of one request inside the process, without server and client: `python -m bench.inside`.

`--profile press` (or idea) prints where it goes. Ratios are to an empty Flask view in the same run.
"""

import argparse
import cProfile
import io
import pstats
import sys
import tempfile
import time
from pathlib import Path

from bench.empty import application
from decide.app import create_app
from decide.kernel import migrate
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
from decide.kernel.resources import open_resources
from decide.participation.device import mint
from decide.participation.keys import keys_of
from decide.settings import Settings
from decide.web.shared.context import KEY
from tests.ledger import subjects_of_one_party

TURNS = {"empty": 3_000, "press": 3_000, "idea": 1_000}
WORDS = b"Pongan+mas+luz+en+la+parada+del+camion.+" * 5
OFTEN = 10**9


def main():
    """Measure three rounds, or profile one kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=tuple(TURNS))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as (settings, subjects):
        app, empty = create_app(settings), application()
        keys = keys_of(settings.process_key)
        cookies = [mint(keys, 1) for _ in range(1_000)]
        ways = {
            "empty": (empty, lambda number: asked("GET", "/", b"", "")),
            "press": (app, lambda number: asked(
                "POST", f"/reacciones/{subjects[number % 50]}", b"",
                cookies[number % 1_000],
            )),
            "idea": (app, lambda number: asked(
                "POST", f"/ideas/{subjects[number % 50]}",
                b"version=1&kind=idea&text=%d+" % number + WORDS, cookies[number % 1_000],
            )),
        }  # fmt: skip
        if chosen.profile:
            profiled(*ways[chosen.profile])
        else:
            for _ in range(3):
                print(told({name: spent(*way, TURNS[name]) for name, way in ways.items()}))
        house = app.extensions[KEY]
        house.door.close()
        house.snapshot.close()
        house.resources.close()


class World:
    """Two servers that forget, and fifty subjects."""

    def __init__(self, folder):
        self.postgres = EmbeddedPostgres(folder / "p", durable=False)
        self.valkey = EmbeddedValkey(folder / "v", durable=False)
        self.folder = folder

    def __enter__(self):
        self.postgres.start()
        self.valkey.start()
        self.postgres.ensure_database("decide")
        address = self.postgres.url("decide")
        migrate.upgrade(self.postgres.owner_url("decide"))
        settings = Settings(
            database_url=address, redis_url=self.valkey.url(0), queue_url=self.valkey.url(1),
            secret_key="x", process_key="x", files_folder=self.folder, presses_per_hour=OFTEN,
            ideas_per_hour=OFTEN,
        )  # fmt: skip
        resources = open_resources(settings)
        subjects = subjects_of_one_party(resources, 50)
        resources.close()
        return settings, subjects

    def __exit__(self, *_):
        self.valkey.stop()
        self.postgres.stop()


def asked(method, path, body, cookie):
    """A request as a server hands it on."""
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "x",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "HTTP_HOST": "x",
        "HTTP_ACCEPT": "*/*",
    }  # fmt: skip
    if method == "POST":
        environ |= {
            "CONTENT_TYPE": "application/x-www-form-urlencoded;charset=UTF-8",
            "CONTENT_LENGTH": str(len(body)), "HTTP_SEC_FETCH_SITE": "same-origin",
            "HTTP_X_PRESS": "1 like",
            "HTTP_X_REQUESTED_WITH": "decide", "HTTP_COOKIE": f"d={cookie}",
        }  # fmt: skip
    return environ


def spent(app, make, turns):
    """CPU microseconds of a request, of this thread."""
    environs = [make(number) for number in range(turns)]
    begun = time.thread_time()
    for environ in environs:
        for _ in app(environ, lambda *_: None):
            pass
    return (time.thread_time() - begun) / turns * 1e6


def told(found):
    """One line."""
    return "  ".join(
        f"{name} {cpu:6.1f} µs ({found['empty'] / cpu:.2f})" for name, cpu in found.items()
    )


def profiled(app, make):
    """Where the time of one kind goes."""
    environs = [make(number) for number in range(3_000)]
    profile = cProfile.Profile()
    profile.enable()
    for environ in environs:
        for _ in app(environ, lambda *_: None):
            pass
    profile.disable()
    pstats.Stats(profile).sort_stats("cumtime").print_stats(60)


if __name__ == "__main__":
    main()

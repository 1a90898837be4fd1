"""`python -m bench.stations`: the open data of 18,178 polling stations, from their real file.

The list of 2015 is imported into the real application; then the edition of the set `casillas` is
built, and its files and the API are asked as anybody would. Seconds of a core and of the clock;
every figure of the CSV is held against a sum of the source file's own column.
"""

import csv
import io
import sys
import tempfile
import time
from pathlib import Path

from decide.app import create_app
from decide.imports import actions
from decide.kernel import migrate
from decide.kernel.clock import FrozenClock
from decide.kernel.db import Database
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
from decide.opendata.editions import edition_of
from decide.opendata.stations import STATIONS as CHOSEN
from decide.settings import Settings
from decide.web.shared.context import KEY
from tests import factories
from tests.import_files import AT
from tests.polling_world import STATIONS, register_2015

ASKED = (
    "/datos/casillas", "/datos/casillas/casillas.csv", "/datos/casillas/votos-por-casilla.csv",
    "/api/v1/casillas/casillas?filas=100", "/api/v1/casillas/casillas?filas=500&hoja=36",
    "/api/v1/casillas/casillas?seccion=1", "/api/v1/casillas/votos-por-casilla?filas=100",
    "/api/v1/casillas/votos-por-casilla?seccion=1&opcion=PRI",
)  # fmt: skip


def timed(what, work):
    """Run it; prints what it took and gives what it gave."""
    clock, core = time.monotonic(), time.process_time()
    made = work()
    seconds, worked = time.monotonic() - clock, time.process_time() - core
    print(f"{what:<64} {worked:7.3f} s of a core {seconds:7.3f} s")
    return made


def load(url):
    """Import the real file, as the office does."""
    database = Database(url, statement_timeout_ms=0)
    with database.transaction() as session:
        factories.process(session)
        register_2015(session)
    with database.transaction() as session:
        text = io.BytesIO(STATIONS.read_bytes())
        actions.commit(session, actions.dry_run(session, None, text, STATIONS.name), at=AT, by=None)
    database.close()


def source_sum():
    """Stations and votes, by the source's own column of totals."""
    with STATIONS.open(encoding="utf-8-sig", newline="") as stream:
        totals = [int(row["Total"] or 0) for row in csv.DictReader(stream)]
    return len(totals), sum(totals)


def main():
    """One line for each measurement; 1 when a sum differs."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "pg") as server,
        EmbeddedValkey(Path(folder) / "valkey") as valkey,
    ):
        server.ensure_database("stations")
        migrate.upgrade(server.owner_url("stations"))
        url = server.url("stations")
        timed("import of the file", lambda: load(url))
        app = create_app(
            Settings(
                database_url=url, redis_url=valkey.url(0), queue_url=valkey.url(1),
                secret_key="x", process_key="x", files_folder=Path(folder) / "files",
                snapshot_seconds=3600.0, open_data_minutes=1e6, page_cache_mib=0,
            ),
            clock=FrozenClock(factories.RESULTS),
        )  # fmt: skip
        own = app.extensions[KEY].resources
        made = timed("edition built", lambda: edition_of(own, CHOSEN))
        for each in made.files:
            print(f"    {each.name:<34} {each.size / 1e6:8.2f} MB")
        client = app.test_client()
        answers = {path: timed(path, lambda path=path: client.get(path)) for path in ASKED}
        statuses = {answer.status_code for answer in answers.values()}
        if statuses != {200}:
            sys.exit(f"answers: {statuses}")
        rows = list(csv.DictReader(io.StringIO(answers[ASKED[1]].get_data(as_text=True))))
        told = len(rows), sum(int(row["total"]) for row in rows)
        print(f"stations and votes: {told}; the source says {source_sum()}")
        own.close()
    return 0 if told == source_sum() else 1


if __name__ == "__main__":
    sys.exit(main())

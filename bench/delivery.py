"""Building packages against `COPY … TO` of the same rows, at three sizes, with memory.

`python -m bench.delivery` prints, for each size: seconds for all 12 packages (two builders), the
largest memory of a builder, seconds of COPY for the same presses and ideas in the same run, and
the ratio. The last seal and the review of every day are made before, as the timetable makes them.
Then one actor with 100,000 ideas: how long the CSV takes, what it adds in memory, and how long a
page takes meanwhile and without it.
"""

import argparse
import multiprocessing
import statistics
import tempfile
import time
from pathlib import Path

import psycopg

from bench.cycle import Cycle, Size, servers
from decide.abuse import jobs as reviewing
from decide.app import create_app
from decide.delivery import contents, database, queries, tables
from decide.delivery.contents import Scope
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.seals import jobs as sealing
from decide.seals import queries as seals
from decide.web.shared.context import KEY
from tests import factories

SIZES = (1_000, 100_000, 1_000_000)
PAGES, PAUSE = 50, 0.1
COPIES = tuple(
    f"COPY (SELECT t.* FROM {table} t JOIN subject s ON s.id = t.subject_id"
    " WHERE s.actor_id = ANY('{actors}')) TO STDOUT"
    for table in ("reaction", "idea")
)


def main():
    """A line for each size, then the line of the CSV."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--csv", type=int, default=100_000)
    chosen = parser.parse_args()
    for presses in chosen.sizes:
        with servers() as settings:
            measure(settings, Size(presses, presses // 10, 0, days=2, recounts=1))
    with servers() as settings:
        one_csv(settings, chosen.csv)


def lived(settings, size):
    """A world in which everybody has spoken and every day is sealed."""
    cycle = Cycle(settings, size, processes=2)
    cycle.found()
    cycle.live()
    cycle.clock.instant = factories.RESULTS
    sealing.catch_up(cycle.house)
    reviewing.catch_up(cycle.house)
    return cycle


def measure(settings, size):
    """Build all, then copy the same rows out; print both."""
    cycle = lived(settings, size)
    cycle.deliver()
    built = dict(cycle.steps)["building 12 packages"]
    begun = time.perf_counter()
    copied = copy(cycle)
    copying = time.perf_counter() - begun
    print(
        f"{size.presses:,} presses, {size.ideas:,} ideas, 12 packages: {built:.1f} s, "
        f"{cycle.peak} MB; COPY of the same rows {copying:.2f} s ({copied / 1e6:.0f} MB); "
        f"ratio {built / copying:.1f}",
        flush=True,
    )
    cycle.close()


def copy(cycle):
    """Every recipient's presses and ideas as COPY writes them; the bytes."""
    total = 0
    address = cycle.settings.database_url.replace("postgresql+psycopg", "postgresql")
    with cycle.house.database.reading() as session, psycopg.connect(address) as connection:
        for each in queries.recipients(session):
            actors = session.query(factories.PoliticalActor.id).filter(
                contents.holds(each.actor_id, factories.PoliticalActor.id)
            )
            names = "{" + ",".join(str(number) for (number,) in actors) + "}"
            for statement in COPIES:
                with connection.cursor().copy(statement.replace("{actors}", names)) as rows:
                    total += sum(len(piece) for piece in rows)
    return total


def one_csv(settings, ideas):
    """Everything said to one actor: seconds from SQL to CSV, and the memory it adds."""
    cycle = lived(settings, Size(1_000, ideas, 0, days=1, recounts=1))
    with cycle.house.database.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE subject SET actor_id = (SELECT id FROM political_actor WHERE key = 'faro')"
        )
    cycle.close()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        quiet = page_times(settings, lambda taken: len(taken) >= PAGES)
        writing = pool.apply_async(write_csv, (settings,))
        meanwhile = page_times(settings, lambda _: writing.ready())
        whole, alone, added = writing.get()
    print(
        f"{ideas:,} ideas of one actor: ideas.csv {alone:.2f} s; with the database, marks and "
        f"themes {whole:.1f} s, {added} MB of memory added; a page took {quiet:.1f} ms before "
        f"(p95) and {meanwhile:.1f} ms meanwhile",
        flush=True,
    )


def page_times(settings, enough):
    """p95 of a public page in milliseconds, asked in this process ten times a second."""
    app = create_app(settings, clock=FrozenClock(factories.CAMPAIGN))
    browser, taken = app.test_client(), []
    browser.get("/plataformas")
    while not enough(taken):
        begun = time.perf_counter()
        assert browser.get("/plataformas").status_code == 200
        taken.append(1000 * (time.perf_counter() - begun))
        time.sleep(PAUSE)
    house = app.extensions[KEY]
    house.door.close()
    house.snapshot.close()
    house.resources.close()
    return statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]


def write_csv(settings):
    """In a process of its own: (seconds in all, seconds of the CSV, MB added)."""
    house = open_resources(settings, clock=FrozenClock(factories.RESULTS))
    before = most_memory()
    with tempfile.TemporaryDirectory() as name, house.database.reading() as session:
        (actor,) = session.query(factories.PoliticalActor.id).filter_by(key="faro").one()
        newest = seals.seals(session)[0]
        scope = Scope(actor, newest.through, factories.ZONE, newest.number)
        path = Path(name) / "datos.sqlite"
        begun = time.perf_counter()
        database.write(path, session, scope, [], lambda _: None)
        sheet = next(each for each in tables.SHEETS if each.name == "ideas.csv")
        middle = time.perf_counter()
        with database.reading(path) as base:
            tables.write(Path(name) / sheet.name, base, sheet)
        end = time.perf_counter()
    house.close()
    return end - begun, end - middle, most_memory() - before


def most_memory():
    """The most that this process ever held, in MB; a child's own, which getrusage does not tell."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = [each for each in lines if each.startswith("VmHWM:")]
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main()

"""Building packages against `COPY … TO` of the same rows, with memory and processor time.

`python -m bench.delivery` prints, for each size: seconds for all 12 packages (two builders), the
largest memory of a builder, seconds of COPY for the same rows in the same run, and both ratios.
`--presses 10_000_000 --ideas 1_000_000` measures one size of its own. Then one actor with 100,000
ideas: how long the CSV takes, what it adds in memory, and how long a page takes meanwhile.

The same rows are: every press, idea and leaf of every subject that a package is about, once for
each package, so those of a coalition once for each member. One connection copies them, one after
the other. A package holds presses as counts, but ideas three times: database, CSV and workbook.

Seconds on the clock depend on who else uses the machine; those of the processor (builders and
PostgreSQL together, or PostgreSQL and the reader of COPY) hardly do. The last seal and the review
of every day are made before, as the timetable makes them.
"""

import argparse
import multiprocessing
import os
import statistics
import tempfile
import time
from pathlib import Path

import psycopg

from bench.cycle import Size, servers
from bench.filling import Filled
from decide.app import create_app
from decide.delivery import contents, database, queries, tables
from decide.delivery.contents import Scope
from decide.kernel.clock import FrozenClock
from decide.kernel.db import patient
from decide.kernel.resources import open_resources
from decide.seals import queries as seals
from decide.web.shared.context import KEY
from tests import factories

SIZES = (1_000, 100_000, 1_000_000)
PAGES, PAUSE = 50, 0.1
TICK = os.sysconf("SC_CLK_TCK")
COPIES = (
    "COPY (SELECT t.* FROM reaction t WHERE t.subject_id = ANY('{subjects}')) TO STDOUT",
    "COPY (SELECT t.* FROM idea t WHERE t.subject_id = ANY('{subjects}')) TO STDOUT",
    (
        "COPY (SELECT t.* FROM sealed_idea t JOIN idea i ON i.id = t.idea_id"
        " WHERE i.subject_id = ANY('{subjects}')) TO STDOUT"
    ),
)


def main():
    """A line for each size, then the line of the CSV."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--presses", type=int, help="one size only, without the CSV")
    parser.add_argument("--ideas", type=int, help="of that size; a tenth of the presses")
    parser.add_argument("--days", type=int, default=2)
    parser.add_argument("--csv", type=int, default=100_000)
    chosen = parser.parse_args()
    for presses in [chosen.presses] if chosen.presses else chosen.sizes:
        ideas = chosen.ideas if chosen.presses and chosen.ideas else presses // 10
        with servers() as settings:
            measure(settings, Size(presses, ideas, 0, days=chosen.days, recounts=1))
    if not chosen.presses:
        with servers() as settings:
            one_csv(settings, chosen.csv)


def lived(settings, size, *, only=""):
    """A world in which everybody, or one actor only, was spoken to, and every day is sealed."""
    cycle = Filled(settings, size, processes=2, aloud=True, only=only)
    cycle.found()
    cycle.live()
    return cycle


def measure(settings, size):
    """Build all, then copy the same rows out; print both."""
    cycle = lived(settings, size)
    server = postmaster(cycle)
    before = cpu_of(server)
    cycle.deliver()
    cpu = cycle.cpu + cpu_of(server) - before
    built = dict(cycle.steps)["building 12 packages"]
    before, own = cpu_of(server), time.process_time()
    begun = time.perf_counter()
    copied = copy(cycle)
    copying = time.perf_counter() - begun
    copying_cpu = cpu_of(server) - before + time.process_time() - own
    whole = sum(line.size for line in cycle.lines.values())
    print(
        f"{size.presses:,} presses, {size.ideas:,} ideas, 12 packages of {whole / 1e6:.0f} MB: "
        f"{built:.1f} s, {cpu:.1f} s of processor, {cycle.peak} MB a builder; "
        f"COPY of the same rows {copying:.1f} s, {copying_cpu:.1f} s of processor "
        f"({copied / 1e6:.0f} MB); ratio {built / copying:.1f} by the clock, "
        f"{cpu / copying_cpu:.1f} by the processor",
        flush=True,
    )
    cycle.close()


def postmaster(cycle):
    """The process number of the database server."""
    with cycle.house.database.reading() as session:
        backend = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return int(fields_of(backend)[1])


def cpu_of(server):
    """Seconds of processor that a server and all that it started have used."""
    total = sum(int(each) for each in fields_of(server)[11:15])
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = fields_of(stat.parent.name)
        except OSError:  # gone meanwhile: then the server has taken its time over
            continue
        if int(fields[1]) == server:
            total += int(fields[11]) + int(fields[12])
    return total / TICK


def fields_of(number):
    """What the kernel says of a process, from its state on."""
    return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()


def copy(cycle):
    """The rows of every recipient's package as COPY writes them; the bytes."""
    total = 0
    address = cycle.settings.database_url.replace("postgresql+psycopg", "postgresql")
    with (
        cycle.house.database.reading() as session,
        psycopg.connect(address, options="-c statement_timeout=0") as connection,
    ):
        patient(session)
        for each in queries.recipients(session):
            numbers = session.query(factories.Subject.id).filter(
                contents.holds(each.actor_id, factories.Subject.actor_id)
            )
            names = "{" + ",".join(str(number) for (number,) in numbers) + "}"
            for statement in COPIES:
                with connection.cursor().copy(statement.replace("{subjects}", names)) as rows:
                    total += sum(len(piece) for piece in rows)
    return total


def one_csv(settings, ideas):
    """Everything said to one actor: seconds from SQL to CSV, and the memory it adds."""
    lived(settings, Size(1_000, ideas, 0, days=1, recounts=1), only="faro").close()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        quiet = page_times(settings, lambda taken: len(taken) >= PAGES)
        writing = pool.apply_async(write_csv, (settings,))
        meanwhile = page_times(settings, lambda _: writing.ready())
        whole, alone, added, by_csv = writing.get()
    print(
        f"{ideas:,} ideas of one actor: ideas.csv {alone:.2f} s, {by_csv} MB of memory added; with "
        f"the database, marks and themes {whole:.1f} s, {added} MB added; a page took "
        f"{quiet:.1f} ms before (p95) and {meanwhile:.1f} ms meanwhile",
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
    """In a process of its own: (seconds in all, of the CSV, MB added by all, by the CSV)."""
    house = open_resources(settings, clock=FrozenClock(factories.RESULTS))
    before = most_memory()
    with tempfile.TemporaryDirectory() as name, house.database.reading() as session:
        (actor,) = session.query(factories.PoliticalActor.id).filter_by(key="faro").one()
        newest = seals.seals(session)[0]
        scope = Scope(actor, newest.through, factories.ZONE, newest.number)
        path = Path(name) / "datos.sqlite"
        tree = seals.tree(session, newest.number)
        begun = time.perf_counter()
        database.write(path, session, scope, [], lambda _: None, tree)
        sheet = next(each for each in tables.SHEETS if each.name == "ideas.csv")
        middle, most = time.perf_counter(), most_memory()
        forget_most()
        held = most_memory()
        with database.reading(path) as base:
            tables.write(Path(name) / sheet.name, base, sheet)
        end = time.perf_counter()
    house.close()
    return end - begun, end - middle, most - before, most_memory() - held


def most_memory():
    """The most that this process ever held, in MB; a child's own, which getrusage does not tell."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = [each for each in lines if each.startswith("VmHWM:")]
    return int(line.split()[1]) // 1024


def forget_most():
    """Let the most that this process ever held be what it holds now (Linux's clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    main()

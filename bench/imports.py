"""How long large lists take, and how much memory, on a real PostgreSQL.

`python -m bench.imports` measures a synthetic list of 30,000 persons with seeded errors (dry run),
the same list without (commit, and the dry run of the same list again), and the real 18,178 polling
stations of 2015. Each in a process of its own, whose peak memory is told by the system.
"""

import csv
import io
import multiprocessing
import resource
import tempfile
import time
from itertools import product
from pathlib import Path

from decide.imports import actions
from decide.kernel import migrate
from decide.kernel.db import Database
from decide.kernel.embedded import EmbeddedPostgres
from tests.import_files import AT
from tests.polling_world import STATIONS, register_2015, register_parties

PARTIES = 20
PERSONS = 30_000
HEADER = (
    "PARTIDO_COALICION", "CARGO", "ENTIDAD", "DISTRITO FEDERAL", "CIRCUNSCRIPCION", "MUNICIPIO",
    "NUM_LISTA_O_FORMULA", "NOMBRE_CANDIDATO", "TIPO_CANDIDATO", "EDAD", "SEXO",
    "HISTORIA_PROFESIONAL",
)  # fmt: skip
LONG = "Trabajé quince años en clínicas; coordiné brigadas, cursos y talleres. " * 3
SPELT = ["".join(each).title() for each in product("bcdfglmnpr", "aeiou", "lmnrst", "aeo")] * 2
SEEDS = {100: (0, "PARTIDO X"), 5_000: (5, "ATLANTIS"), 12_345: (9, "mil"), 29_999: (8, "?")}


def persons(*, wrong=False, most=PERSONS):
    """A list of `most` persons, owner and substitute by turns; `wrong` seeds a known error each."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    posts = product(range(1, 126), range(1, PARTIES + 1), range(1, 13), ("PROPIETARIO", "SUPLENTE"))
    for number, (place, party, rank, role) in enumerate(posts, start=2):
        if number > most + 1:
            break
        post = "PRESIDENCIA MUNICIPAL" if rank == 1 else "REGIDURIA"
        name = f"{SPELT[number % 997]} {SPELT[number // 997]} NAVA"
        row = [f"P{party:02d}", post, "MEXICO", "", "", str(place), str(rank),
               name, role, "45.0", "MUJER", LONG]  # fmt: skip
        if wrong and number in SEEDS:
            column, value = SEEDS[number]
            row[column] = value
        writer.writerow(row)
    return text.getvalue().encode()


def dry_run(url, text, queue):
    """Check a list."""
    begun = time.monotonic()
    database = Database(url)
    with database.reading() as session:
        plan = actions.dry_run(session, None, io.BytesIO(text), "lista.csv")
    queue.put(
        (
            time.monotonic() - begun,
            time.process_time(),
            peak(),
            len(plan.create),
            len(plan.problems),
        )
    )


def commit(url, text, queue):
    """Check a list and write it."""
    begun = time.monotonic()
    database = Database(url, statement_timeout_ms=0)
    with database.transaction() as session:
        plan = actions.dry_run(session, None, io.BytesIO(text), "lista.csv")
        run = actions.commit(session, plan, at=AT, by=None)
    queue.put(
        (time.monotonic() - begun, time.process_time(), peak(), run.created, len(plan.problems))
    )


def peak():
    """Most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(name, work, *arguments):
    """Run in a fresh process and print one line; gives its figures."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    child = context.Process(target=work, args=(*arguments, queue))
    child.start()
    seconds, worked, memory, created, problems = queue.get(timeout=300)
    child.join()
    print(
        f"{name:<34} {seconds:6.1f} s ({worked:5.1f} s of a core) {memory:6.0f} MiB"
        f"  {created:>6} new  {problems} problems"
    )
    return {"seconds": seconds, "memory": memory, "rows": created}


def main():
    """One line for each measurement."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "pg") as server:
        for name, register in (("lists", lambda s: register_parties(s, PARTIES)),
                               ("stations", register_2015)):  # fmt: skip
            server.ensure_database(name)
            migrate.upgrade(server.owner_url(name))
            database = Database(server.url(name))
            with database.transaction() as session:
                register(session)
            database.close()
        whole = persons()
        measured(
            "30,000 persons, 4 errors: check", dry_run, server.url("lists"), persons(wrong=True)
        )
        measured("30,000 persons: check and write", commit, server.url("lists"), whole)
        measured("30,000 persons again: check", dry_run, server.url("lists"), whole)
        if STATIONS.exists():
            real = STATIONS.read_bytes()
            measured("18,178 stations: check and write", commit, server.url("stations"), real)


if __name__ == "__main__":
    main()

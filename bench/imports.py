"""How long large lists take, and how much memory, on a real PostgreSQL.

`python -m bench.imports` measures a synthetic list of 30,000 persons with seeded errors (dry run;
all of them must be found, and nothing else), the same list without (commit, and the dry run of the
same list again), and the real 18,178 polling stations of 2015. Each in a process of its own, whose
peak memory is told by the system.
"""

import csv
import io
import multiprocessing
import resource
import sys
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
SECONDS, MEMORY = 30, 300  # the goal; seconds of a core, since the machine may be shared
PERSONS = 30_000
HEADER = (
    "PARTIDO_COALICION", "CARGO", "ENTIDAD", "DISTRITO FEDERAL", "CIRCUNSCRIPCION", "MUNICIPIO",
    "NUM_LISTA_O_FORMULA", "NOMBRE_CANDIDATO", "TIPO_CANDIDATO", "EDAD", "SEXO",
    "HISTORIA_PROFESIONAL",
)  # fmt: skip
LONG = "Trabajé quince años en clínicas; coordiné brigadas, cursos y talleres. " * 3
SPELT = ["".join(each).title() for each in product("bcdfglmnpr", "aeiou", "lmnrst", "aeo")] * 2
# Row of the file → (column, what stands there instead): an error that the check must name there.
SEEDS = {
    2: (0, ""), 100: (0, "PARTIDO X"), 777: (1, "ALCALDE"), 2_048: (5, "126"),
    5_000: (5, "ATLANTIS"), 7_331: (6, "uno"), 9_999: (7, ""), 12_345: (9, "mil"),
    17_017: (10, "QUIZÁ"), 20_202: (9, "-4"), 25_000: (7, "\ufffdLVAREZ"), 29_999: (8, "?"),
    30_001: (5, ""),
}  # fmt: skip


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
            sorted({problem.row for problem in plan.problems}),
        )
    )


def commit(url, text, queue):
    """Check a list and write it."""
    begun = time.monotonic()
    database = Database(url, statement_timeout_ms=0)
    with database.transaction() as session:
        plan = actions.dry_run(session, None, io.BytesIO(text), "lista.csv")
        run = actions.commit(session, plan, at=AT, by=None)
    queue.put((time.monotonic() - begun, time.process_time(), peak(), run.created, []))


def peak():
    """Most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(name, work, *arguments, seeded=()):
    """Run in a fresh process and print one line; gives its figures and whether it kept to the
    goal (U18, R32).

    At most 30 s and 300 MB, and problems in the rows that were seeded and nowhere else.
    """
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    child = context.Process(target=work, args=(*arguments, queue))
    child.start()
    seconds, worked, memory, created, problems = queue.get(timeout=300)
    child.join()
    found = sorted(set(seeded) & set(problems))
    # An even row is an owner; when it is refused, its substitute below stands alone and is named.
    alone = {row + 1 for row in seeded if row % 2 == 0}
    odd = sorted((set(seeded) - set(problems)) | (set(problems) - set(seeded) - alone))
    told = f"  {len(found)} of {len(seeded)} seeded errors found" if seeded else ""
    print(
        f"{name:<34} {seconds:6.1f} s ({worked:5.1f} s of a core) {memory:6.0f} MiB"
        f"  {created:>6} new{told}" + (f"  NOT AS SEEDED: rows {odd[:9]}" if odd else "")
    )
    kept = not odd and worked <= SECONDS and memory <= MEMORY
    return {"seconds": seconds, "memory": memory, "rows": created, "kept": kept}


def main():
    """One line for each measurement; 1 when one missed the goal."""
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
        lists = server.url("lists")
        kept = [
            measured(f"30,000 persons, {len(SEEDS)} errors: check", dry_run, lists,
                     persons(wrong=True), seeded=SEEDS),
            measured("30,000 persons: check and write", commit, lists, whole),
            measured("30,000 persons again: check", dry_run, lists, whole),
        ]  # fmt: skip
        if STATIONS.exists():
            real = STATIONS.read_bytes()
            url = server.url("stations")
            kept.append(measured("18,178 stations: check and write", commit, url, real))
    return 0 if all(each["kept"] for each in kept) else 1


if __name__ == "__main__":
    sys.exit(main())

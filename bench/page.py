"""`make bench`, second part: the citizens' pages on the whole demonstration (15,000 people).

Kept pages against an empty Flask view on the same server, and pages that nobody asked for before:
each request narrows the list in another way. The aim of goals §3 and issue 4: kept ≥ 0.9 of the
empty view, the narrowed list p95 ≤ 100 ms with 16 requests at once.
"""

import argparse
import random
import sys
import tempfile
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from urllib.parse import quote

from bench import client
from bench.press import THREADS, best, command, cpu_of, empty_view, get
from decide.demonstration.load import load
from decide.kernel.db import Database
from tests.killable import Service

KEPT = ("/", "/municipios", "/municipios/107", "/plataformas/faro/municipal", "/candidaturas")
NAMES = ("maria", "jose", "perez", "luna", "garcia", "vega", "ana", "juan", "rosa", "luis")
SUBJECTS = (
    "agua potable", "seguridad", "transporte", "escuelas", "salud", "becas", "empleo", "basura",
    "alumbrado", "parques", "campo", "mujeres", "jóvenes", "cultura", "Toluca", "Ecatepec",
    "regiduría", "planilla", "casilla", "sección",
)  # fmt: skip
AT_ONCE = 16


def main():
    """Load, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=THREADS, help="of each of two workers")
    parser.set_defaults(server="granian", connections=16)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Service(Path(folder)) as service:
        database = Database(service.settings.database_url, statement_timeout_ms=300_000)
        with database.transaction() as session:
            load(session, service.settings, at=datetime.now(UTC))
        database.close()
        service.children["web"].command = command(chosen, service.port, "decide.wsgi:application")
        service.start()
        yardstick, port = empty_view(service, Path(folder), chosen)
        try:
            kept(service, yardstick, port, chosen)
        finally:
            yardstick.stop()
        fresh(service, chosen)


def kept(service, yardstick, bare, chosen):
    """Pages from memory against the empty view."""
    print(f"{'':34}{'rate/s':>9}{'ratio':>7}{'CPU µs':>8}{'ratio':>7}{'p95 ms':>8}  answers")
    base = None
    for name, port, child in (
        ("empty Flask view", bare, yardstick),
        *((path, service.port, None) for path in KEPT),
    ):
        path = "/" if child else name
        rate, cpu, load_seen = best(service, child, port, [get(path, port)], chosen)
        base = base or (rate, cpu)
        print(
            f"{name:34}{rate:9,.0f}{rate / base[0]:7.2f}{cpu * 1e6:8.0f}{base[1] / cpu:7.2f}"
            f"{load_seen.p95 * 1000:8.1f}  {load_seen.statuses}"
        )
        sys.stdout.flush()


def fresh(service, chosen):
    """Pages that are in no memory yet: every request is another narrowing or another search."""
    for path in ("/candidaturas?nombre=x", "/buscar?q=x"):  # each process reads its register
        client.run(service.port, [get(path, service.port)], seconds=1.0)
    for name, paths in (
        ("list of candidacies, narrowed", list(narrowings())),
        ("search of everything", list(searches())),
    ):
        # Each its own order: neighbours in the list are neither alike nor equally dear.
        random.Random(2021).shuffle(paths)
        before = cpu_of(service.children["web"].pid)
        requests = [get(path, service.port) for path in paths]
        seen = client.run(
            service.port, requests, seconds=chosen.seconds, processes=2, connections=AT_ONCE // 2
        )
        if any(int(status) >= 500 for status in seen.statuses):
            sys.exit((service.folder / "web.log").read_text()[-4000:])
        spent = (cpu_of(service.children["web"].pid) - before) / seen.requests
        repeated = max(0, seen.requests - len(requests))
        print(
            f"{name:34}{seen.rate:9,.0f}/s at {AT_ONCE} at once:"
            f" p50 {seen.p50 * 1000:.0f} ms, p95 {seen.p95 * 1000:.0f} ms, p99"
            f" {seen.p99 * 1000:.0f} ms, web CPU {spent * 1000:.1f} ms  {seen.statuses}"
            f"{f', {repeated} from memory' if repeated else ''}"
        )


def narrowings():
    """Addresses of the list that differ from one another and exist: some 3,000 of them."""
    for gender, post, order in product(
        ("", "mujer", "hombre"), ("", "regiduria", "presidencia"), ("", "nombre")
    ):
        rest = f"genero={gender}&cargo={post}&orden={order}"
        for place in range(1, 126):
            yield f"/candidaturas?municipio={place}&{rest}"
        for name, actor in product(NAMES, ("", "faro", "telar", "milpa")):
            yield f"/candidaturas?nombre={name}&actor={actor}&{rest}"
        for page in range(1, 9):
            yield f"/candidaturas?{rest}&pagina={page}"


def searches():
    """Searches that differ from one another: names, subjects and places, half with a slip."""
    for first in NAMES:
        for last in NAMES:
            for word in SUBJECTS:
                yield f"/buscar?q={quote(f'{first} {last}')}&x={quote(word)}"
                yield f"/buscar?q={quote(f'{word} {first}')}&x={last}"
                yield f"/buscar?q={quote(f'{word[:-3]}{word[-2]}{word[-3]} {last}')}&x={first}"


if __name__ == "__main__":
    main()

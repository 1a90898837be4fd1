"""`python -m bench.statistics`: what counting a visit costs, as a ratio to the page without it.

The real application on the real web server, twice: as it is, and with the counting taken away. The
same pages are asked from both in turn; CPU seconds of the web server's processes by request, with
what is added up and sent to Redis meanwhile. Pages come from memory, the usual case, so the ratio
is the worst there is.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench import client
from bench.press import THREADS, command, cpu_of, get
from decide.kernel.children import Child
from decide.web.shared.counting import Counting
from decide.wsgi import application
from tests import factories
from tests.killable import Service, free_port

PAGES = ("/calendario", "/municipios/107", "/", "/quitadudas", "/distritos/2")


def uncounted():
    """The application without the layer that counts, wherever among the others it stands."""
    app = application()
    around, inside = None, app.wsgi_app
    while not isinstance(inside, Counting):
        around, inside = inside, inside._application
    if around is None:
        app.wsgi_app = inside._application
    else:
        around._application = inside._application
    return app


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--server", choices=("granian", "gunicorn"), default="granian")
    parser.add_argument("--threads", type=int, default=THREADS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Service(Path(folder)) as service:
        with service.resources.database.transaction() as session:
            factories.small_world(session)
        ways = {
            "plain": served(service, Path(folder), chosen, "bench.statistics:uncounted"),
            "counted": served(service, Path(folder), chosen, "decide.wsgi:application"),
        }
        try:
            report(ways, chosen, service)
        finally:
            for child, _ in ways.values():
                child.stop()


def served(service, folder, chosen, factory):
    """A web server of its own with one of the two, and its port."""
    port = free_port()
    web = service.children["web"]
    child = Child(
        factory.split(":")[1],
        command(chosen, port, factory),
        log=folder / f"{port}.log",
        environment=web.environment,
        folder=web.folder,
    )
    child.start()
    service.port = port
    service.wait_for_web(180.0)
    return child, port


def report(ways, chosen, service):
    """Alternate between the two and print the medians."""
    spent = {name: [] for name in ways}
    for turn in range(chosen.rounds + 1):
        for name, (child, port) in ways.items():
            before = cpu_of(child.pid)
            load = client.run(
                port, [get(path, port) for path in PAGES], seconds=chosen.seconds, connections=8
            )
            cost = (cpu_of(child.pid) - before) / load.requests * 1e6
            if set(load.statuses) != {200}:
                sys.exit(f"answers: {load.statuses}")
            if turn:  # the first fills the memory
                spent[name].append((cost, load.rate))
    plain, counted = (median(cost for cost, _ in spent[name]) for name in ways)
    rates = [median(rate for _, rate in spent[name]) for name in ways]
    print(f"{chosen.server}, 2 workers of {chosen.threads} threads, load {os.getloadavg()[0]:.1f}")
    print(f"page from memory without counting {plain:6.1f} µs CPU, {rates[0]:8,.0f}/s")
    print(f"page from memory, counted         {counted:6.1f} µs CPU, {rates[1]:8,.0f}/s")
    print(f"a visit costs {counted - plain:.1f} µs; ratio {counted / plain:.2f}")
    noted = sum(map(int, service.resources.queue.hvals("visits:open")))
    print(f"{noted:,} visits stand in Redis")


if __name__ == "__main__":
    main()

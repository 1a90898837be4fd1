"""R17: 250 presses and 1,000 page views a second, held: `python -m bench.hold --seconds 600`.

The client runs on the same machine; what it took is said. Afterwards the ledger is recounted: every
press that was acknowledged is a row.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from bench import client
from bench.press import cpu_of, get, presses
from decide.participation.device import mint
from decide.participation.keys import keys_of
from decide.participation.queries import lag
from decide.participation.verify import verify
from tests.killable import Service
from tests.ledger import subjects_of_one_party

PAGES = ("/", "/plataformas", "/calendario", "/como-funciona", "/privacidad", "/terminos")
LIMIT = 0.2  # seconds, of 95 in a hundred


def main():
    """Hold the load and judge it; exits 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--presses", type=float, default=250.0)
    parser.add_argument("--pages", type=float, default=1_000.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Service(Path(folder)) as service:
        subjects = subjects_of_one_party(service.resources, 200)
        service.start()
        sys.exit(held(service, subjects, chosen))


def held(service, subjects, chosen):
    """Print what happened; 0 when all goals were met."""
    keys = keys_of(service.settings.process_key)
    devices = int(min(chosen.presses * chosen.seconds, 50_000))
    cookies = [mint(keys, 1) for _ in range(devices)]
    before, begun = cpu_of(service.children["web"].pid), time.monotonic()
    runs = {
        "presses": client.paced(
            service.port, presses(service.port, cookies, subjects), rate=chosen.presses,
            seconds=chosen.seconds,
        ),
        "pages": client.paced(
            service.port, [get(page, service.port) for page in PAGES], rate=chosen.pages,
            seconds=chosen.seconds,
        ),
    }  # fmt: skip
    loads = {name: client.gathered(*run) for name, run in runs.items()}
    seconds = time.monotonic() - begun
    web = (cpu_of(service.children["web"].pid) - before) / seconds
    own = sum(load.client_cpu for load in loads.values()) / seconds
    good = True
    for name, load in loads.items():
        fine = set(load.statuses) <= {200, 204, 304}
        good &= fine and load.p95 <= LIMIT
        print(
            f"{name}: {load.rate:,.0f}/s for {load.seconds:.0f} s, p50 {load.p50 * 1e3:.1f} ms, "
            f"p95 {load.p95 * 1e3:.1f} ms, p99 {load.p99 * 1e3:.1f} ms, answers {load.statuses}"
        )
    end = time.monotonic() + 120
    while sum(each.waiting for each in lag(service.resources)) and time.monotonic() < end:
        time.sleep(0.2)
    report = verify(service.resources)
    drift = [each for each in report.drift if "counter" not in each]
    print(
        f"of {os.cpu_count()} cores: web {web:.2f}, client {own:.2f}, load average "
        f"{os.getloadavg()[0]:.1f}; rows recounted, drift {len(drift)}, waiting {report.waiting}"
    )
    return 0 if good and not drift and not report.waiting else 1


if __name__ == "__main__":
    main()

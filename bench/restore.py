"""R16 with a large database: `python -m bench.restore 1` copies and restores a million presses.

From an empty box to a service whose ledger has been recounted, as `flask decide restore-drill` does
it. Exits 1 when the ledger does not add up or it took longer than a quarter of an hour.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from bench.volume import SLICE, SLICES_A_TURN, fill
from decide.backup import take
from decide.backup.restore import drill
from decide.kernel.redis import connect
from decide.kernel.single_machine import plan
from decide.participation.drain import Drain
from decide.participation.streams import Streams
from decide.participation.trim import trim
from tests.killable import ROOT, Service, free_port
from tests.ledger import subjects_of_one_party

LONGEST = 900.0  # seconds


def main():
    """Fill, copy, lose the machine, restore; print what each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("millions", type=float)
    count = int(parser.parse_args().millions * 1e6)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Service(folder / "machine") as service:
            live(service, count)
            begun = time.perf_counter()
            whole = take.take(service.settings, service.resources.ledger, folder / "copies")
            copying = time.perf_counter() - begun
            keys = service.settings.secret_key, service.settings.process_key
        size = sum(each.stat().st_size for each in (folder / "copies").rglob("*") if each.is_file())
        environment = {
            "SECRET_KEY": keys[0], "PROCESS_KEY": keys[1], "DEMONSTRATION": "false",
            "PORT": str(free_port()),
        }  # fmt: skip
        begun = time.perf_counter()
        done = drill(whole, plan(ROOT, folder / "box", environment))
        seconds = time.perf_counter() - begun
    print(
        f"{count:,} presses: copied in {copying:.1f} s ({size / 1e6:.0f} MB), from an empty box to "
        f"a recounted service in {seconds:.1f} s; {done.report.reactions:,} rows, drift "
        f"{len(done.report.drift)}"
    )
    for step, took in done.steps.items():
        print(f"  {step}: {took:.1f} s")
    sys.exit(0 if done.good and done.report.reactions == count and seconds < LONGEST else 1)


def live(service, count):
    """So many devices press once, and the drain copies all of it."""
    service.resources.ledger.config_set("appendfsync", "no")  # filling is not what is measured
    patient = connect(service.settings.redis_url, timeout=60)
    streams = Streams(patient, service.settings.ledger_shards)
    subjects = subjects_of_one_party(service.resources, 2_000)
    for start in range(0, count, SLICE * SLICES_A_TURN):
        fill(streams, subjects, min(count - start, SLICE * SLICES_A_TURN))
        while Drain(service.resources).once():
            pass
        with service.resources.database.transaction() as session:
            trim(service.resources, service.resources.clock.now(session))
    patient.close()
    service.resources.ledger.config_set("appendfsync", "always")


if __name__ == "__main__":
    main()

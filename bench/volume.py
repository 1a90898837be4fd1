"""Millions of presses: bytes in the log and in SQL, drain, trimming, rebuild, recount.

`python -m bench.volume 1 3 10` measures at 1, 3 and 10 million, each from nothing.
"""

import argparse
import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from decide.kernel import migrate
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
from decide.kernel.resources import open_resources
from decide.participation import counters
from decide.participation.drain import Drain
from decide.participation.entry import Press, press_fields
from decide.participation.streams import Streams
from decide.participation.trim import trim
from decide.participation.verify import verify
from decide.settings import Settings
from tests.ledger import subjects_of_one_party

SUBJECTS = 15_000
SLICE = 20_000
SLICES_A_TURN = 50  # a million at a time, so that the log need not hold everything at once


def main():
    """One line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("millions", type=float, nargs="+")
    for millions in parser.parse_args().millions:
        with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as (resources, subjects):
            measure(resources, subjects, int(millions * 1_000_000))


@contextmanager
def world(folder):
    """Both servers with durable settings, and as many subjects as a process has proposals."""
    with EmbeddedPostgres(folder / "p") as postgres, EmbeddedValkey(folder / "v") as valkey:
        postgres.ensure_database("decide")
        address = postgres.url("decide")
        migrate.upgrade(postgres.owner_url("decide"))
        settings = Settings(
            database_url=address, redis_url=valkey.url(0), queue_url=valkey.url(1),
            secret_key="x", process_key="x", files_folder=folder,
        )  # fmt: skip
        resources = open_resources(settings)
        resources.ledger.config_set("appendfsync", "no")  # filling is not what is measured
        yield resources, subjects_of_one_party(resources, SUBJECTS)
        resources.close()


def measure(resources, subjects, count):
    """Fill, drain, trim, rebuild, recount; print figures per press, and give them."""
    streams = Streams(resources.ledger, resources.settings.ledger_shards)
    empty = memory(resources)
    drained = 0.0
    in_log = 0.0
    for start in range(0, count, SLICE * SLICES_A_TURN):
        turn = min(count - start, SLICE * SLICES_A_TURN)
        fill(streams, subjects, turn)
        in_log = max(in_log, (memory(resources) - empty) / turn)
        begun = time.perf_counter()
        assert Drain(resources).once() == turn
        drained += time.perf_counter() - begun
        with resources.database.transaction() as session:
            trim(resources, resources.clock.now(session))
    left = sum(streams.state(name).length for name in streams.names())
    table, index = sizes(resources)
    begun = time.perf_counter()
    with resources.database.reading() as session:
        rebuilt = counters.rebuild(session, streams)
    rebuild = time.perf_counter() - begun
    begun = time.perf_counter()
    report = verify(resources)
    recount = time.perf_counter() - begun
    print(
        f"{count:,} presses: log {in_log:.0f} bytes each, {left:,} entries after trimming; "
        f"SQL {table / count:.0f} + {index / count:.0f} (index) bytes each; "
        f"drain {count / drained:,.0f}/s; rebuild of {rebuilt:,} counters {rebuild:.1f} s; "
        f"recount {recount:.1f} s, drift {len(report.drift)}",
        flush=True,
    )
    return {
        "log_bytes": in_log, "row_bytes": table / count, "index_bytes": index / count,
        "drained_a_second": count / drained, "recount_seconds": recount,
    }  # fmt: skip


def fill(streams, subjects, count):
    """Presses of as many devices, in the log."""
    at = time.time_ns() // 1_000
    for start in range(0, count, SLICE):
        pipe = streams.redis.pipeline(transaction=False)
        for number in range(start, min(start + SLICE, count)):
            subject = subjects[number % len(subjects)]
            press = Press(os.urandom(16), subject, 1, 1 + number % 2, at + number)
            pipe.xadd(streams.press_stream(press.press_id), press_fields(press))
        pipe.execute()


def memory(resources):
    """Bytes that the log's server uses for data."""
    return int(resources.ledger.info("memory")["used_memory"])


def sizes(resources):
    """Bytes of the rows and of their key."""
    with resources.database.engine.connect() as connection:
        row = connection.exec_driver_sql(
            "SELECT pg_table_size('reaction'), pg_indexes_size('reaction')"
        ).one()
        return int(row[0]), int(row[1])


if __name__ == "__main__":
    main()

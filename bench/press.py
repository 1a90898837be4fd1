"""`make bench`: press, idea and page against an empty Flask view, and the drain against COPY.

Same server program, same two workers with as many threads as are shipped, one run, one machine.
`--seconds 4` sets how long each is measured. The client runs on the same machine; what it took is
said. Rates depend on that and on the disk: a press is acknowledged when it is on it, so its rate is
at most (presses on their way) / (time of one fdatasync). CPU per request hardly depends on either:
both ratios are printed, and what the ledger's servers take besides.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import client
from decide.kernel.children import Child, in_session, working_in
from decide.participation.device import mint
from decide.participation.drain import Drain
from decide.participation.entry import Press, press_fields
from decide.participation.keys import keys_of
from decide.participation.streams import Streams
from tests.killable import DATABASE, Service, free_port
from tests.ledger import subjects_of_one_party

TICKS = os.sysconf("SC_CLK_TCK")
DEVICES = 2_000
THREADS = 32  # of each worker, in everything that is shipped
CONNECTIONS = 64  # of each of two clients: as many presses on their way as there are threads
ENTRIES = 200_000


def main():
    """Measure all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--threads", type=int, default=THREADS, help="of each of two workers")
    parser.add_argument(
        "--connections", type=int, default=CONNECTIONS, help="of each of two clients"
    )
    parser.add_argument("--server", choices=("granian", "gunicorn"), default="granian")
    parser.add_argument("--rounds", type=int, default=3, help="how often all are measured in turn")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Service(Path(folder)) as service:
        subjects = subjects_of_one_party(service.resources, 50)
        print(
            f"{chosen.server}, 2 workers of {chosen.threads} threads; {disk(Path(folder))}",
            flush=True,
        )
        service.children["web"].command = command(chosen, service.port, "decide.wsgi:application")
        service.start()
        yardstick, port = empty_view(service, Path(folder), chosen)
        try:
            measured(service, yardstick, port, subjects, chosen)
        finally:
            yardstick.stop()
        service.children["drain"].stop()
        drain_speed(service, subjects)


def command(chosen, port, factory):
    """The same server program for both applications."""
    if chosen.server == "gunicorn":
        return [
            sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", str(chosen.threads),
            "--worker-class", "gthread", "--keep-alive", "60", "--bind", f"127.0.0.1:{port}",
            "--log-level", "error", f"{factory}()",
        ]  # fmt: skip
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--http", "1",
        "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--workers", "2",
        "--blocking-threads", str(chosen.threads), "--log-level", "warning", factory,
    ]  # fmt: skip


def disk(folder):
    """How long this disk takes to keep something: no acknowledged press can be faster."""
    times = []
    with (folder / "probe").open("wb", buffering=0) as probe:
        for _ in range(300):
            probe.write(b"x" * 200)
            begun = time.perf_counter()
            os.fdatasync(probe.fileno())
            times.append(time.perf_counter() - begun)
    return f"fdatasync {sorted(times)[150] * 1000:.2f} ms; load {os.getloadavg()[0]:.1f}"


def empty_view(service, folder, chosen):
    """The same server program with an empty Flask view, and its port."""
    web = service.children["web"]
    port = free_port()
    child = Child(
        "empty",
        command(chosen, port, "bench.empty:application"),
        log=folder / "empty.log",
        environment=web.environment,
        folder=web.folder,
    )
    child.start()
    service.port, own = port, service.port
    try:
        service.wait_for_web()
    except AssertionError:
        raise SystemExit(child.last_lines()) from None
    finally:
        service.port = own
    return child, port


def measured(service, yardstick, bare, subjects, chosen):
    """Print one line for each kind of request.

    Each round asks all kinds in turn, so that other work on the machine meets them alike. Ratios
    are the middle one of all rounds', rates and costs those of the round with the least CPU.
    """
    keys = keys_of(service.settings.process_key)
    cookies = [mint(keys, int(time.time())) for _ in range(DEVICES)]
    kinds = {
        "empty Flask view": (bare, [get("/", bare)], yardstick),
        "page (home, whole)": (service.port, [get("/", service.port)], service.children["web"]),
        "press": (
            service.port, presses(service.port, cookies, subjects), service.children["web"],
        ),
        "idea": (service.port, ideas(service.port, cookies, subjects), service.children["web"]),
    }  # fmt: skip
    for port, requests, _ in kinds.values():
        client.run(port, requests, seconds=1.0, connections=chosen.connections)
    rounds = [
        {name: sample(service, *kind, chosen) for name, kind in kinds.items()}
        for _ in range(chosen.rounds)
    ]
    print(f"{chosen.rounds} rounds; {chosen.connections} connections of each of two clients")
    print(
        f"{'':20}{'rate/s':>8}{'ratio':>7}{'CPU µs':>8}{'ratio':>7}"
        f"{'log':>5}{'drain':>6}{'SQL':>5}{'client':>7}{'p95 ms':>8}  answers"
    )
    for name in kinds:
        best = min((each[name] for each in rounds), key=lambda one: one.cpu["web"])
        rates = [each[name].load.rate / each["empty Flask view"].load.rate for each in rounds]
        costs = [each["empty Flask view"].cpu["web"] / each[name].cpu["web"] for each in rounds]
        cpu = {part: seconds * 1e6 for part, seconds in best.cpu.items()}
        answers = dict(sum((Counter(each[name].load.statuses) for each in rounds), Counter()))
        print(
            f"{name:20}{best.load.rate:8,.0f}{middle(rates):7.2f}{cpu['web']:8.0f}"
            f"{middle(costs):7.2f}{cpu['log']:5.0f}{cpu['drain']:6.0f}{cpu['sql']:5.0f}"
            f"{best.load.client_cpu / best.load.requests * 1e6:7.0f}"
            f"{best.load.p95 * 1000:8.1f}  {answers}"
        )
    sys.stdout.flush()


@dataclass(frozen=True)
class Sample:
    """One round of one kind: the load, and CPU seconds of a request in each part."""

    load: client.Load
    cpu: dict[str, float]


def sample(service, port, requests, child, chosen):
    """Ask for so long, and see who worked for it."""
    leaders = {
        "web": child.pid, "log": service.valkey.pid, "drain": service.children["drain"].pid,
    }  # fmt: skip
    before = {part: cpu_of(pid) for part, pid in leaders.items()}
    sql = cpu_within(working_in(service.postgres.data))
    load = client.run(port, requests, seconds=chosen.seconds, connections=chosen.connections)
    cpu = {part: (cpu_of(pid) - before[part]) / load.requests for part, pid in leaders.items()}
    cpu["sql"] = max(0.0, cpu_within(working_in(service.postgres.data)) - sql) / load.requests
    return Sample(load, cpu)


def middle(figures):
    """The one in the middle, or between the two there."""
    return statistics.median(figures)


def best(service, child, port, requests, chosen):
    """(rate, server CPU seconds per request, load) of the round with the lowest CPU."""
    found = None
    leader = (child or service.children["web"]).pid
    client.run(port, requests, seconds=1.0, connections=chosen.connections)
    for _ in range(chosen.rounds):
        before = cpu_of(leader)
        load = client.run(port, requests, seconds=chosen.seconds, connections=chosen.connections)
        cpu = (cpu_of(leader) - before) / load.requests
        if found is None or cpu < found[1]:
            found = (load.rate, cpu, load)
    return found


def cpu_of(leader):
    """CPU seconds that the processes of a session have used."""
    return cpu_within(in_session(leader))


def cpu_within(pids):
    """CPU seconds that these processes have used."""
    total = 0
    for pid in pids:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(parts[11]) + int(parts[12])
    return total / TICKS


def get(path, port):
    """A prepared GET, as a browser sends it."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\nAccept-Encoding: gzip\r\n\r\n"
    ).encode()


def post(path, port, cookie, body="", more="Content-Type: application/x-www-form-urlencoded\r\n"):
    """A prepared POST, as our page sends it."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\nAccept-Encoding: gzip\r\n"
        f"Origin: http://127.0.0.1:{port}\r\nReferer: http://127.0.0.1:{port}/candidaturas/1\r\n"
        "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nX-Requested-With: decide\r\n"
        f"Cookie: d={cookie}\r\n{more}"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def presses(port, cookies, subjects):
    """One press of every device."""
    return [
        post(
            f"/reacciones/{subjects[number % len(subjects)]}", port, cookie,
            more=f"X-Press: 1 {('like', 'dislike', 'none')[number % 3]}\r\n",
        )
        for number, cookie in enumerate(cookies)
    ]  # fmt: skip


def ideas(port, cookies, subjects):
    """One idea of every device; repeated, it is the same idea again."""
    words = "Pongan+más+luz+en+la+parada+del+camión.+" * 5
    return [
        post(
            f"/ideas/{subjects[number % len(subjects)]}", port, cookie,
            f"version=1&kind=idea&text={number}+{words}".replace("á", "a").replace("ó", "o"),
        )
        for number, cookie in enumerate(cookies)
    ]  # fmt: skip


def drain_speed(service, subjects):
    """Entries per second of the drain, and of a bare COPY of as many rows."""
    streams = Streams(service.resources.ledger, service.settings.ledger_shards)
    Drain(service.resources).once()
    with psycopg.connect(service.postgres.conninfo(DATABASE)) as owner:
        owner.execute("TRUNCATE reaction, tally")
    made = [
        Press(number.to_bytes(4, "big") * 4, subjects[number % len(subjects)], 1, 1 + number % 2, 1)
        for number in range(ENTRIES)
    ]
    for start in range(0, ENTRIES, 10_000):
        pipe = streams.redis.pipeline(transaction=False)
        for press in made[start : start + 10_000]:
            pipe.xadd(streams.press_stream(press.press_id), press_fields(press))
        pipe.execute()
    begun = time.perf_counter()
    copied = Drain(service.resources).once()
    seconds = time.perf_counter() - begun
    with psycopg.connect(service.postgres.conninfo(DATABASE)) as connection:
        connection.execute("CREATE TABLE bare (LIKE reaction INCLUDING INDEXES)")
        bare = time.perf_counter()
        with connection.cursor().copy(
            "COPY bare (subject_id, press_id, version, choice, pressed_at, circumstance) FROM STDIN"
        ) as copy:
            for press in made:
                copy.write_row(
                    (press.subject_id, press.press_id.hex(), 1, press.choice, "2026-01-01", 0)
                )
        connection.commit()
        bare = time.perf_counter() - bare
    print(
        f"drain: {copied:,} entries in {seconds:.1f} s = {copied / seconds:,.0f}/s; "
        f"bare COPY of as many rows: {ENTRIES / bare:,.0f}/s; "
        f"ratio {copied / seconds * bare / ENTRIES:.2f}"
    )


if __name__ == "__main__":
    main()

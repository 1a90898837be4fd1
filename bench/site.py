"""What citizens ask: pages, presses, ideas, lists, searches; and the drain behind the presses.

The whole demonstration (15,000 people) behind the shipped proxy and without it.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
from sqlalchemy import text

from bench import client, limits
from bench.page import NAMES, narrowings
from bench.press import (
    DEVICES,
    best,
    command,
    cpu_of,
    empty_view,
    get,
    ideas,
    presses,
)
from bench.sheet import pss
from decide.demonstration.load import load
from decide.kernel.children import in_session
from decide.kernel.db import Database
from decide.kernel.redis import connect
from decide.participation.device import mint
from decide.participation.drain import Drain
from decide.participation.entry import Press, press_fields
from decide.participation.keys import keys_of
from decide.participation.streams import Streams
from tests.killable import DATABASE, Service, free_port
from tests.shipped_proxy import Proxy

PAGE = "/municipios/107"
CROWDS = {"short": (16, 160), "long": (16, 160, 1_600)}  # connections at once
ENTRIES = {"short": (20_000, 200_000), "long": (20_000, 200_000, 2_000_000)}
AT_ONCE = 16


def measure(sheet, folder, chosen):
    """Start it, measure all, stop it."""
    front = free_port()
    with Service(folder / "s", public_url=f"https://localhost:{front}", proxies=1) as service:
        subjects = demonstration(service)
        service.children["web"].command = command(chosen, service.port, "decide.wsgi:application")
        patiently(service, "web", "drain", "worker")
        yardstick, bare = empty_view(service, folder, chosen)
        try:
            rate, cpu, _ = best(service, yardstick, bare, [get("/", bare)], chosen)
            empty = ("empty Flask view", rate)
            sheet.facts["empty_cpu_us"] = cpu * 1e6
            print(f"  empty Flask view: {rate:,.0f}/s, {cpu * 1e6:.0f} µs", flush=True)
            people(sheet, service, chosen, subjects, empty)
            fresh(sheet, service, chosen, empty)
        finally:
            yardstick.stop()
        (folder / "proxy").mkdir()
        with Proxy(folder / "proxy", service.port, front) as proxy:
            through_proxy(sheet, service, proxy, folder, chosen)
            remember(sheet, service, proxy)
        for name in ("web", "worker", "drain"):
            service.children[name].stop()
        draining(sheet, service, subjects)


def patiently(service, *names):
    """Start these, with more time than a test has: others may work on this machine."""
    for name in names:
        service.children[name].start()
    service.wait_for_web(180.0)


def demonstration(service):
    """Load it; the subjects that take answers now."""
    database = Database(service.settings.database_url, statement_timeout_ms=300_000)
    with database.transaction() as session:
        load(session, service.settings, at=datetime.now(UTC))
        found = session.execute(
            text("SELECT id FROM subject WHERE open AND version = 1 ORDER BY id LIMIT 200")
        )
        subjects = [number for (number,) in found]
    database.close()
    return subjects


def people(sheet, service, chosen, subjects, empty):
    """Kept page, press and idea, and how they bear a crowd."""
    keys = keys_of(service.settings.process_key)
    cookies = [mint(keys, int(time.time())) for _ in range(DEVICES)]
    asked = {
        "page from memory": [get(PAGE, service.port)],
        "press": [of_https(each) for each in presses(service.port, cookies, subjects)],
        "idea": [of_https(each) for each in ideas(service.port, cookies, subjects)],
    }
    for name, requests in asked.items():
        rate, cpu, seen = best(service, None, service.port, requests, chosen)
        good(name, seen.statuses)
        sheet.row(name, rate, "/s", *empty, cpu=cpu * 1e6, p95=seen.p95 * 1e3)
        sheet.facts[f"{name.split()[0]}_cpu_us"] = cpu * 1e6
        if name == "press":
            kept = limits.entries_kept(service.settings.redis_url, seconds=chosen.seconds)
            sheet.row(name, rate, "/s", "XADD", kept, p95=seen.p95 * 1e3)
    for name in ("page from memory", "press"):
        curve = sheet.curve(name, "connections at once, p95")
        for crowd in CROWDS[sheet.form]:
            seen = client.run(
                service.port, asked[name], seconds=chosen.seconds, connections=crowd // 2
            )
            good(name, seen.statuses)
            curve.add(crowd, seen.rate, f"{seen.rate:,.0f}/s, {seen.p95 * 1e3:,.0f} ms")


def of_https(request):
    """A prepared form as a browser sends it to a site with TLS."""
    return request.replace(b"Origin: http://127.0.0.1:", b"Origin: https://localhost:").replace(
        b"Cookie: d=", b"Cookie: __Host-d="
    )


def good(name, statuses):
    """Refuse to give a figure for answers that were no answers."""
    if not set(statuses) <= {200, 204, 303}:
        raise SystemError(f"{name}: answers {statuses}")


def fresh(sheet, service, chosen, empty):
    """Pages that nobody asked for before."""
    web = service.children["web"].pid
    for name, paths in (("candidate list, narrowed", list(narrowings())), ("search", searches())):
        requests = [get(path, service.port) for path in paths]
        before = cpu_of(web)
        seen = client.run(service.port, requests, seconds=chosen.seconds, connections=AT_ONCE // 2)
        good(name, seen.statuses)
        cpu = (cpu_of(web) - before) / seen.requests * 1e6
        sheet.row(name, seen.rate, "/s", *empty, cpu=cpu, p95=seen.p95 * 1e3,
                  note=f"{AT_ONCE} at once, none asked twice")  # fmt: skip
        sheet.facts[f"{name.partition(' ')[0]}_cpu_us"] = cpu


def searches():
    """Addresses of searches that differ."""
    return [f"/buscar?q={quote(f'{name} {number}')}" for number in range(400) for name in NAMES]


def through_proxy(sheet, service, proxy, folder, chosen):
    """A kept page by TLS through the shipped proxy, and a file by TLS from nginx."""
    link = proxy.connect()
    link.request("GET", PAGE, headers={"Accept-Encoding": "gzip"})
    body = link.getresponse().read()
    link.close()
    with limits.FileServer(folder / "files", body, proxy.folder) as files:
        limit = {}
        for kind, port, trust in (("plain", files.plain, None), ("TLS", files.secret, proxy.trust)):
            seen = client.run(
                port, [get("/page", port)], seconds=chosen.seconds, trust=trust,
                connections=chosen.connections,
            )  # fmt: skip
            good(f"nginx {kind}", seen.statuses)
            limit[kind] = seen.rate
            print(f"  nginx, file, {kind}: {seen.rate:,.0f}/s", flush=True)
    direct = next(each for each in sheet.rows if each.name == "page from memory")
    sheet.row("page from memory", direct.rate, "/s", "nginx, file", limit["plain"])
    before = cpu_of(proxy.process.pid) + cpu_of(service.children["web"].pid)
    seen = client.run(
        proxy.port, [get(PAGE, proxy.port)], seconds=chosen.seconds, trust=proxy.trust,
        connections=chosen.connections,
    )  # fmt: skip
    good("page through the proxy", seen.statuses)
    spent = cpu_of(proxy.process.pid) + cpu_of(service.children["web"].pid) - before
    cpu = spent / seen.requests * 1e6
    sheet.facts["proxied_page_cpu_us"] = cpu
    sheet.facts["page_bytes"] = len(body)
    sheet.row("page through the proxy", seen.rate, "/s", "nginx, file, TLS", limit["TLS"],
              cpu=cpu, p95=seen.p95 * 1e3, note="from the proxy's memory")  # fmt: skip


def remember(sheet, service, proxy):
    """Memory of every process now."""
    web, *workers = in_session(service.children["web"].pid)
    sheet.memory["web, master"] = pss([web])
    for number, pid in enumerate(sorted(workers), start=1):
        sheet.memory[f"web, worker {number}"] = pss([pid])
    for name in ("drain", "worker"):
        sheet.memory[name] = pss(in_session(service.children[name].pid))
    sheet.memory["nginx"] = pss(in_session(proxy.process.pid))
    sheet.memory["Valkey (ledger and queue)"] = pss(in_session(service.valkey.pid))


def draining(sheet, service, subjects):
    """The drain against COPY, at growing sizes."""
    # A thousand entries at once may take a slow disk longer than a citizen would wait.
    patient = connect(service.settings.redis_url, timeout=60)
    streams = Streams(patient, service.settings.ledger_shards)
    curve = sheet.curve("drain", "entries in the log")
    while Drain(service.resources).once():
        pass
    for entries in ENTRIES[sheet.form]:
        empty_tables(service)
        fill(streams, subjects, entries)
        begun = time.perf_counter()
        copied = 0
        while copied < entries:
            copied += Drain(service.resources).once()
        rate = entries / (time.perf_counter() - begun)
        curve.add(entries, rate, f"{rate:,.0f}/s")
        if entries == 200_000:
            limit = limits.rows_copied(
                service.postgres.conninfo(DATABASE), limits.reactions(entries)
            )
            sheet.row("drain", rate, "/s", "COPY", limit, note="200,000 entries")
            sheet.facts["drain_a_second"] = rate
    patient.close()
    sheet.memory["PostgreSQL, all its processes"] = pss(family(service.postgres.pid))


def family(parent):
    """A process and those whose parent it is: each of PostgreSQL's has a session of its own."""
    found = [parent]
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(entry.name))
    return found


def empty_tables(service):
    """Begin each size from nothing, as the owner."""
    with psycopg.connect(service.postgres.conninfo(DATABASE)) as owner:
        owner.execute("TRUNCATE reaction, tally")


def fill(streams, subjects, count, slice_=10_000):
    """Presses of as many devices, in the log."""
    for start in range(0, count, slice_):
        pipe = streams.redis.pipeline(transaction=False)
        for number in range(start, min(count, start + slice_)):
            press = Press(
                number.to_bytes(4, "big") * 4, subjects[number % len(subjects)], 1, 1 + number % 2,
                time.time_ns() // 1_000,
            )  # fmt: skip
            pipe.xadd(streams.press_stream(press.press_id), press_fields(press))
        pipe.execute()

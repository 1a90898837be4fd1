"""Importing candidacies, and how list and search bear 300, 3,000 and 30,000 of them."""

import psycopg

from bench import client, imports, limits
from bench.press import command, get
from bench.site import good, patiently
from decide.calendar.rules import Area
from tests.killable import DATABASE, Service
from tests.ledger import set_window
from tests.polling_world import register_parties

SIZES = (300, 3_000, 30_000)
AT_ONCE = 8


def measure(sheet, folder, chosen):
    """At each size: import, then list and search, none asked twice."""
    curves = {
        "import": sheet.curve("import", "persons in the file"),
        "list": sheet.curve("candidate list, narrowed", "candidacies, p50"),
        "search": sheet.curve("search", "candidacies, p50"),
    }
    for size in SIZES:
        with Service(folder / str(size)) as service:
            with service.resources.database.transaction() as session:
                register_parties(session, imports.PARTIES)
                set_window(session, kinds=frozenset(Area))
            took = imported(service, size)
            rate = size / took["seconds"]
            curves["import"].add(size, rate, f"{rate:,.0f} persons/s, {took['memory']:.0f} MB")
            if size == SIZES[-1]:
                limit = copied(service, size)
                sheet.row("import", rate, "persons/s", "COPY", limit,
                          note="30,000 persons checked and written")  # fmt: skip
                sheet.memory["process that imports 30,000 persons"] = took["memory"]
            ask(service, size, curves, chosen)


def imported(service, size):
    """Check and write a file in a process of its own."""
    url = service.settings.database_url
    return imports.measured(
        f"{size:,} persons: check and write", imports.commit, url, imports.persons(most=size)
    )


def copied(service, size):
    """Rows a second of COPY for rows as wide."""
    conninfo = service.postgres.conninfo(DATABASE)
    with psycopg.connect(conninfo) as owner:
        owner.execute("CREATE TABLE wide (a text PRIMARY KEY, b text, c text, d text)")
    return limits.rows_copied(conninfo, limits.people(size), like="wide")


def ask(service, size, curves, chosen):
    """Lists and searches on what was imported."""
    service.children["web"].command = command(chosen, service.port, "decide.wsgi:application")
    patiently(service, "web")
    for name, paths in (("list", narrowed()), ("search", searched())):
        requests = [get(path, service.port) for path in paths]
        seen = client.run(
            service.port, requests, seconds=chosen.seconds, processes=1, connections=AT_ONCE
        )
        good(name, seen.statuses)
        curves[name].add(size, seen.p50, f"{seen.p50 * 1e3:,.0f} ms ({seen.rate:,.0f}/s)")


def narrowed():
    """Addresses of the list that differ."""
    return [
        f"/candidaturas?nombre={name}&genero={gender}&orden={order}&municipio={place}"
        for place in ("", *range(1, 126))
        for name in ("", "nava", "babel")
        for gender in ("", "mujer")
        for order in ("", "nombre")
    ]


def searched():
    """Searches that differ."""
    return [f"/buscar?q={word}" for word in imports.SPELT[:2_000]]

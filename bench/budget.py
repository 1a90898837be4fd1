"""What a first visit costs a phone: bytes, requests, largest paint, shifts, on two slow networks.

`python -m bench.budget` prints a table in Markdown and fails where a budget is not met. The network
and the processor are slowed by Chromium itself (slow 4G with CPU 4×, slow 3G with 6×). CI holds the
bytes and requests of the same BUDGETS (tests/browser/test_budget.py); times only mean something on
a machine that does nothing else.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from decide.demonstration.command import move_to
from decide.demonstration.load import load
from decide.kernel.db import Database
from tests.killable import Service

KB = 1000


@dataclass(frozen=True)
class Budget:
    """Limits of one template: kB, requests, seconds on slow 4G and slow 3G."""

    path: str
    html: int
    total: int
    requests: int
    paint_4g: float
    paint_3g: float

    def over(self, seen):
        """Names of the limits of size that a visit breaks."""
        limits = (
            ("HTML", seen["html"], self.html * KB),
            ("total", seen["total"], self.total * KB),
            ("requests", seen["requests"], self.requests),
        )
        return [name for name, value, limit in limits if value > limit]


BUDGETS = (
    Budget("/", 14, 50, 8, 1.5, 3.5),
    Budget("/donde-voto", 14, 50, 8, 1.5, 3.5),
    Budget("/donde-voto?seccion=5176", 14, 50, 8, 1.5, 3.5),
    Budget("/actores", 14, 50, 8, 1.5, 3.5),
    Budget("/candidaturas", 14, 60, 8, 1.6, 3.8),
    Budget("/candidaturas/1", 14, 60, 8, 1.6, 3.8),
    Budget("/municipios", 14, 60, 8, 1.6, 3.8),
    Budget("/municipios/107", 14, 60, 8, 1.6, 3.8),
    Budget("/distritos/21", 14, 60, 8, 1.6, 3.8),
    Budget("/plataformas/faro/municipal", 14, 60, 8, 1.6, 3.8),
    Budget("/bloques/faro", 14, 60, 8, 1.6, 3.8),
    Budget("/en/", 14, 50, 8, 1.5, 3.5),
    Budget("/comparar?actor=faro&actor=telar&actor=milpa&lote=1", 30, 50, 8, 1.6, 3.8),
    Budget("/buscar?q=agua", 14, 50, 8, 1.6, 3.8),
    Budget("/quitadudas", 14, 50, 8, 1.5, 3.5),
    Budget("/guias/como-votar", 14, 50, 8, 1.5, 3.5),
    Budget("/ideas/1", 10, 30, 8, 1.2, 3.0),
    Budget("/folios", 10, 30, 8, 1.2, 3.0),
)
# Every other template of the citizens' pages, each by one address.
BUDGETS += tuple(
    Budget(path, 14, 60, 8, 1.6, 3.8)
    for path in (
        "/temas", "/temas/agua", "/plataformas", "/bloques", "/distritos", "/actores/faro",
        "/comparar/municipios/107?lote=1", "/buscar?q=zzzz", "/candidaturas?nombre=zzz",
        "/donde-voto?municipio=san",
        "/quitadudas/planilla", "/guias", "/guias/como-votar/lectura-facil", "/organos",
        "/calendario", "/como-funciona", "/como-funciona/lectura-facil", "/lectura-facil",
        "/privacidad",
        "/privacidad/derechos", "/privacidad/derechos/estado", "/accesibilidad", "/terminos",
        "/estado", "/sellos", "/sellos/comprobar", "/opiniones", "/opiniones/traer", "/encuesta",
        "/sugerencias", "/sala-de-prensa", "/seguimiento", "/evaluacion", "/datos", "/difusion",
        "/difusion/insertar", "/partido-de-prueba", "/sin-conexion",
    )
)  # fmt: skip
# What opens after election day; CI holds the others only.
LATER = tuple(
    Budget(path, 14, 60, 8, 1.6, 3.8)
    for path in (
        "/", "/resultados", "/resultados/municipios", "/resultados/municipios/107",
        "/resultados/municipios/mapa", "/resultados/distritos", "/resultados/distritos/21",
        "/resultados/actores/faro", "/estadisticas",
    )
)  # fmt: skip
SHIFT = 0.02
INP = 200  # ms, of the visit in the middle
VISITS = 3
NETWORKS = {
    # bytes a second, milliseconds there and back, how much slower the processor is
    "4G": (1_600_000 / 8, 150, 4),
    "3G": (400_000 / 8, 400, 6),
}
PAINT = """() => new Promise((tell) => {
  let paint = 0, shift = 0;
  const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
    .observe({type, buffered: true});
  watch("largest-contentful-paint", (each) => { paint = each.startTime; });
  watch("layout-shift", (each) => { shift += each.value; });
  setTimeout(() => tell([paint, shift]), 400);
})"""


WATCHED = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => {
    if (each.interactionId) window.longest = Math.max(window.longest, each.duration);
  })).observe({type: "event", durationThreshold: 16, buffered: true});
}"""


def main():
    """Visit each page once on each network and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", help="of a running service; else the demonstration is started")
    parser.add_argument("--later", action="store_true", help="that service is past election day")
    parser.add_argument("--visits", type=int, default=VISITS, help="of which the quickest counts")
    chosen = parser.parse_args()
    if chosen.address:
        sys.exit(measured(chosen.address, LATER if chosen.later else BUDGETS, chosen.visits))
    with tempfile.TemporaryDirectory() as folder, Service(Path(folder)) as service:
        database = Database(service.settings.database_url, statement_timeout_ms=300_000)
        with database.transaction() as session:
            load(session, service.settings, at=datetime.now(UTC))
        database.close()
        service.start()
        address = f"http://127.0.0.1:{service.port}"
        over = measured(address, BUDGETS, chosen.visits)
        move_to(service.resources, "closed")
        time.sleep(2)  # until the web server has looked at the calendar again
        over += measured(address, LATER, chosen.visits)
    sys.exit(over)


def measured(address, budgets, visits):
    """Print the table; gives the number of pages over their budget."""
    print("| page | HTML kB | total kB | requests | LCP 4G s | LCP 3G s | CLS | over |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    over = 0
    with sync_playwright() as engine:
        browser = engine.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        for budget in budgets:
            fast, slow = (best(browser, address + budget.path, each, visits) for each in NETWORKS)
            shift = max(fast["shift"], slow["shift"])
            wrong = budget.over(fast) + [
                name
                for name, seen, limit in (
                    ("4G", fast["paint"], budget.paint_4g),
                    ("3G", slow["paint"], budget.paint_3g),
                    ("shift", shift, SHIFT),
                )
                if seen > limit
            ]
            over += bool(wrong)
            print(
                f"| `{budget.path}` | {fast['html'] / KB:.1f} | {fast['total'] / KB:.1f} "
                f"| {fast['requests']} | {fast['paint']:.2f} | {slow['paint']:.2f} "
                f"| {shift:.3f} | {' '.join(wrong)} |"
            )
            sys.stdout.flush()
        if budgets is LATER:
            browser.close()
            return over
        print("\nInteraction to next paint at CPU 6×, the longest of each visit, five visits:\n")
        for name, path, act in INTERACTIONS:
            visits = [longest(browser, address + path, act) for _ in range(5)]
            over += sorted(visits)[2] > INP
            print(f"- {name}: {', '.join(map(str, sorted(visits)))} ms")
        browser.close()
    return over


def best(browser, url, network, visits):
    """The visit of `visits` whose paint came first: what the machine did beside it counts least."""
    return min((visited(browser, url, network) for _ in range(visits)), key=lambda v: v["paint"])


def press(page):
    """*Me gusta*, until the button says so."""
    page.locator(".reaction__button").first.click()
    page.locator(".reaction__button[aria-pressed=true]").first.wait_for()


def type_words(page):
    """Letters into the search box, as fast as a thumb."""
    page.locator("main input[name=q]").press_sequentially("agua potable", delay=120)


def longest(browser, url, act):
    """The longest interaction of `act`, in milliseconds, on the slowest phone (Event Timing)."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.goto(url, wait_until="load")
    page.evaluate(WATCHED)
    act(page)
    page.wait_for_timeout(500)
    told = page.evaluate("() => window.longest")
    context.close()
    return round(told)


INTERACTIONS = (
    ("press of *Me gusta*", "/bloques/faro", press),
    ("typing in the search", "/buscar", type_words),
)


def slowed(wire, speed, delay, slower):
    """Make the network and the processor as slow as told."""
    told = {"offline": False, "latency": delay}
    told |= {"downloadThroughput": speed, "uploadThroughput": speed}
    wire.send("Network.emulateNetworkConditions", told)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": slower})


def visited(browser, url, network, pause=1500):
    """A first visit with an empty cache: what went over the wire, and when it was painted."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, service_workers="block", user_agent="bench"
    )
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    if network:
        slowed(wire, *NETWORKS[network])
    sizes, kinds = {}, {}
    wire.on(
        "Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]})
    )
    wire.on(
        "Network.loadingFinished",
        lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}),
    )
    page.goto(url, wait_until="load", timeout=60_000)
    page.wait_for_timeout(pause)
    paint, shift = page.evaluate(PAINT)
    context.close()
    return {
        "html": sum(size for key, size in sizes.items() if kinds.get(key) == "Document"),
        "total": sum(sizes.values()),
        "requests": len(sizes),
        "paint": paint / 1000,
        "shift": shift,
    }


if __name__ == "__main__":
    main()

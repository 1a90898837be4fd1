"""What a first visit costs a phone: bytes, requests, largest paint, shifts, on two slow networks.

    python -m bench.budget                          every page, then the interactions
    python -m bench.budget --only /buscar,/folios   pages whose address begins so (`/` is home)
    python -m bench.budget --resume                 what was not measured in the last six hours
    python -m bench.budget --acts                   interactions to next paint alone

Says each page as it is measured, writes it into docs/budgets.md at once and fails where a budget is
not met. The network and the processor are slowed by Chromium itself (slow 4G with CPU 4×, slow 3G
with 6×). CI holds the bytes and requests of the same BUDGETS (tests/browser/test_budget.py); times
only mean something on a machine that does nothing else.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.acts import ACTS, longest
from bench.visit_sheet import VisitSheet
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


def main():
    """Measure what was asked for, write it down, and fail where a budget is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", help="of a running service; else the demonstration is started")
    parser.add_argument("--later", action="store_true", help="that service is past election day")
    parser.add_argument("--visits", type=int, default=VISITS, help="at most, while a page is late")
    parser.add_argument("--only", default="", help="beginnings of addresses, with commas")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    parser.add_argument("--acts", action="store_true", help="interactions alone")
    chosen = parser.parse_args()
    asked = [budget for budget in BUDGETS if wanted(budget.path, chosen)]
    asked_later = [budget for budget in LATER if wanted(budget.path, chosen)]
    with sync_playwright() as engine:
        browser = engine.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        run = Run(browser, current_sheet(), chosen.visits, resume=chosen.resume)
        if chosen.address:
            run.address = chosen.address
            run.pages(*("results", asked_later) if chosen.later else ("campaign", asked))
            if not chosen.later and not chosen.only:
                run.interactions()
        else:
            with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as service:
                run.address = f"http://127.0.0.1:{service.port}"
                run.pages("campaign", asked)
                if not chosen.only:
                    run.interactions()
                if asked_later:
                    move_to(service.resources, "closed")
                    time.sleep(2)  # until the web server has looked at the calendar again
                    run.pages("results", asked_later)
        browser.close()
    print(f"docs/budgets.md is written; over their budget: {run.over}")
    sys.exit(1 if run.over else 0)


def wanted(path, chosen):
    """Whether this page was asked for."""
    if chosen.acts:
        return False
    begun = [each.strip() for each in chosen.only.split(",") if each.strip()]
    return not begun or path in begun or path.startswith(tuple(set(begun) - {"/"}))


def current_sheet():
    """What is known of the pages and interactions that are measured today."""
    sheet = VisitSheet()
    sheet.forget_others("campaign", [each.path for each in BUDGETS])
    sheet.forget_others("results", [each.path for each in LATER])
    sheet.forget_others("acts", [name for name, _, _ in ACTS])
    return sheet


@contextmanager
def demonstration(folder):
    """The whole service with 15,000 candidacies."""
    print("loading the demonstration", flush=True)
    with Service(folder) as service:
        database = Database(service.settings.database_url, statement_timeout_ms=300_000)
        with database.transaction() as session:
            load(session, service.settings, at=datetime.now(UTC))
        database.close()
        service.start()
        yield service


class Run:
    """One measurement: says and keeps each page as soon as it is known."""

    def __init__(self, browser, sheet, visits, *, resume):
        self.browser, self.sheet, self.visits, self.resume = browser, sheet, visits, resume
        self.address = ""
        self.over = 0

    def pages(self, group, budgets):
        """Visit each page on both networks."""
        for number, budget in enumerate(budgets, start=1):
            place = f"{group} {number}/{len(budgets)} {budget.path}"
            if self.resume and self.sheet.is_fresh(group, budget.path):
                print(f"{place}: measured already", flush=True)
                continue
            seen = self.cost(budget)
            self.over += bool(seen["over"])
            self.sheet.keep(group, budget.path, seen)
            print(
                f"{place}: {seen['html'] / KB:.1f} kB, all {seen['total'] / KB:.1f} kB in"
                f" {seen['requests']}, 4G {seen['4G']:.2f} s, 3G {seen['3G']:.2f} s"
                f"{', OVER: ' + ' '.join(seen['over']) if seen['over'] else ''}",
                flush=True,
            )

    def cost(self, budget):
        """What a first visit costs, and which limits it breaks."""
        url = self.address + budget.path
        fast = best(self.browser, url, "4G", self.visits, budget.paint_4g)
        slow = best(self.browser, url, "3G", self.visits, budget.paint_3g)
        shift = max(fast["shift"], slow["shift"])
        over = budget.over(fast) + [
            name
            for name, value, limit in (
                ("4G", fast["paint"], budget.paint_4g),
                ("3G", slow["paint"], budget.paint_3g),
                ("shift", shift, SHIFT),
            )
            if value > limit
        ]
        sizes = {name: fast[name] for name in ("html", "total", "requests")}
        return sizes | {"4G": fast["paint"], "3G": slow["paint"], "shift": shift, "over": over}

    def interactions(self):
        """The longest interaction of each of five visits, one kind after another."""
        for name, path, act in ACTS:
            if self.resume and self.sheet.is_fresh("acts", name):
                print(f"{name}: measured already", flush=True)
                continue
            times = sorted(longest(self.browser, self.address + path, act) for _ in range(5))
            self.over += times[2] > INP
            self.sheet.keep("acts", name, {"ms": times})
            print(f"{name}: {', '.join(map(str, times))} ms", flush=True)


def best(browser, url, network, visits, limit):
    """The first visit within the limit, else the quickest of `visits`.

    What the machine does beside it can only make a visit late, never early.
    """
    seen = []
    while len(seen) < visits and not any(each["paint"] <= limit for each in seen):
        seen.append(visited(browser, url, network))
    return min(seen, key=lambda each: each["paint"])


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

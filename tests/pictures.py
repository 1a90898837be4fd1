"""What a citizen sees while something is broken: `python -m tests.pictures FOLDER`.

Chromium with the width of a phone, in front of everything that compose names. Each picture is taken
amid its fault, must say what it should in plain words, and weighs 150 kB at most.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from decide.demonstration.load import load
from decide.kernel.db import Database
from tests.topology import Topology

PHONE = {"width": 360, "height": 740}
HEAVIEST = 150_000
SUBJECT = "/plataformas/faro/municipal"
TITLE = "main h1"


class Camera:
    """A phone before the service, with and without script."""

    def __init__(self, town, browser, folder):
        self.town, self.folder, self.browser = town, folder, browser
        self.taken = []

    @contextmanager
    def phone(self, *, script=True):
        """A new phone, which nobody used before."""
        context = self.browser.new_context(
            viewport=PHONE, ignore_https_errors=True, java_script_enabled=script, locale="es-MX",
            base_url=f"https://localhost:{self.town.front}", service_workers="block",
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(60_000)
        yield page
        context.close()

    def take(self, page, name, *words):
        """A picture of what is on the screen, which must hold these words."""
        seen = page.inner_text("body")
        missing = [each for each in words if each.lower() not in seen.lower()]
        assert not missing, f"{name}: {missing} not in {seen[:800]}"
        file = self.folder / f"{name}.png"
        page.screenshot(path=file)
        assert file.stat().st_size <= HEAVIEST, f"{name} weighs {file.stat().st_size}"
        self.taken.append(name)
        sys.stdout.write(f"{name}: {file.stat().st_size // 1000} kB\n")
        sys.stdout.flush()

    def press(self, page):
        """The first Me gusta of the page, on the screen."""
        button = page.locator("button", has_text="Me gusta").first
        button.scroll_into_view_if_needed()
        button.click()
        page.wait_for_timeout(3_500)


def main():
    """Take all."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        with Topology(place) as town, sync_playwright() as engine:
            database = Database(town.resources.settings.database_url, statement_timeout_ms=600_000)
            with database.transaction() as session:
                load(session, town.resources.settings, at=datetime.now(UTC))
            database.close()
            time.sleep(3)  # every web worker looks at the calendar once more
            browser = engine.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox"] if os.geteuid() == 0 else [],
            )
            everything(Camera(town, browser, folder), town)
            browser.close()


def everything(camera, town):
    """In the order of docs/operations/faults.md."""
    with camera.phone() as page:
        page.goto(SUBJECT)
        camera.press(page)
        camera.take(page, "as-usual", "Me gusta")
    ledger_away(camera, town)
    sql_away(camera, town)
    nothing_keeps(camera, town)
    servers_replaced(camera, town)
    nobody_answers(camera, town)


def ledger_away(camera, town):
    """R7 (and R5, R9: to a phone a full disk or a bad line is the same as no ledger)."""
    town.kill("ledger")
    with camera.phone() as page:
        page.goto(SUBJECT)
        camera.press(page)
        camera.take(page, "r7-ledger-away-press", "Me gusta")
    town.revive("ledger")


def sql_away(camera, town):
    """R8: pages and presses go on; whoever logs in is asked to wait."""
    with camera.phone() as page:
        page.goto(SUBJECT)
        page.goto("/partido/entrar")
        town.signal("postgres", signal.SIGSTOP)
        page.locator("input[name=username]").fill("faro")
        page.locator("input[type=password]").fill("una frase que no importa")
        page.locator("main form button[type=submit], main form button").first.click()
        page.wait_for_load_state()
        camera.take(page, "r8-sql-away-log-in", "Inténtelo")
        page.goto(SUBJECT)
        camera.press(page)
        camera.take(page, "r8-sql-away-press", "Me gusta")
    town.signal("postgres", signal.SIGCONT)


def nothing_keeps(camera, town):
    """R5 and R9 at their worst: neither the ledger nor SQL can keep a press."""
    for script in (True, False):
        with camera.phone(script=script) as page:
            page.goto(SUBJECT)
            camera.press(page)  # the phone gets its cookie while all is well
            town.kill("ledger")
            town.signal("postgres", signal.SIGSTOP)
            camera.press(page)
            page.wait_for_load_state()
            kind = "with-script" if script else "without-script"
            camera.take(page, f"r5-r9-nothing-keeps-{kind}")
            town.signal("postgres", signal.SIGCONT)
            town.revive("ledger")
            time.sleep(2)


def servers_replaced(camera, town):
    """R15: one server goes while the other answers."""
    town.kill("web-1")
    with camera.phone() as page:
        page.goto("/candidaturas")
        camera.take(page, "r15-one-server-replaced", "Candidaturas")
    town.revive("web-1")


def nobody_answers(camera, town):
    """R16: until the machine stands again; a page from memory, one that is not there, a press."""
    with camera.phone(script=False) as page:
        page.goto(SUBJECT)
        camera.press(page)
        for name in town.names("web"):
            town.kill(name)
        camera.press(page)
        camera.take(page, "r16-nobody-answers-press", "Volvemos en un momento")
        page.goto("/distritos/7")
        camera.take(page, "r16-nobody-answers-new-page", "Volvemos en un momento")
        page.goto(SUBJECT)
        camera.take(page, "r16-nobody-answers-page-in-memory", "Me gusta")


if __name__ == "__main__":
    main()

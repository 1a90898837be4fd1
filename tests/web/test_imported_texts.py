"""What a list brings is text and stays text: no markup on any page, no formula in any file.

A cheap stand-in for a browser: every page is parsed as a browser would, and no tag, attribute or
script may hold what a cell held.
"""

import csv
import io
from html.parser import HTMLParser

import pytest

from decide.accounts.roles import Role
from decide.app import create_app
from decide.imports import actions
from decide.kernel.clock import FrozenClock
from decide.web.shared.context import KEY
from tests import factories
from tests.import_files import AT, HEADER, register_world, stream
from tests.person import Person, account

PAYLOADS = (
    "<script>pwned()</script>",
    "<img src=x onerror=pwned()>",
    '"><svg onload=pwned()>',
    "' onmouseover='pwned()' x='",
    '" autofocus onfocus="pwned()',
    "</title><script>pwned()</script>",
    "</textarea><script>pwned()</script>",
    "</script><script>pwned()</script>",
    "--><script>pwned()</script>",
    "<a href=javascript:pwned()>x</a>",
    "<iframe srcdoc='<script>pwned()</script>'>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=pwned()>",
    "{{ pwned }}{% pwned %}",
    "${pwned()}",
    "&lt;script&gt;pwned()&lt;/script&gt;",
    "＜script＞pwned()＜/script＞",
    "<pwned>",
    "<object data=javascript:pwned()>",
    "]]><script>pwned()</script>",
    "<base href=//pwned>",
)
FORMULAS = (
    "=pwned()",
    "+pwned",
    "-pwned",
    "@pwned",
    "＝pwned",
    "＋pwned",
    "－pwned",
    "＠pwned",
    " =x",
)
PAGES = (
    "/", "/candidaturas", "/actores", "/plataformas", "/buscar?q=pwned", "/municipios",
    "/comparar", "/temas", "/bloques", "/oficina", "/oficina/preparacion", "/oficina/proceso",
    "/oficina/importaciones", "/oficina/importaciones/hechas/1", "/oficina/importaciones/hechas/2",
    "/oficina/importaciones/hechas/3", "/oficina/accesos", "/oficina/entregas", "/oficina/bitacora",
)  # fmt: skip


class Watcher(HTMLParser):
    """Finds what a browser would run."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.inside, self.seen = [], "", 0

    def handle_starttag(self, tag, attributes):
        self.inside = tag if tag in ("script", "style") else ""
        for name, value in attributes:
            runs = name.startswith("on") or (value or "").strip().lower().startswith("javascript:")
            if "pwned" in name or (runs and "pwned" in (value or "")):
                self.found.append((tag, name, value))
        if "pwned" in tag or tag in ("base", "object", "iframe"):
            self.found.append((tag, "", ""))

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        self.seen += "pwned" in data
        if self.inside and "pwned" in data:
            self.found.append((self.inside, "", data))


@pytest.fixture
def app(settings):
    made = create_app(settings, clock=FrozenClock(factories.CAMPAIGN))
    with made.extensions[KEY].resources.database.transaction() as session:
        register_world(session, AT)
        factories.process(session)
        written(session, "actores", actors())
        written(session, "plataformas", platforms())
        written(session, "candidaturas", candidacies())
    yield made
    made.extensions[KEY].resources.close()


def as_csv(*rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def actors():
    rows = ((f"X{n}", payload, "partido") for n, payload in enumerate(PAYLOADS))
    return as_csv(("siglas", "nombre", "tipo"), *rows)


def platforms():
    rows = ((f"X{n}", "municipal", "agua", payload, payload) for n, payload in enumerate(PAYLOADS))
    return as_csv(("siglas", "ambito", "tema", "titulo", "texto"), *rows)


def candidacies():
    text = io.StringIO(newline="")
    rows = [(n, 107, "TOLUCA", f"X{n}", text_of, "") for n, text_of in enumerate(PAYLOADS)]
    csv.writer(text, delimiter=";").writerows([HEADER.split(";"), *rows])
    return text.getvalue()


def written(session, layout, text):
    plan = actions.dry_run(session, layout, stream(text), "<img src=x onerror=pwned()>.csv")
    assert plan.problems == ()
    actions.commit(session, plan, at=AT, by=None)


@pytest.fixture
def boss(app):
    house = app.extensions[KEY].resources
    with house.database.transaction() as session:
        who = account(session, "jefa", Role.ADMINISTRATOR, at=factories.BEFORE)
    return Person(app, who)


def test_no_page_runs_what_a_list_brought(boss):
    seen = 0
    for path in PAGES:
        page = boss.client.get(path, follow_redirects=True)
        assert page.status_code in (200, 404), path
        watcher = Watcher()
        watcher.feed(page.get_data(as_text=True))
        assert watcher.found == [], path
        seen += watcher.seen
    assert seen > 100  # the payloads do stand on these pages, as text


def test_the_dry_run_and_the_columns_show_hostile_cells_as_text(boss):
    rows = [(payload, payload, payload) for payload in PAYLOADS]
    text = as_csv(("siglas", "nombre", "tipo", *PAYLOADS), *rows).encode()
    boss.open("/oficina/importaciones")
    name = "<img src=x onerror=pwned()>.csv"
    boss.post("/oficina/importaciones", file=(io.BytesIO(text), name))
    check = boss.page.headers["Location"]
    for path in (check, f"{check}/columnas"):
        watcher = Watcher()
        watcher.feed(boss.open(path).html)
        assert watcher.found == []
        assert watcher.seen > 10


def test_bad_rows_come_back_without_a_formula_and_with_their_text(boss):
    header = ("siglas", "nombre", "tipo", *FORMULAS)
    rows = [(text, text, "otra cosa", *FORMULAS) for text in FORMULAS]
    boss.open("/oficina/importaciones")
    sent = (io.BytesIO(as_csv(header, *rows).encode()), "lista.csv")
    boss.post("/oficina/importaciones", file=sent)
    boss.open(f"{boss.page.headers['Location']}/filas-con-error")
    cells = [cell for row in csv.reader(io.StringIO(boss.html.lstrip("\ufeff"))) for cell in row]
    assert [cell for cell in cells if cell.lstrip()[:1] in "=+-@＝＋－＠\t\r" and cell] == []
    assert sum(cell == "'=pwned()" for cell in cells) >= len(FORMULAS)

"""R25: no text runs, whatever it holds and wherever it is shown.

Every text of the database is made hostile (`tests/hostile_world.py`), lists with hostile names,
headers and cells are uploaded, and then a real browser opens every address of citizens, actors and
office. Nothing may run (`window.pwned`), nothing may want to run (reports of the content policy),
and no element, attribute or address may have come out of a text.

CI walks once with as many payloads as there are texts. `PAYLOADS=whole` (`make payloads`) walks
until each of the 2,400 payloads was seen on a page, every second time without the content policy,
so that whatever got through would really run, and at times as on paper.
"""

import csv
import io
import os
import re
from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import jinja2
import pytest
from playwright.sync_api import Error
from sqlalchemy import text

from decide.abuse import actions as marking
from decide.accounts.models import Account
from decide.accounts.sessions import open_session
from decide.changes import actions as changing
from decide.changes.states import Kind
from decide.imports import actions as imports
from decide.listening import requests
from decide.listening.requests import Asking
from decide.newsroom import actions as newsroom
from decide.newsroom.actions import Writing
from decide.seals import actions as sealing
from decide.seals import keys
from decide.web.shared.context import KEY
from tests import factories
from tests.benchmark_world import filled, published
from tests.browser.test_patterns import served
from tests.hostile_world import Poison, fill
from tests.owner import as_owner
from tests.payloads import COUNT, payload
from tests.portal import clock, portal_app, portal_database, portal_world, world
from tests.public_bytes import GUIDE, TERM, TOPIC

__all__ = ["clock", "portal_app", "portal_database", "portal_world", "world"]
pytestmark = pytest.mark.browser
WHOLE = os.environ.get("PAYLOADS") == "whole"
# Runs before anything of a page: who is called, and what the content policy refused.
HOOK = """
window.__pwned = []; window.__refused = [];
window.pwned = (number) => { window.__pwned.push(number) };
// Chromium shows pictures and XML in pages of its own, whose styles the policy refuses too.
const own = (event) =>
  document.contentType !== "text/html" && /^style/.test(event.effectiveDirective);
addEventListener("securitypolicyviolation", (event) => own(event) ||
  window.__refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
# What the page has become: texts that were seen, and what only markup can have made.
LOOK = """() => {
  const odd = [];
  for (const each of document.querySelectorAll("*")) {
    const name = each.localName;
    if (/^pwned|^(base|object|embed|iframe|marquee|xss|image)$/.test(name)) odd.push(name);
    if (name === "script" && !each.src && each.type !== "application/ld+json") odd.push("script");
    for (const { name: key, value } of each.attributes) {
      if (/^on/i.test(key) || /^pwned/.test(key)) odd.push(`${name} ${key}=${value}`);
      if (/^(href|src|action|formaction|data|background|xlink:href)$/i.test(key)
          && /^[\\s\\u0000-\\u001f]*(javascript|vbscript|data:text)/i.test(value))
        odd.push(`${name} ${key}=${value}`);
    }
  }
  for (const each of document.querySelectorAll("[href], button, input, summary"))
    for (const kind of ["mouseover", "focus", "pointerenter"]) each.dispatchEvent(new Event(kind));
  const told = document.documentElement.outerHTML;
  return { ran: window.__pwned, refused: window.__refused, odd,
           seen: [...told.matchAll(/pwned[(-](\\d+)/g)].map((found) => Number(found[1])) };
}"""
# Addresses of which one value of a part says nothing: what the part is depends on the address.
PARTS = {
    "slug": "SELECT slug FROM political_actor ORDER BY id LIMIT 2",
    "candidacy_id": "SELECT c.id FROM candidacy c JOIN proposal p ON p.candidacy_id = c.id"
    " GROUP BY 1 ORDER BY 1 LIMIT 2",
    "subject_id": "SELECT id FROM subject WHERE open ORDER BY id DESC LIMIT 1",
    "proposal_id": "SELECT id FROM proposal ORDER BY id LIMIT 2",
    "account_id": "SELECT id FROM account WHERE actor_id IS NOT NULL ORDER BY role DESC LIMIT 3",
    "marking_id": "SELECT id FROM marking",
    "bulletin_id": "SELECT id FROM bulletin",
    "change_id": "SELECT id FROM change",
    "request_id": "SELECT id FROM arco_request",
    "activity_id": "SELECT id FROM activity",
    "pledge_id": "SELECT id FROM commitment_activity",
    "portal_id": "SELECT id FROM benchmark_portal ORDER BY id DESC LIMIT 2",
    "step_id": "SELECT id FROM benchmark_step WHERE benchmark_id = (SELECT max(benchmark_id)"
    " FROM benchmark_step) LIMIT 1",
    "year": "SELECT year FROM benchmark",
    "version": "SELECT 1",
    "idea_id": "SELECT id FROM idea",
    "key": "SELECT key FROM phase LIMIT 1",
    "municipality": "SELECT 107",
}
FIXED = {
    "number": ("107", "1", "2"), "topic": (TOPIC,), "scope": ("municipal", "legislative"),
    "moment": ("2021-05-10T12:00",), "path": ("candidaturas", "sala-de-prensa", "actores/lucero"),
}  # fmt: skip
TEXTS = {"term": TERM, "guide": GUIDE, "guide_easy": GUIDE}
# Opened with something to look for, or before something was sent.
ASKED = (
    "/buscar?q=pwned", "/buscar?q=<script>pwned(1)</script>", "/candidaturas?nombre=<pwned-1>",
    "/donde-voto?municipio=\"><svg onload=pwned(1)>", "/donde-voto?seccion=<pwned-1>",
    "/quitadudas?q='><img src=x onerror=pwned(1)>", "/comparar?lote=<script>pwned(1)</script>",
    "/oficina/bitacora?cuenta=<pwned-1>", "/oficina/importaciones?lista=<pwned-1>",
    "/no-hay/<script>pwned(1)</script>", "/%22%3E%3Csvg%20onload=pwned(1)%3E",
    "/oficina/sugerencias?estado=new", "/en/actores", "/en/candidaturas",
)  # fmt: skip


@pytest.fixture
def app(settings, portal_app, clock):
    """The portal's world with something in every table."""
    house = portal_app.extensions[KEY].resources
    at = factories.CAMPAIGN
    with house.database.transaction() as session:  # a real head: no invented one could be read
        keys.ensure_key(session, settings, at=at)
        sealing.seal(session, settings, through=at, at=at, by=None)
    with as_owner(house) as session:
        for row, sent in ((1, True), (2, False)):
            told = Writing(title=f"Boletín {row}", summary="Resumen", text="# Uno\n\nDos")
            number = newsroom.write(session, None, told, revision=0, at=at, by=None)
            if sent:
                newsroom.publish(session, number, at=at, by=None)
        asking = Asking(kind="access", text="Quiero saber qué datos tienen.", address="", token="t")
        requests.ask(session, settings, asking, day=at.date())
        published(session, 2020, at=at)
        filled(session, 2021, at=at)
        marking.propose(
            session, since=at - timedelta(hours=2), until=at, reason="Campaña", at=at, by=1
        )
        edges = {"opens_at": factories.BEFORE.isoformat(), "closes_at": None}
        changing.propose(
            session, Kind.MOVE_PHASE, about="campaign", title="Mover la campaña",
            told={"before": edges, "after": edges}, reason="Acuerdo", at=at, by=1,
        )  # fmt: skip
        actors = b"siglas,nombre,tipo\nALBA,Partido Alba,partido\n"
        plan = imports.dry_run(session, "actores", io.BytesIO(actors), "lista.csv")
        imports.commit(session, plan, at=at, by=None)
        left = fill(session)
        # Made of facts, by jobs: see test_reports.py and test_posters.py.
        assert set(left) <= {"report", "poster_batch"}, left
    return portal_app


class Walker:
    """One browser of somebody, and what came out of its pages."""

    def __init__(self, app, context, address):
        self.app, self.page, self.address = app, context.new_page(), address
        self.wrong, self.seen, self.codes, self.absent = {}, Counter(), Counter(), []
        context.add_init_script(HOOK)

    def enter(self, door, who):
        """Be logged in: a session and its cookie, without the page; `who` is an account's id."""
        client = self.app.test_client()
        house = self.app.extensions[KEY].resources
        with house.database.transaction() as session:
            row = session.get(Account, who)
            opened = open_session(session, row, at=house.clock.now(session))
        with client.session_transaction(door) as kept:
            kept["_user_id"] = opened.token
        made = client._cookies.values()
        self.page.context.add_cookies(
            [{"name": each.key, "value": each.value, "url": self.address} for each in made]
        )

    def look(self, path):
        """Open an address and look; files are another test's."""
        try:
            answer = self.page.goto(
                f"{self.address}{path}", wait_until="load" if WHOLE else "domcontentloaded"
            )
        except Error as error:
            if "Download is starting" not in str(error) and "ERR_ABORTED" not in str(error):
                raise
            self.codes["file"] += 1
            return
        self.codes[answer.status] += 1
        if answer.status == 404:
            self.absent.append(path)
        if answer.status >= 500:
            self.wrong[path] = f"status {answer.status}"
            return
        found = self.page.evaluate(LOOK)
        self.seen.update(found["seen"])
        bad = {name: found[name][:3] for name in ("ran", "refused", "odd") if found[name]}
        if bad:
            self.wrong[path] = bad


def addresses(app, door, values):
    """Every address of a door that a browser opens, with real things in it."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or not rule.endpoint.startswith(f"{door}."):
            continue
        if rule.endpoint.endswith((".logout", ".end_session")):
            continue
        paths = [rule.rule]
        for part in rule.arguments:
            own = TEXTS.get(rule.endpoint.split(".")[1])
            told = (own,) if part == "slug" and own else values.get(part) or ("1",)
            told = ("1",) if part == "number" and door != "public" else told
            told = told if WHOLE else told[:1]
            paths = [
                re.sub(rf"<([^<>]*:)?{part}>", str(value), path) for path in paths for value in told
            ]
        found += paths
    return sorted(set(found))


def values_of(app):
    """What each part of an address may be in this world."""
    with app.extensions[KEY].resources.database.reading() as session:
        read = {part: session.scalars(text(asked)).all() for part, asked in PARTS.items()}
    return {**read, **FIXED}


def hostile_list(begin):
    """A list whose name, headers and cells are hostile; every row is refused."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["siglas", "nombre", "tipo", *(payload(begin + n) for n in range(9))])
    for row in range(12):
        writer.writerow([payload(begin + 20 * row + n) for n in range(12)])
    return f"{payload(begin + 7)[:90]}.csv".replace("/", "⁄"), out.getvalue().encode()


def upload(walker, begin):
    """Bring in a hostile list by the page; look at the check, its columns, its bad rows."""
    name, body = hostile_list(begin)
    walker.page.goto(f"{walker.address}/oficina/importaciones")
    walker.page.set_input_files(
        "input[type=file] >> nth=0", {"name": name, "mimeType": "text/csv", "buffer": body}
    )
    walker.page.click("text=Revisar archivo")
    walker.page.wait_for_url(re.compile("/importaciones/.{22}"))
    check = urlsplit(walker.page.url).path
    for path in (check, f"{check}/columnas", "/oficina/importaciones"):
        walker.look(path)


def of(name, path):
    """Whether a question is asked at this door."""
    return name == ("staff" if path.startswith("/oficina") else "public")


DOORS = (("public", "", ""), ("actor", "/partido", "lucero"), ("staff", "/oficina", "jefa"))


def walk(app, browser, begin, *, policy=True, paper=False, wanted=()):
    """Everybody opens everything once; the walkers, and where each number stands."""
    house = app.extensions[KEY].resources
    poison, walkers = Poison(begin, wanted=wanted), []
    values = values_of(app)
    with served(app) as address:
        with as_owner(house) as session:
            people = dict(session.execute(text("SELECT username, id FROM account")).all())
            poison.spread(session)
        for name, door, username in DOORS:
            walker = Walker(app, browser.new_context(bypass_csp=not policy), address)
            walkers.append(walker)
            paths = [*addresses(app, name, values), *(each for each in ASKED if of(name, each))]
            for instant in (factories.CAMPAIGN, factories.RESULTS):
                house.clock.instant = instant
                if username:
                    walker.enter(door, people[username])
                if name == "staff" and instant == factories.CAMPAIGN:
                    upload(walker, begin)
                walker.page.emulate_media(media="print" if paper else "screen")
                for path in paths:
                    walker.look(path)
                paths = list(walker.absent)  # what is not there in the campaign may be after it
            walker.page.context.close()
    return walkers, poison


def say(line):
    """A figure of the walk (pytest -s)."""
    print(f"\n{line}", flush=True)  # noqa: T201


def told(walkers):
    """What went wrong, one line each."""
    return [f"{path}: {what}" for each in walkers for path, what in each.wrong.items()]


def test_no_text_runs_on_any_page(app, browser):
    walkers, poison = walk(app, browser, 0)
    assert "\n".join(told(walkers)) == ""
    seen = sum((each.seen for each in walkers), Counter())
    places = {poison.where[number] for number in seen if number in poison.where}
    opened = sum((each.codes for each in walkers), Counter())
    say(
        f"R25: {len(poison.where)} hostile texts in {len(set(poison.where.values()))} columns;"
        f" {len(seen)} of them in {len(places)} columns were seen on pages: {dict(opened)}"
    )
    assert len(places) > 60
    assert opened[200] > 150


def test_a_page_that_lets_a_text_through_is_found(app, browser, monkeypatch):
    name = "public/actors.html"
    source = app.jinja_env.loader.get_source(app.jinja_env, name)[0]
    leaking = source.replace("actor_card(line.actor.name,", "actor_card(line.actor.name | safe,")
    assert leaking != source
    loader = jinja2.ChoiceLoader([jinja2.DictLoader({name: leaking}), app.jinja_env.loader])
    monkeypatch.setattr(app.jinja_env, "loader", loader)
    app.jinja_env.cache.clear()
    with as_owner(app.extensions[KEY].resources) as session:
        Poison(4).spread(session)
        # One that runs by itself, whichever the others on this page are.
        session.execute(
            text("UPDATE political_actor SET name = '<script>pwned(1)</script>' WHERE id = 1")
        )
    with served(app) as address:
        for policy in (True, False):
            walker = Walker(app, browser.new_context(bypass_csp=not policy), address)
            walker.look("/actores")
            found = walker.wrong["/actores"]
            assert found["odd"]
            assert found["refused" if policy else "ran"]
            walker.page.context.close()
    app.jinja_env.cache.clear()


@pytest.mark.skipif(not WHOLE, reason="long: make payloads")
def test_every_payload_has_stood_somewhere(app, browser):
    begin, done, seen, places, opened = 0, set(), set(), set(), Counter()
    number = 0
    while len(done) < COUNT or number < 4:
        walkers, poison = walk(
            app, browser, begin, policy=number % 2 == 0, paper=number % 4 == 3,
            wanted=set(range(COUNT)) - done,
        )  # fmt: skip
        assert told(walkers) == []
        mine = set().union(*(each.seen for each in walkers))
        seen |= mine
        done |= {each % COUNT for each in mine}
        places |= {poison.where[each] for each in mine if each in poison.where}
        opened += sum((each.codes for each in walkers), Counter())
        begin, number = poison.next, number + 1
        say(
            f"round {number}: {len(done)} of {COUNT} payloads, {len(seen)} texts in"
            f" {len(places)} columns seen, {dict(opened)}"
        )

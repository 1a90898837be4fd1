"""R24, R27: whatever is asked, nothing breaks, and every answer wears the headers that protect it.

`BAD_REQUESTS=1000000 pytest -s tests/web/test_bad_requests.py` for the figure, which also measures
how much of the processor each one took; fewer otherwise. `BAD_REQUESTS_SEED` gives others.
"""

import os
import random
import re
import time
from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask, abort
from sqlalchemy import select
from werkzeug.datastructures import Headers

from decide.accounts.models import Account
from decide.app import create_app
from decide.web.shared import headers
from decide.web.shared.context import KEY
from tests.portal import Person

FIGURE = "BAD_REQUESTS" in os.environ
ASKED = int(os.environ.get("BAD_REQUESTS", "400"))
SLOWEST = 2.0  # seconds of the processor, whatever else the machine does
SEED = os.environ.get("BAD_REQUESTS_SEED", "2021")
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW")
NASTY = (
    "", "0", "1", "-1", "40000", "99999999999999999999", "2147483648", "9223372036854775808",
    "1e9", "NaN",
    "' OR 1=1 --", '"><script>alert(1)</script>', "{{7*7}}", "${7*7}", "../../../etc/passwd",
    "..%2f..%2fetc", "%00", "\x00", "\x07\x1b[31m", "\ufeff", "\u202e", "é" * 300, "a" * 5_000,
    "ａｄｍｉｎ", "🗳️" * 50, "\r\nX-Injected: 1", "=cmd|' /C calc'!A0", "2021-05-10T12:00", "null",
    "true", "[]", "{}", "%", "_", "\\", "(((((", "a|b&!c", ":*", "<->", "ñandú agua", "\ud800",
    "0150", "5176", "campaign", "csv", "faro", "municipal",
)  # fmt: skip
FIELDS = (
    "q", "seccion", "municipio", "distrito", "actor", "lote", "pagina", "orden", "sexo", "edad",
    "choice", "version", "kind", "text", "topic", "municipality_id", "page", "solution", "desde",
    "revision", "title", "reason", "username", "passphrase", "code", "csrf_token", "siguiente",
    "filas", "file", "folio", "key", "state", "from", "to", "opens_at", "closes_at", "answer",
)  # fmt: skip
HEADERS = (
    "Accept", "Accept-Language", "Content-Type", "Cookie", "Origin", "Referer", "Range", "Host",
    "If-None-Match", "If-Modified-Since", "X-Forwarded-For", "X-Requested-With", "Sec-Fetch-Site",
    "Content-Encoding", "Expect", "Authorization", "X-HTTP-Method-Override", "Accept-Encoding",
)  # fmt: skip
KINDS = (
    "application/x-www-form-urlencoded", "application/json", "multipart/form-data",
    "multipart/form-data; boundary=x", "text/plain", "application/xml", "a/b; charset=nonsense", "",
)  # fmt: skip


class Asker:
    """Makes one request after the other from a seed; the same seed, the same requests."""

    def __init__(self, app, seed):
        self.dice = random.Random(seed)
        self.rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "staff.logout"]
        self.rules = [rule for rule in self.rules if not rule.endpoint.endswith("logout")]

    def word(self):
        found = self.dice.choice(NASTY)
        if self.dice.random() < 0.1:
            found += self.dice.choice(NASTY)
        return found

    def fields(self):
        return {self.dice.choice(FIELDS): self.word() for _ in range(self.dice.randrange(5))}

    def path(self):
        """An address of ours with something in its parts, seldom one that is not ours."""
        if self.dice.random() < 0.03:
            return "/" + self.word().lstrip("/")
        rule = self.dice.choice(self.rules)
        path = rule.rule
        for part in rule.arguments:
            plain = self.dice.random() < 0.6
            value = str(self.dice.randrange(1, 40)) if plain else self.word()
            for kind in ("int:", "small:", "string:", "path:", "uuid:", ""):
                path = path.replace(f"<{kind}{part}>", value)
        if "<any(" in path:
            start, _, rest = path.partition("<any(")
            words, _, end = rest.partition(">")
            path = start + self.dice.choice(words.partition(")")[0].split(",")).strip() + end
        return ("/en" if self.dice.random() < 0.1 else "") + (path or "/")

    def body(self):
        """Fields of a form, or bytes that no form of ours sends."""
        if self.dice.random() < 0.8:
            return {name: clean(value) for name, value in self.fields().items()}
        return bytes(self.dice.randrange(256) for _ in range(self.dice.randrange(200)))

    def request(self):
        """What the client of a test takes."""
        method = self.dice.choice(METHODS[:2]) if self.dice.random() < 0.9 else None
        sent = Headers({"Sec-Fetch-Site": "same-origin"})
        for _ in range(self.dice.randrange(3)):
            sent[self.dice.choice(HEADERS)] = clean(self.word()).replace("\r", "").replace("\n", "")
        asked = {
            "path": clean(self.path()).replace("?", "").replace("#", ""),
            "method": method or self.dice.choice(METHODS),
            "headers": sent,
            "query_string": {name: clean(value) for name, value in self.fields().items()},
        }
        if asked["method"] not in ("GET", "HEAD"):
            asked["data"] = self.body()
            if isinstance(asked["data"], bytes):
                asked["content_type"] = self.dice.choice(KINDS)
        return asked


def clean(text):
    """Half a pair of surrogates cannot travel; what carries it is sent as a question mark."""
    return text.encode("utf-8", "replace").decode()


@pytest.fixture
def app(settings, portal_database, clock):
    """As in production behind TLS, so that every header is there.

    The calendar is looked at every second, as there, and not at each request, as other tests need
    it: that was the half of what a request cost.
    """
    own = replace(
        settings, database_url=portal_database, public_url="https://localhost", second_factor=False,
        snapshot_seconds=1.0,
    )  # fmt: skip
    made = create_app(own, clock=clock)
    made.config["SESSION_COOKIE_SECURE"] = False
    yield made
    made.extensions[KEY].resources.close()


@pytest.fixture
def people(app, portal_world):
    """Browsers of a stranger, of an actor and of the office, logged in."""
    return [Person(app).client, logged_in(app, "lucero"), logged_in(app, "jefa")]


def logged_in(app, username):
    """The client of somebody with a session."""
    with app.extensions[KEY].resources.database.reading() as session:
        who = session.scalars(select(Account).where(Account.username == username)).one()
    return Person(app, who).client


def wrong(answer):
    """What an answer lacks, as words; empty when it is as it should be."""
    found = [name for name in headers.ALWAYS if not answer.headers.getlist(name)]
    if "frame-ancestors *" in answer.headers.get("Content-Security-Policy", ""):
        found = [name for name in found if name != "X-Frame-Options"]
    found += [name for name in headers.ALWAYS if len(answer.headers.getlist(name)) > 1]
    if "Strict-Transport-Security" not in answer.headers:
        found.append("Strict-Transport-Security")
    if "unsafe" in answer.headers.get("Content-Security-Policy", ""):
        found.append("unsafe policy")
    if "X-Injected" in answer.headers:
        found.append("an injected header")
    if answer.status_code >= 500 and answer.status_code != 503:
        found.append(str(answer.status_code))
    return found


def walk(app, people, asker, times):
    """Ask so often; gives the faults with their requests, and how often each status came."""
    faults, statuses, slowest = [], Counter(), 0.0
    for number in range(times):
        asked = asker.request()
        begun = time.thread_time()
        answer = people[number % len(people)].open(**asked)
        answer.get_data()
        answer.close()
        took = time.thread_time() - begun
        statuses[answer.status_code] += 1
        slowest = max(slowest, took)
        found = wrong(answer) + ["slow"] * (FIGURE and took > SLOWEST)
        if found:
            faults.append((found, asked))
    if FIGURE:
        print(f"\n{times:,}: slowest {slowest:.3f} s, {dict(statuses)}")  # noqa: T201 – the figure
    return faults, statuses


def test_no_request_breaks_the_service_or_takes_its_headers_off(app, people):
    faults, statuses = walk(app, people, Asker(app, SEED), ASKED)
    assert faults == [], f"{len(faults)} of {dict(statuses)}"
    # The walk gets somewhere: neither everything is refused, nor everything served.
    assert statuses[200] > ASKED / 20
    assert statuses[404] > ASKED / 50
    assert sum(statuses[code] for code in (400, 403, 422)) > ASKED / 50


def test_every_plain_address_wears_the_headers(app, people):
    for rule in app.url_map.iter_rules():
        if not rule.arguments and "GET" in rule.methods and not rule.endpoint.endswith("logout"):
            for client in people:
                answer = client.get(rule.rule)
                assert wrong(answer) == [], rule.rule
                answer.close()


def test_no_part_of_an_address_reaches_a_table_or_a_folder_that_cannot_hold_it(app, people):
    """Found by the walk: a NUL in a text for PostgreSQL, and a name longer than a file's."""
    for rule in app.url_map.iter_rules():
        path, odd = rule.rule, rule.rule
        for part in rule.arguments:
            for kind in ("string:", "path:", ""):
                path = path.replace(f"<{kind}{part}>", "a%00b")
                odd = odd.replace(f"<{kind}{part}>", "a" * 5_000)
        if "<" not in path and path != rule.rule and not rule.endpoint.endswith("logout"):
            for client in people:
                for asked in (path, odd):
                    answer = client.get(asked)
                    assert wrong(answer) == [], asked[:80]
                    answer.close()


@pytest.mark.parametrize("number", [2**15, 2**31 - 1])
def test_no_number_in_an_address_is_too_large_for_its_column(app, people, number):
    """Found by the walk after 270,000 requests: a year, a municipality beyond a SMALLINT."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:int|small):\w+>", str(number), rule.rule)
        path = re.sub(r"<(?:\w+:)?\w+>", "faro", path)
        if path != rule.rule and "<" not in path and "GET" in rule.methods:
            for client in people:
                answer = client.get(path)
                assert wrong(answer) == [], path
                answer.close()


def test_the_walk_notices_a_view_that_breaks_and_one_without_headers(app, people):
    app.view_functions["public.home"] = lambda: 1 / 0
    app.after_request_funcs[None] = [
        each for each in app.after_request_funcs[None] if each.__name__ != "dress"
    ]
    assert {"500", "Content-Security-Policy"} <= set(wrong(people[0].get("/")))


def test_nothing_on_the_way_may_stay_unprotected():
    """An application without our headers is found at fault."""
    bare = Flask("bare")
    bare.add_url_rule("/", "bare", lambda: abort(404))
    assert "Content-Security-Policy" in wrong(bare.test_client().get("/"))

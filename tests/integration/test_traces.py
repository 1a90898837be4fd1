"""What a citizen leaves behind: no device, folio, address or browser anywhere, no text but its own.

Words that exist nowhere else are sent through the whole walk; then every table, every key of both
Redis databases and everything that was logged is searched for them (R33).
"""

import re
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import urlencode
from uuid import UUID

import pytest
from altcha import Challenge, Payload, solve_challenge
from flask import request
from redis import Redis
from sqlalchemy import text

from decide.app import create_app
from decide.audit import actions as audit
from decide.kernel.log import logger
from decide.participation import pressure, proof
from decide.participation.device import mint, verify
from decide.participation.folio import parse
from decide.participation.jobs import look_at_pressure
from decide.participation.keys import keys_of
from decide.web.shared.context import KEY
from tests.ledger import Town

ADDRESS, BROWSER = "203.0.113.77", "Canarioscopio/9.1"
WORDS = "Canario de texto que nadie más escribió"


@pytest.fixture
def town(resources):
    made = Town(resources)
    yield made
    made.close()


def everything_in_sql(town):
    """Every row of every table, as text."""
    with town.resources.database.reading() as session:
        tables = session.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        return {
            name: "\n".join(
                session.execute(text(f'SELECT to_jsonb(t)::text FROM "{name}" t')).scalars()
            )
            for name in tables
        }


def everything_in_redis(settings):
    """Every key and value of both databases, as bytes."""
    found = {}
    for url in (settings.redis_url, settings.queue_url):
        with Redis.from_url(url) as client:
            for key in client.scan_iter():
                if client.type(key) == b"stream":
                    value = b"".join(b"".join(part) for _, fields in client.xrange(key)
                                     for part in fields.items())  # fmt: skip
                else:
                    value = client.dump(key)
                found[key] = key + value
    return found


def spellings(secret):
    """Ways in which bytes could have been written down."""
    ways = {secret.hex(), b64encode(secret).decode(), urlsafe_b64encode(secret).decode()[:20]}
    return ways | ({str(UUID(bytes=secret))} if len(secret) == 16 else set())


def passed(town, ask, subject, monkeypatch):
    """Opine under siege by both ways; the passes that it earned. The rule looks on, by a job."""
    monkeypatch.setattr(proof, "WAIT", 0)
    monkeypatch.setitem(pressure.COST, pressure.Level.ALERT, 10)
    monkeypatch.setitem(pressure.COST, pressure.Level.SIEGE, 10)
    with town.resources.database.transaction() as session:
        at = town.resources.clock.now(session)
        pressure.set_level(session, "siege", reason="Prueba", at=at, by=None, revision=0)
    town.resources.jobs.send("decide.participation.jobs.look_at_pressure", 1)
    look_at_pressure.__wrapped__(town.resources, 1)
    asked = ask("POST", f"/reacciones/{subject}", "version=1&choice=like")
    assert asked.status_code == 428
    page = re.search(r'name="page" value="([^"]+)"', asked.text)[1]
    form = urlencode({"version": 1, "choice": "like", "page": page})
    waited = ask("POST", f"/reacciones/{subject}", form)
    challenge = ask("POST", f"/reacciones/{subject}", script=True).json
    whole = Challenge.from_dict(challenge["challenge"])
    solution = Payload(whole, solve_challenge(whole)).to_base64()
    form = urlencode({"solution": solution})
    worked = ask("POST", f"/reacciones/{subject}", form, script=True)
    assert (waited.status_code, worked.status_code) == (303, 204)
    cookies = {each.headers["Set-Cookie"].split(";")[0][2:] for each in (waited, worked)}
    return cookies | {page, solution, whole.parameters.nonce}


def walked(app, settings, town, monkeypatch):
    """A citizen's whole walk; all that must be found nowhere, as text and as bytes."""
    client = app.test_client(use_cookies=False)
    keys = keys_of(settings.process_key)
    cookie = mint(keys, 1)
    device = verify(keys, cookie).identity
    subject = town.subjects[0]
    headers = {"Cookie": f"d={cookie}", "Sec-Fetch-Site": "same-origin", "User-Agent": BROWSER}

    def ask(method, path, body="", *, script=False):
        more = {"X-Requested-With": "decide", "X-Press": "1 like"} if script else {}
        return client.open(
            path, method=method, data=body, headers=headers | more,
            environ_base={"REMOTE_ADDR": ADDRESS}, content_type="application/x-www-form-urlencoded",
        )  # fmt: skip

    assert ask("POST", f"/reacciones/{subject}", "version=1&choice=like").status_code == 303
    idea = urlencode({"version": 1, "kind": "idea", "text": WORDS})
    location = ask("POST", f"/ideas/{subject}", idea).location
    folio = location.split("/folios/")[1].split("?")[0]
    town.drain.once()
    for path in (location, "/opiniones", f"/folios/{folio}/retirar", "/folios/nada", "/nada"):
        ask("GET", path)
    ask("POST", "/opiniones/llevar")
    ask("POST", f"/reacciones/{subject}", "version=9&choice=like")
    ask("POST", "/folios", f"folio={folio}")
    ask("POST", "/opiniones/traer", "code=ABC")
    under_siege = passed(town, ask, subject, monkeypatch)
    house = app.extensions[KEY]
    house.resources.close()

    secrets = {*under_siege, ADDRESS, BROWSER, cookie, folio, folio.replace("-", "")}
    return secrets | spellings(device) | spellings(parse(folio)), (device, parse(folio))


def found(secrets, logged, sql, redis):
    """Where something of a citizen stands: "log", tables, kinds of keys."""
    texts, raws = secrets
    told = {"log" for each in {*texts, WORDS} if each in logged}
    for secret in texts:
        told |= {name for name, rows in sql.items() if secret.lower() in rows.lower()}
    for secret in (*raws, *(each.encode() for each in texts)):
        told |= {"a key" for value in redis.values() if secret in value}
    return told


def test_nothing_of_a_citizen_is_found_anywhere(settings, town, capfd, talkative, monkeypatch):
    secrets = walked(create_app(settings), settings, town, monkeypatch)
    logged = "".join(capfd.readouterr())
    sql, redis = everything_in_sql(town), everything_in_redis(settings)
    assert WORDS in sql["idea"]
    assert found(secrets, logged, sql, redis) == set()
    assert [name for name, rows in sql.items() if WORDS in rows] == ["idea"]
    assert {key.split(b":")[1] for key, value in redis.items() if WORDS.encode() in value} == {
        b"idea"
    }


def logs_the_address(_house):
    logger("web").warning("seen", address=request.remote_addr)


def keeps_the_cookie(house):
    house.resources.queue.lpush("seen", request.headers.get("Cookie", ""))


def writes_the_folio_down(house):
    """And so the trail, which outlives the election, knows who looked at what."""
    with house.resources.database.transaction() as session:
        at = house.resources.clock.now(session)
        audit.record(session, "seen", at=at, by=None, subject=("page", None), reason=request.path)


@pytest.mark.parametrize(
    ("defect", "place"),
    [
        (logs_the_address, "log"),
        (keeps_the_cookie, "a key"),
        (writes_the_folio_down, "audit_entry"),
    ],
)
def test_a_server_that_keeps_a_trace_is_found_out(
    settings, town, capfd, talkative, monkeypatch, defect, place
):
    app = create_app(settings)
    app.before_request(lambda: defect(app.extensions[KEY]))
    secrets = walked(app, settings, town, monkeypatch)
    logged = "".join(capfd.readouterr())
    assert found(secrets, logged, everything_in_sql(town), everything_in_redis(settings)) == {place}

"""The short way of a press says and keeps exactly what Flask would."""

from dataclasses import astuple, replace
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as knobs
from hypothesis import strategies as st

from decide.app import create_app
from decide.participation.device import mint
from decide.participation.entry import idea_of, press_of
from decide.participation.keys import keys_of
from decide.web.public.swift import SwiftDoor
from decide.web.shared.context import KEY
from tests.ledger import Town, set_window

SCRIPT = {"Sec-Fetch-Site": "same-origin", "X-Requested-With": "decide"}
values = st.sampled_from(
    ["1", "2", "01", "+1", "-1", "like", "none", "LIKE", "", "%31", "\xb9", "0"]
)
FORM = "application/x-www-form-urlencoded"


def closed(app):
    house = app.extensions[KEY]
    house.resources.close()


@pytest.fixture
def town(resources):
    made = Town(resources)
    yield made
    made.close()


@pytest.fixture
def ways(settings, town):
    """The application with the short way and without; limits out of the way."""
    own = replace(settings, presses_per_hour=10**9, snapshot_seconds=60.0)
    swift, plain = create_app(own), create_app(own)
    assert isinstance(swift.wsgi_app, SwiftDoor)
    plain.wsgi_app = plain.wsgi_app._application
    yield swift, plain
    closed(swift)
    closed(plain)


def cookie(settings, number=1):
    return "d=" + mint(keys_of(settings.process_key), 1, identity=number.to_bytes(16, "big"))


def entries(town):
    """All that is in the log, without its instants; the log is emptied."""
    found = []
    for name in town.door.streams.names():
        for _, fields in town.door.streams.after(name, "0-0", 1000):
            if town.door.streams.holds_ideas(name):
                found.append(astuple(replace(idea_of(fields), at=0)))
            else:
                found.append(press_of(fields)._replace(at=0))
        town.door.streams.redis.delete(name)
    return sorted(found)


def both(ways, town, path, body, headers, kind=FORM):
    """Ask both; they must agree in answer and in what they keep."""
    told = []
    for app in ways:
        client = app.test_client(use_cookies=False)
        answer = client.post(path, data=body, headers=headers, content_type=kind)
        kept = {name: value for name, value in answer.headers if name != "Set-Cookie"}
        told.append((answer.status_code, answer.data, sorted(kept.items()), entries(town)))
    (status, _, headers_swift, log), (plain_status, _, headers_plain, plain_log) = told
    assert (status, log) == (plain_status, plain_log)
    if status == 204:
        assert dict(headers_plain).items() <= {**dict(headers_swift)}.items() | {
            ("Content-Type", "text/html; charset=utf-8"), ("Vary", "Cookie")
        }  # fmt: skip
        assert headers_swift
    else:
        assert told[0][1] == told[1][1]
    assert headers_by_name(headers_swift, "Location") == headers_by_name(headers_plain, "Location")
    return status, log


def headers_by_name(headers, wanted):
    return [value for name, value in headers if name == wanted]


def test_an_ordinary_press_is_kept_without_flask(settings, ways, town):
    swift, _ = ways
    swift.wsgi_app._application = None  # whoever steps aside would fail
    answer = swift.test_client(use_cookies=False).post(
        f"/reacciones/{town.subjects[0]}",
        headers={**SCRIPT, "X-Press": "1 like", "Cookie": f"otra=1; {cookie(settings)}; mas=2"},
    )
    assert answer.status_code == 204
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert len(entries(town)) == 1


UNUSUAL = {
    "no script": ({"X-Requested-With": ""}, b""),
    "another page": ({"Sec-Fetch-Site": "cross-site"}, b""),
    "no cookie": ({"Cookie": ""}, b""),
    "a forged cookie": ({"Cookie": "d=" + "A" * 48}, b""),
    "a choice that is none": ({"X-Press": "1 love"}, b""),
    "no version": ({"X-Press": " like"}, b""),
    "a choice alone": ({"X-Press": "like"}, b""),
    "nothing": ({"X-Press": ""}, b""),
    "a version from the future": ({"X-Press": "9 like"}, b""),
    "two choices": ({"X-Press": "1 like dislike"}, b""),
    "a form that says something else": ({}, b"version=1&choice=dislike"),
    "a long form": ({}, b"more=" + b"x" * 300),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_the_unusual_is_answered_as_flask_answers_it(settings, ways, town, name):
    more, body = UNUSUAL[name]
    headers = {**SCRIPT, "X-Press": "1 like", "Cookie": cookie(settings), **more}
    both(ways, town, f"/reacciones/{town.subjects[0]}", body, headers)


@pytest.mark.parametrize(
    "body",
    [
        b"version=1&choice=like",
        b"version=1&choice=%6Cike",
        b"version=1&choice=like&choice=dislike",
        b"choice=like",
        b"",
        b"version=1&choice=x",
    ],
)
def test_a_form_without_header_is_left_to_flask(settings, ways, town, body):
    """What browsers without script send, and our script as it was before."""
    headers = {**SCRIPT, "Cookie": cookie(settings)}
    status, log = both(ways, town, f"/reacciones/{town.subjects[0]}", body, headers)
    assert (status == 204) == (len(log) == 1) == (b"ike" in body and b"version" in body)


@pytest.mark.parametrize(
    "path", ["/reacciones/", "/reacciones/x", "/reacciones/999", "/reacciones/١"]
)
def test_a_strange_address_is_answered_as_flask_answers_it(settings, ways, town, path):
    headers = {**SCRIPT, "X-Press": "1 like", "Cookie": cookie(settings)}
    both(ways, town, path, b"", headers)


def test_a_closed_phase_is_told_by_flask(settings, ways, town):
    with town.resources.database.transaction() as session:
        set_window(session, opens_in=-7200.0, closes_in=-3600.0)
    for app in ways:
        app.extensions[KEY].snapshot.renew()
    headers = {**SCRIPT, "X-Press": "1 like", "Cookie": cookie(settings)}
    assert both(ways, town, f"/reacciones/{town.subjects[0]}", b"", headers) == (422, [])


@knobs(
    max_examples=150, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    words=st.lists(values, max_size=3),
    place=st.sampled_from(["0", "1", "00", " 1", "99999999999999999999"]),
    device=st.integers(0, 2),
)
def test_any_press_is_answered_and_kept_alike(settings, ways, town, words, place, device):
    headers = {**SCRIPT, "X-Press": " ".join(words)}
    headers["Cookie"] = cookie(settings, device) if device else ""
    number = str(town.subjects[int(place)]) if place in ("0", "1") else place
    both(ways, town, f"/reacciones/{number}", b"", headers)


def test_an_ordinary_idea_is_kept_without_flask(settings, ways, town):
    swift, _ = ways
    swift.wsgi_app._application = None
    answer = swift.test_client(use_cookies=False).post(
        f"/ideas/{town.subjects[0]}",
        data={"version": 1, "kind": "comment", "text": "Más luz\r\npor favor: ¿sí?", "topic": ""},
        headers={"Sec-Fetch-Site": "same-origin", "Cookie": cookie(settings)},
    )
    assert answer.status_code == 303
    assert answer.location.startswith("/folios/")
    ((_, _, _, kind, text, *_),) = entries(town)
    assert (kind, text) == ("comment", "Más luz\npor favor: ¿sí?")


ODD = {
    "a telephone": {"text": "722 123 4567"},
    "a telephone, confirmed": {"text": "722 123 4567", "confirm": "1"},
    "no words": {"text": "  "},
    "too many words": {"text": "a" * 4001},
    "a kind that is none": {"kind": "shout"},
    "no kind": {"kind": None},
    "a topic": {"topic": "agua"},
    "a topic that is none": {"topic": "chisme"},
    "a municipality": {"municipality": "106"},
    "a municipality that is none": {"municipality": "126"},
    "a municipality in letters": {"municipality": "Toluca"},
    "no version": {"version": None},
    "a version from the future": {"version": "7"},
    "letters of the world": {"text": "水 ünïcödé 🌵 \u202e"},
    "a zero": {"text": "a\0b"},
}


@pytest.mark.parametrize("name", ODD)
def test_any_idea_is_answered_and_kept_alike(settings, ways, town, name):
    form = {"version": "1", "kind": "idea", "text": "Más luz"} | ODD[name]
    body = urlencode({name: value for name, value in form.items() if value is not None}).encode()
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": cookie(settings)}
    both(ways, town, f"/ideas/{town.subjects[0]}", body, headers)


@pytest.mark.parametrize("body", [b"version=1&kind=idea&text=%ff%fe", "version=1&text=ñ".encode()])
def test_a_badly_encoded_idea_is_answered_as_flask_answers_it(settings, ways, town, body):
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": cookie(settings)}
    both(ways, town, f"/ideas/{town.subjects[0]}", body, headers)


def test_while_both_servers_are_away_the_script_is_told_to_come_back(settings, town):
    away = create_app(
        replace(
            settings,
            snapshot_seconds=3600.0,
            redis_url="redis://127.0.0.1:1/0",
            database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing",
        )
    )
    away.extensions[KEY].snapshot._picture = town.snapshot.picture()
    answer = away.test_client(use_cookies=False).post(
        f"/reacciones/{town.subjects[0]}",
        headers={**SCRIPT, "X-Press": "1 like", "Cookie": cookie(settings)},
    )
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Inténtelo de nuevo" in answer.json["message"]
    closed(away)

"""Pressure at the citizens' door by HTTP: nothing that was pressed or typed is lost on the way."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from altcha import Challenge, Payload, solve_challenge

from decide.app import create_app
from decide.participation import pressure, proof, snapshot
from decide.participation.circumstance import read
from decide.participation.proof import WAITED, WORKED
from decide.web.shared.context import KEY
from tests.ledger import Town
from tests.web.test_press_page import OURS, SCRIPT, idea, press

WORDS = 'Más luz <b> & "agua"\r\n\r\nUna banca.'


@pytest.fixture(autouse=True)
def long_wait(monkeypatch):
    """A minute instead of three seconds, so that a slow machine is not mistaken for patience."""
    monkeypatch.setattr(proof, "WAIT", 60)


@pytest.fixture
def town(resources):
    made = Town(resources)
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        pressure.set_level(session, "siege", reason="Prueba", at=at, by=None, revision=0)
    yield made
    made.close()


@pytest.fixture
def opened(settings):
    """Applications with other settings, closed at the end."""
    made = []

    def open_with(**knobs):
        made.append(create_app(replace(settings, **knobs)))
        return made[-1]

    yield open_with
    for app in made:
        house = app.extensions[KEY]
        house.door.close()
        house.snapshot.close()
        house.resources.close()


@pytest.fixture
def client(opened, town):
    return opened().test_client()


def form_of(page):
    """(action, fields) of the second page, as a browser would send them."""
    body = page[page.index('<form method="post"') :]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body))
    fields |= dict(re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', body, re.DOTALL))
    fields = {name: html.unescape(value) for name, value in fields.items()}
    return re.search(r'action="([^"]+)"', body)[1], fields


def later(client, page, monkeypatch, seconds=70):
    """Send the second page back after some seconds, by the clock that the proofs are given."""
    told = snapshot.Picture.now
    ahead = timedelta(seconds=seconds)
    monkeypatch.setattr(snapshot.Picture, "now", lambda self: told(self) + ahead)
    action, fields = form_of(page)
    answer = client.post(action, data=fields, headers=OURS)
    monkeypatch.setattr(snapshot.Picture, "now", told)
    return answer


def ways(town):
    town.drain.once()
    return [read(row[0]).proof for row in town.rows("SELECT circumstance FROM reaction")]


def test_a_script_solves_once_and_then_presses_freely(client, town, monkeypatch):
    for level in ("alert", "siege"):
        monkeypatch.setitem(pressure.COST, pressure.Level(level), 10)
    asked = press(client, town.subjects[0], headers=SCRIPT)
    assert asked.status_code == 428
    assert asked.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in asked.headers
    whole = Challenge.from_dict(asked.json["challenge"])
    solution = Payload(whole, solve_challenge(whole)).to_base64()
    data = {"version": 1, "choice": "like", "solution": solution}
    kept = client.post(f"/reacciones/{town.subjects[0]}", data=data, headers=SCRIPT)
    assert kept.status_code == 204
    cookie = kept.headers["Set-Cookie"]
    assert cookie.startswith("p=1")
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert press(client, town.subjects[1], headers=SCRIPT).status_code == 204
    assert ways(town) == [WORKED, WORKED]
    client.delete_cookie("p")
    again = client.post(f"/reacciones/{town.subjects[2]}", data=data, headers=SCRIPT)
    assert again.status_code == 428  # a used solution is worth nothing


def test_without_script_a_second_page_after_three_seconds_keeps_the_press(
    client, town, monkeypatch
):
    asked = press(client, town.subjects[0], headers=OURS | {"Referer": "http://localhost/temas"})
    assert asked.status_code == 428
    soon = later(client, asked.text, monkeypatch, seconds=10)
    assert soon.status_code == 428
    assert "Espere unos segundos" in soon.text
    assert town.drain.once() == 0
    kept = later(client, soon.text, monkeypatch)
    assert kept.status_code == 303
    assert "desde=/temas" in kept.location
    assert ways(town) == [WAITED]
    assert press(client, town.subjects[1], "dislike").status_code == 303
    assert ways(town) == [WAITED, WAITED]


def test_a_text_travels_along_unchanged(client, town, monkeypatch):
    asked = idea(client, town.subjects[0], WORDS, topic="agua", municipality="106")
    assert asked.status_code == 428
    assert later(client, asked.text, monkeypatch, seconds=0).status_code == 428
    kept = later(client, asked.text, monkeypatch)
    assert kept.status_code == 303
    assert kept.location.startswith("/folios/")
    town.drain.once()
    assert town.rows("SELECT text, topic, municipality_number FROM idea") == [
        (WORDS.replace("\r\n", "\n"), "agua", 106)
    ]


def test_a_page_that_is_too_old_comes_back_with_a_fresh_one(client, town, monkeypatch):
    asked = idea(client, town.subjects[0], WORDS)
    old = later(client, asked.text, monkeypatch, seconds=700)
    assert old.status_code == 428
    assert form_of(old.text)[1]["text"].splitlines() == WORDS.splitlines()
    assert form_of(old.text)[1]["page"] != form_of(asked.text)[1]["page"]


def test_confirming_for_many_devices_from_one_network_ends_in_a_page_that_keeps_all(
    opened, town, monkeypatch
):
    app = opened(confirmations_per_network=2)
    answers = []
    for _ in range(3):
        client = app.test_client()
        answers.append(later(client, press(client, town.subjects[0]).text, monkeypatch))
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert answers[2].headers["Retry-After"]
    assert form_of(answers[2].text)[1]["choice"] == "like"


def test_behind_a_proxy_the_citizens_own_network_is_counted(opened, town):
    for proxies, expected in (
        (0, {b"\x7f\0\0"}),
        (1, {bytes([203, 0, 113]), bytes([203, 0, 114])}),
    ):
        app = opened(proxies=proxies)
        seen = set()
        networks = app.extensions[KEY].door.networks
        count = networks.count
        networks.count = lambda address, subject, count=count, seen=seen: (
            seen.add(bytes(map(int, address.split(".")[:3]))) or count(address, subject)
        )
        for address in ("203.0.113.7", "203.0.114.7"):
            client = app.test_client()
            more = {"X-Forwarded-For": f"6.6.6.6, {address}"}
            press(client, town.subjects[0], "none", headers=OURS | more)
        assert seen == expected

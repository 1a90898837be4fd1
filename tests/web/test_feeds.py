"""Feeds, the calendar as a file and the map of the site: well formed, stable, open in time."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decide.kernel.clock import FrozenClock
from decide.outreach.atom import Entry, feed
from decide.outreach.dates import WIDEST, escaped, folded
from tests import factories
from tests.real_process import opened

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def world(resources):
    with resources.database.transaction() as session:
        made = factories.small_world(session)
        late = factories.CAMPAIGN + timedelta(days=1)
        factories.proposal(session, made["heads"]["RAIZ"], title="La más nueva & <buena>", at=late)
        return {"raiz": made["raiz"].id}


@pytest.fixture
def at(settings, world):
    """A browser at an instant of the process."""
    closers = []

    def browser(moment):
        knobs = replace(settings, open_data_minutes=0.0)
        app, close = opened(knobs, settings.database_url, FrozenClock(getattr(factories, moment)))
        closers.append(close)
        return app.test_client()

    yield browser
    for close in closers:
        close()


def entries(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.mimetype == "application/atom+xml"
    root = Tree.fromstring(answer.get_data())
    assert root.findtext(f"{ATOM}id") == f"{SITE}{path}"
    for name in ("title", "updated", "author"):
        assert root.find(f"{ATOM}{name}") is not None
    return root.findall(f"{ATOM}entry")


def test_proposals_come_newest_first_with_ids_that_stay(at):
    client = at("CAMPAIGN")
    found = entries(client, "/feeds/propuestas.xml")
    assert found[0].findtext(f"{ATOM}title") == "La más nueva & <buena>"
    updated = [each.findtext(f"{ATOM}updated") for each in found]
    assert updated == sorted(updated, reverse=True)
    ids = [each.findtext(f"{ATOM}id") for each in found]
    assert len(set(ids)) == len(ids) == 4
    assert "Borrador" not in client.get("/feeds/propuestas.xml").text
    for each in found:
        target = each.find(f"{ATOM}link").get("href").removeprefix(SITE)
        assert target.endswith("?utm_medium=feed")
        assert client.get(target).status_code == 200


def test_an_actor_and_a_municipality_have_their_own(at):
    client = at("CAMPAIGN")
    assert len(entries(client, "/feeds/actores/lucero.xml")) == 3
    assert len(entries(client, "/feeds/actores/raiz.xml")) == 1
    assert len(entries(client, "/feeds/municipios/107.xml")) == 4
    assert entries(client, "/feeds/municipios/1.xml") == []
    assert client.get("/feeds/actores/nadie.xml").status_code == 404
    assert client.get("/feeds/municipios/999.xml").status_code == 404


def test_a_feed_is_not_sent_twice_to_who_has_it(at):
    client = at("CAMPAIGN")
    first = client.get("/feeds/propuestas.xml")
    again = client.get("/feeds/propuestas.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_not_open_has_no_feed(at):
    client = at("PLATFORMS")
    for path in ("propuestas", "actores/lucero", "municipios/107", "resultados"):
        assert client.get(f"/feeds/{path}.xml").status_code == 404


@given(st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_no_text_breaks_a_feed(texts):
    made = [
        Entry(f"propuesta/{n}", title, text, title, "/x", datetime(2021, 5, 1, tzinfo=UTC))
        for n, (title, text) in enumerate(texts)
    ]
    root = Tree.fromstring(feed(SITE, "/feeds/x.xml", "Título", "Autoridad", made))
    assert len(root.findall(f"{ATOM}entry")) == len(made)


@given(st.text())
def test_no_line_of_a_calendar_is_too_long_and_none_loses_a_letter(text):
    parts = folded(escaped(text))
    assert all(len(part.encode()) <= WIDEST for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == escaped(text)


def test_the_calendar_has_every_phase_and_the_election_day(at):
    answer = at("BEFORE").get("/calendario.ics")
    assert answer.mimetype == "text/calendar"
    body = answer.get_data().decode()
    assert body.count("\r\n") == body.count("\n")
    assert body.count("BEGIN:VEVENT") == body.count("END:VEVENT") == 6
    assert len(set(re.findall(r"UID:(.*)\r", body))) == 6
    assert "DTSTART;VALUE=DATE:20210606\r\nDTEND;VALUE=DATE:20210607\r\n" in body


@pytest.mark.parametrize("moment", ["BEFORE", "PLATFORMS", "CAMPAIGN", "RESULTS"])
def test_every_page_in_the_map_of_the_site_can_be_read_now(at, moment):
    client = at(moment)
    answer = client.get("/sitemap.xml")
    places = re.findall(r"<loc>(.*?)</loc>", answer.text)
    assert Tree.fromstring(answer.get_data()) is not None
    assert len(places) == len(set(places))
    assert all(each.startswith(f"{SITE}/") for each in places)
    for each in places[:: max(1, len(places) // 40)]:
        assert client.get(each.removeprefix(SITE)).status_code == 200, each
    assert (f"{SITE}/actores/lucero" in places) == (moment != "BEFORE")
    assert (f"{SITE}/resultados" in places) == (moment == "RESULTS")
    assert f"{SITE}/actores/prueba" not in places

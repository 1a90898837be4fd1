"""The dissemination plan: evidence for what was done, and figures that follow nobody."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import text

from decide.catalog.models import Candidacy
from decide.opendata.formats import Format
from decide.outreach import plan
from decide.outreach.kinds import ActivityKind
from decide.statistics.settle import settle
from decide.statistics.sources import effort_of
from decide.web.shared.context import KEY
from tests import factories
from tests.page import Page
from tests.portal import OURS

TODAY = factories.CAMPAIGN.astimezone(factories.ZONE).date()
TOLD = {
    "kind": "network", "title": "Video en redes", "area": "Comunicación Social",
    "planned_on": TODAY.isoformat(),
}  # fmt: skip
BROWSER = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile"}


@pytest.fixture
def chief(enter, world):
    return enter("jefa", "/oficina")


def added(person, **more):
    place = "/oficina/difusion/nueva"
    person.open(place).send(place, status=303, **(TOLD | more))
    return int(person.page.headers["Location"].rsplit("/", 1)[1])


def house(app):
    return app.extensions[KEY].resources


def test_an_activity_is_planned_done_with_evidence_and_told_in_a_file(chief):
    number = added(chief)
    place = f"/oficina/difusion/{number}"
    assert "Planeada" in chief.open(place).text
    chief.send(place, status=422, **(TOLD | {"done_on": TODAY.isoformat()}))
    assert "Diga con qué se comprueba" in chief.text
    chief.open(place).send(
        place, status=303,
        **(TOLD | {"done_on": TODAY.isoformat(), "evidence": "=1+1", "title": "Otro"}),
    )  # fmt: skip
    assert "Hecha" in chief.open("/oficina/difusion").text
    Page(chief.html)
    body = chief.client.get("/oficina/difusion/plan.csv").get_data(as_text=True)
    (line,) = csv.DictReader(io.StringIO(body))
    assert (line["numero"], line["actividad"], line["visitas"]) == (str(number), "Otro", "0")
    assert not line["evidencia"].startswith("=")
    assert chief.client.get("/oficina/difusion/plan.xlsx").get_data()[:2] == b"PK"


def test_what_was_not_done_in_time_is_called_late(chief):
    added(chief, planned_on=(TODAY - timedelta(days=2)).isoformat())
    assert "Atrasada" in chief.open("/oficina/difusion").text


def test_who_saved_later_on_an_older_state_is_told_and_loses_nothing(chief):
    number = added(chief)
    place = f"/oficina/difusion/{number}"
    chief.open(place).send(place, status=303, **TOLD)
    chief.open(place).send(place, status=409, **(TOLD | {"revision": "1", "title": "Mi texto"}))
    assert "Mi texto" in chief.html


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "x"}, "Elija qué tipo"),
        ({"planned_on": "mañana"}, "Escriba el día así"),
        ({"title": " "}, "Escriba qué es"),
        ({"area": ""}, "qué área"),
        ({"evidence_link": "javascript:alert(1)"}, "con https://"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(chief, fields, sentence):
    place = "/oficina/difusion/nueva"
    chief.open(place).send(place, status=422, **(TOLD | fields))
    assert sentence in chief.text


def test_visits_by_the_links_of_an_activity_are_counted_for_it_and_robots_are_not(
    portal_app, chief
):  # fmt: skip
    number = added(chief)
    visitor = portal_app.test_client()
    for path in ("/", "/municipios", "/candidaturas"):
        visitor.get(f"{path}?utm_medium=campaign&utm_campaign=e{number}", headers=BROWSER)
    visitor.get(f"/?utm_medium=qr&utm_campaign=e{number}", headers=BROWSER)
    visitor.get(f"/?utm_campaign=e{number}", headers={"User-Agent": "Googlebot/2.1 (+x) bot"})
    visitor.get("/?utm_campaign=e998", headers=BROWSER)  # of no activity
    visitor.get("/", headers=BROWSER)
    portal_app.extensions["visits"].flush()
    settle(house(portal_app))
    page = chief.open(f"/oficina/difusion/{number}")
    assert "Visitas por sus enlaces 4" in page.text
    with house(portal_app).database.reading() as session:
        (line,) = plan.lines(session, today=TODAY)
        views = session.scalar(
            text("SELECT sum(views) FROM visit_count WHERE kind <> 'effort' AND source <> 'robot'")
        )
    assert line.visits == 4
    assert views == 6  # the mark adds a figure of its own and counts no page twice


def test_opinions_are_shared_out_by_each_day_s_visits_and_hidden_for_fewer_than_three_actors(
    portal_app, chief, world
):  # fmt: skip
    number = added(chief)
    with house(portal_app).database.transaction() as session:
        third = session.get(Candidacy, world["other"])
        factories.proposal(session, third, title="Propuesta de un tercero")
        for day, views, by_link, reactions, ideas in (
            ("2021-05-01", 100, 25, 40, 8), ("2021-05-02", 200, 100, 100, 8),
        ):  # fmt: skip
            session.execute(
                text(
                    "INSERT INTO visit_count VALUES (:day, 9, 'home', '', 'direct', :views),"
                    " (:day, 9, 'effort', :item, 'campaign', :by_link)"
                ),
                {"day": day, "views": views, "by_link": by_link, "item": str(number)},
            )
            session.execute(
                text("INSERT INTO closed_day VALUES (:day, 10, :reactions, :ideas, now())"),
                {"day": day, "reactions": reactions, "ideas": ideas},
            )
        (line,) = plan.lines(session, today=TODAY)
        # 40 × 25/100 + (100 − 40) × 100/200; 8 × 25/100 + 0.
        assert (line.opinions, line.ideas) == (40, 2)
        session.execute(text("UPDATE subject SET version = 0 WHERE actor_id <> 1"))
        (line,) = plan.lines(session, today=TODAY)
        assert (line.opinions, line.ideas) == (None, None)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("utm_campaign=e17", "17"), ("utm_medium=qr&utm_campaign=e999", "999"),
        ("utm_campaign=e1000", ""), ("utm_campaign=e0", ""), ("utm_campaign=radio", ""),
        ("utm_campaign=e1%7Cx", ""), ("q=e17", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_mark_is_a_number_of_three_digits_and_nothing_else(query, number):
    assert effort_of(query) == number


def test_the_code_of_an_activity_and_the_kinds_of_files_that_exist(chief):
    number = added(chief)
    code = chief.client.get(f"/oficina/difusion/{number}/codigo.svg", headers=OURS)
    assert code.get_data().startswith(b"<svg")
    assert chief.client.get(f"/oficina/difusion/plan.{Format.JSON}").status_code == 404
    assert len(ActivityKind) == 8

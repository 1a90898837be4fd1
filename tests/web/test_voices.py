"""The survey and the suggestion box: anonymous, lossless, shown to staff and to nobody else."""

import csv
import dataclasses
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import text

from decide.app import create_app
from decide.editorial.reading import library
from decide.kernel.clock import FrozenClock
from decide.kernel.pace import Pace
from decide.kernel.redis import connect
from decide.web.shared.context import KEY
from tests import factories
from tests.page import Page
from tests.portal import OURS, Person

SAID = "Letra más grande, por favor"


@pytest.fixture
def client(portal_app, world):
    return portal_app.test_client()


@pytest.fixture
def chief(enter):
    return enter("jefa", "/oficina")


def kept(app, table):
    with app.extensions[KEY].resources.database.reading() as session:
        rows = session.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings()
        return [dict(row) for row in rows]


def answer(client, **fields):
    return client.post("/encuesta", data={"momento": "idea"} | fields, headers=OURS)


def test_an_answer_is_kept_with_its_day_and_without_a_cookie(client, portal_app):
    page = answer(client, calificacion="4", comentario=f" {SAID}\r\n")
    assert (page.status_code, page.headers["Location"]) == (303, "/encuesta/gracias")
    assert "Set-Cookie" not in page.headers
    assert "Gracias" in client.get("/encuesta/gracias").text
    (row,) = kept(portal_app, "survey_answer")
    assert row == {
        "id": row["id"], "day": factories.CAMPAIGN.date(), "occasion": "idea", "score": 4,
        "text": SAID,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"comentario": SAID}, "Elija una de las cinco respuestas."),
        ({"calificacion": "6", "comentario": SAID}, "Elija una de las cinco respuestas."),
        ({"calificacion": "3", "comentario": f"{SAID} {'x' * 1200}"}, "Escriba hasta 1200"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_comes_back(client, portal_app, fields, sentence):
    page = answer(client, **fields)
    assert page.status_code == 422
    assert sentence in page.text
    assert SAID in page.text
    assert kept(portal_app, "survey_answer") == []


def test_the_text_may_have_exactly_as_many_letters_as_the_form_says(client, portal_app):
    assert answer(client, calificacion="1", comentario="ñ" * 1200).status_code == 303
    assert answer(client, calificacion="1", comentario="ñ" * 1201).status_code == 422
    assert len(kept(portal_app, "survey_answer")) == 1


def test_another_site_cannot_answer_for_somebody(client, portal_app):
    for path, fields in (
        ("/encuesta", {"calificacion": "1"}),
        ("/sugerencias", {"sobre": "organos", "duda": "x"}),
    ):
        page = client.post(path, data=fields, headers={"Origin": "https://otro.example"})
        assert page.status_code == 403
    assert kept(portal_app, "survey_answer") == []


def test_it_is_asked_at_the_end_of_a_task_and_where_something_went_wrong(client, world, clock):
    for path in ("/no-hay", "/folios/0000-0000"):
        page = client.get(path).text
        assert 'action="/encuesta"' in page, path
        assert 'name="momento" value="error"' in page
    page = client.get(f"/opiniones/{world['subject']}/lista?opinion=like").text
    assert 'name="momento" value="opinion"' in page
    clock.instant = factories.SILENCE
    assert 'value="closed"' in client.get(f"/ideas/{world['subject']}").text


def test_whatever_went_wrong_it_is_asked(client):
    elsewhere = {"Origin": "https://otro.example"}
    for answered, status in (
        (client.get("/no-hay"), 404),
        (client.post("/encuesta", headers=elsewhere), 403),
        (client.delete("/calendario", headers=OURS), 405),
    ):
        assert answered.status_code == status
        assert 'name="momento" value="error"' in answered.text


def test_every_page_that_explains_has_a_box_for_what_is_still_unclear(client):
    explained = ["quitadudas", "organos", "guias"]
    explained += [f"quitadudas/{slug}" for slug in library().terms]
    explained += [f"guias/{slug}" for slug in library().guides]
    lacking = [
        about
        for about in explained
        if f'name="sobre" value="{about}"' not in client.get(f"/{about}").text
    ]
    assert lacking == []


def test_every_guide_shows_its_steps_time_remedy_and_links(client):
    for slug, guide in library().guides.items():
        page = client.get(f"/guias/{slug}").text
        told = unescape(re.sub(r"<[^>]+>", "", page))
        for words in (guide.time, guide.remedy, *(step.title for step in guide.steps)):
            assert words in told, (slug, words)
        assert guide.links
        for link in guide.links:
            assert link.name in told
            assert not link.address or f'href="{link.address}"' in page, (slug, link)


def test_while_sql_is_away_error_pages_do_not_ask(settings):
    nowhere = dataclasses.replace(
        settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none", snapshot_seconds=0.0
    )
    app = create_app(nowhere)
    page = app.test_client().get("/no-hay")
    assert page.status_code == 404
    assert "/encuesta" not in page.text
    house = app.extensions[KEY]
    house.door.close()
    house.snapshot.close()
    house.resources.close()


def test_staff_see_the_scores_and_take_every_answer_as_a_file(client, chief):
    for score, words in (("5", ""), ("5", SAID), ("2", "=1+1"), ("4", "Bien, pero lento")):
        answer(client, calificacion=score, comentario=words)
    answer(client, calificacion="1", momento="error")
    page = chief.open("/oficina/encuesta")
    assert Page(page.html).stats == {"de 5, en promedio": "3.4", "respuestas": "5"}
    assert SAID in page.text
    file = page.client.get("/oficina/encuesta.csv")
    lines = list(csv.reader(io.StringIO(file.get_data(as_text=True))))
    assert lines[0] == ["dia", "momento", "calificacion", "comentario"]
    assert [line[2] for line in lines[1:]] == ["5", "5", "2", "4", "1"]
    assert [line[3] for line in lines[1:]] == ["", SAID, "'=1+1", "Bien, pero lento", ""]


def test_the_public_learns_nothing_of_what_people_said(client):
    before = {path: client.get(path).get_data() for path in ("/encuesta", "/sugerencias", "/")}
    answer(client, calificacion="1", comentario=SAID)
    client.post("/sugerencias", data={"sobre": "organos", "duda": SAID}, headers=OURS)
    assert {path: client.get(path).get_data() for path in before} == before


def test_a_question_under_a_term_reaches_the_office_and_gets_a_state(client, chief, portal_app):
    page = client.get("/quitadudas/planilla")
    assert 'name="sobre" value="quitadudas/planilla"' in page.text
    sent = client.post(
        "/sugerencias", data={"sobre": "quitadudas/planilla", "duda": "¿Y la síndica?"},
        headers=OURS,
    )  # fmt: skip
    assert sent.status_code == 303
    assert 'href="/quitadudas/planilla"' in client.get(sent.headers["Location"]).text
    (row,) = kept(portal_app, "suggestion")
    assert (row["about"], row["text"], row["state"]) == (
        "quitadudas/planilla", "¿Y la síndica?", "new",
    )  # fmt: skip
    page = chief.open("/oficina/sugerencias")
    assert "¿Y la síndica?" in page.text
    page.send(f"/oficina/sugerencias/{row['id']}", status=303, state="planned")
    assert "Guardamos el estado" in page.open("/oficina/sugerencias").text
    assert kept(portal_app, "suggestion")[0]["state"] == "planned"
    assert "¿Y la síndica?" not in page.open("/oficina/sugerencias?estado=new").text
    assert "¿Y la síndica?" in page.open("/oficina/sugerencias?estado=planned").text
    assert "Cambió el estado de una duda" in page.open("/oficina/bitacora?asunto=suggestion").text


def test_who_only_watches_cannot_move_a_suggestion(client, enter, portal_app):
    client.post("/sugerencias", data={"sobre": "organos", "duda": "¿Qué hace?"}, headers=OURS)
    watcher: Person = enter("mirada", "/oficina")
    page = watcher.open("/oficina/sugerencias")
    assert "¿Qué hace?" in page.text
    assert 'name="state"' not in page.html


@pytest.mark.parametrize("about", ["", "nada", "quitadudas/no-hay", "oficina", "//otro.example"])
def test_a_suggestion_is_about_a_page_that_has_a_box(client, portal_app, about):
    sent = client.post("/sugerencias", data={"sobre": about, "duda": "x"}, headers=OURS)
    assert sent.status_code == 404
    assert client.get("/sugerencias/gracias", query_string={"sobre": about}).status_code == 404
    assert kept(portal_app, "suggestion") == []


def test_an_empty_or_endless_question_comes_back(client):
    for words, sentence in (("  ", "Escriba qué le gustaría saber."), ("x" * 601, "hasta 600")):
        sent = client.post("/sugerencias", data={"sobre": "guias", "duda": words}, headers=OURS)
        assert sent.status_code == 422
        assert sentence in sent.text
        assert words in sent.text


@pytest.fixture
def redis(settings):
    opened = connect(settings.queue_url)
    opened.flushdb()
    yield opened
    opened.close()


def test_a_network_that_sends_too_much_waits_and_others_do_not(redis):
    pace = Pace(redis, "test", most=3, seconds=60)
    now = factories.CAMPAIGN
    assert [pace.wait("189.1.2.3", now) for _ in range(4)] == [0, 0, 0, 60]
    assert pace.wait("189.1.2.99", now) > 0, "the same network"
    assert pace.wait("189.1.3.3", now) == 0
    assert pace.wait("189.1.2.3", now + timedelta(seconds=60)) == 0
    everything = b"".join(redis.keys("*"))
    assert b"189" not in everything
    assert all(redis.ttl(key) > 0 for key in redis.keys("pace:*"))


def test_while_redis_is_away_nobody_is_held_up():
    pace = Pace(connect("redis://127.0.0.1:1", timeout=0.2), "test", most=0, seconds=60)
    assert pace.wait("189.1.2.3", factories.CAMPAIGN) == 0


def test_a_flood_of_answers_is_stopped_and_the_text_comes_back(settings, portal_database, redis):
    few = dataclasses.replace(settings, database_url=portal_database, voices_per_hour=1)
    app = create_app(few, clock=FrozenClock(factories.CAMPAIGN))
    client = app.test_client()
    assert answer(client, calificacion="5").status_code == 303
    page = answer(client, calificacion="5", comentario=SAID)
    assert page.status_code == 429
    assert SAID in page.text
    house = app.extensions[KEY]
    house.door.close()
    house.snapshot.close()
    house.resources.close()

"""“Mis opiniones”: a device finds, changes, carries and erases what it said; nobody else can."""

import pytest

from decide.app import create_app
from decide.web.shared.context import KEY
from tests.ledger import Town, set_window

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def town(resources):
    made = Town(resources)
    yield made
    made.close()


@pytest.fixture
def app(settings, town):
    made = create_app(settings)
    yield made
    made.extensions[KEY].resources.close()


@pytest.fixture
def client(app):
    return app.test_client()


def post(client, path, **data):
    answer = client.post(path, data=data, headers=OURS)
    if answer.status_code == 307:
        answer = client.post(answer.location, data=data, headers=OURS)
    return answer


def say(client, town, *choices):
    for subject, choice in zip(town.subjects, choices, strict=False):
        post(client, f"/reacciones/{subject}", choice=choice, version=1)
    post(client, f"/ideas/{town.subjects[0]}", kind="idea", version=1, text="Más luz en la parada.")
    town.drain.once()


def test_a_device_that_said_nothing_sees_an_empty_page_and_gets_no_cookie(client):
    page = client.get("/opiniones")
    assert page.status_code == 200
    assert "todavía no ha opinado" in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"


def test_a_device_sees_its_own_words_and_others_do_not(app, client, town):
    say(client, town, "like", "dislike")
    page = client.get("/opiniones").text
    assert "Agua 0" in page
    assert "Agua 1" in page
    assert "Agua 2" not in page
    assert "Más luz en la parada." in page
    assert page.count('aria-pressed="true"') == 2
    other = app.test_client()
    post(other, f"/reacciones/{town.subjects[2]}", choice="like", version=1)
    town.drain.once()
    page = other.get("/opiniones").text
    assert "Agua 2" in page
    assert "Agua 0" not in page
    assert "Más luz" not in page


def test_a_withdrawn_press_is_gone_and_a_changed_text_is_said(client, town):
    say(client, town, "like", "like")
    post(client, f"/reacciones/{town.subjects[0]}", choice="none", version=1)
    town.drain.once()
    from decide.catalog.models import Subject, SubjectVersion

    with town.resources.database.transaction() as session:
        row = session.get(Subject, town.subjects[1])
        old = session.get(SubjectVersion, (row.id, 1))
        row.version = 2
        session.add(
            SubjectVersion(
                subject_id=row.id, version=2, title="Agua nueva", text="Otra", sha256="",
                published_at=old.published_at,
            )
        )  # fmt: skip
    page = client.get("/opiniones").text
    assert f'data-reaction="{town.subjects[0]}"' not in page
    assert "Agua nueva" in page
    assert "cambió desde que opinó" in page


def test_an_own_idea_is_taken_back_and_a_strangers_is_not(app, client, town):
    say(client, town)
    ((idea,),) = town.rows("SELECT id FROM idea")
    stranger = app.test_client()
    post(stranger, f"/reacciones/{town.subjects[0]}", choice="like", version=1)
    assert post(stranger, f"/opiniones/ideas/{idea}/retirar").status_code == 404
    assert client.get(f"/opiniones/ideas/{idea}/retirar").status_code == 200
    assert post(client, f"/opiniones/ideas/{idea}/retirar").status_code == 303
    assert town.rows("SELECT text, author, withdrawn_at IS NULL FROM idea") == [("", None, False)]
    assert "Más luz" not in client.get("/opiniones").text


def test_the_code_of_a_device_carries_everything_to_another(app, client, town):
    say(client, town, "like")
    page = post(client, "/opiniones/llevar")
    assert page.headers["Cache-Control"] == "no-store"
    assert "data:image/svg+xml" in page.text
    code = page.text.split('class="folio__code">')[1].split("</p>")[0]
    code = "".join(each for each in code if each.isalnum() and not each.islower())
    other = app.test_client()
    assert other.get("/opiniones/traer").status_code == 200
    wrong = post(other, "/opiniones/traer", code=code[1:])
    assert wrong.status_code == 422
    assert "código le falta" in wrong.text
    assert post(other, "/opiniones/traer", code=code.lower()).status_code == 303
    assert "Agua 0" in other.get("/opiniones").text
    post(other, f"/reacciones/{town.subjects[0]}", choice="dislike", version=1)
    town.drain.once()
    assert town.tallies() == {town.subjects[0]: (0, 1)}


def test_erasing_takes_back_everything_and_forgets_the_device(client, town):
    say(client, town, "like", "dislike", "like")
    assert client.get("/opiniones/borrar").status_code == 200
    page = post(client, "/opiniones/borrar")
    assert page.status_code == 200
    assert "data-forget" in page.text
    assert client.get_cookie("d") is None
    town.drain.once()
    assert town.tallies() == {}
    assert town.rows("SELECT text, author FROM idea") == [("", None)]
    assert client.get("/opiniones").text.count("todavía no ha opinado") == 1


def test_after_the_close_choices_stay_counted_and_the_page_says_so(client, town):
    say(client, town, "like")
    with town.resources.database.transaction() as session:
        set_window(session, opens_in=-7200.0, closes_in=-3600.0)
    assert "Ya no se reciben opiniones" in client.get("/opiniones").text
    page = post(client, "/opiniones/borrar")
    assert "su etapa ya cerró (1)" in page.text
    town.drain.once()
    assert town.tallies() == {town.subjects[0]: (1, 0)}


@pytest.mark.parametrize("path", ["llevar", "borrar", "ideas/1/retirar"])
def test_without_a_device_there_is_nothing_to_carry_or_erase(client, path):
    assert client.post(f"/opiniones/{path}", headers=OURS).status_code == 404


def test_press_and_idea_of_one_device_share_no_mark(client, town):
    say(client, town, "like")
    ((press_id,),) = town.rows("SELECT press_id FROM reaction")
    ((author,),) = town.rows("SELECT author FROM idea")
    assert press_id != author

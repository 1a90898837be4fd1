"""The citizens' door by HTTP: with and without script or cookie, from our pages only."""

from dataclasses import replace

import pytest

from decide.app import create_app
from decide.web.shared.context import KEY
from tests.ledger import Town, set_window

OURS = {"Sec-Fetch-Site": "same-origin"}
SCRIPT = {**OURS, "X-Requested-With": "decide"}


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


def press(client, subject, choice="like", headers=OURS, follow=True, **more):
    """One press as a browser sends it: a 307 is followed with the same form and the new cookie."""
    data = {"choice": choice, "version": 1}
    response = client.post(f"/reacciones/{subject}", data=data, headers=headers, **more)
    if follow and response.status_code == 307:
        response = client.post(response.location, data=data, headers=headers, **more)
    return response


def idea(client, subject, words="Más luz en la parada.", headers=OURS, **more):
    data = {"kind": "idea", "version": 1, "text": words, **more}
    response = client.post(f"/ideas/{subject}", data=data, headers=headers)
    if response.status_code == 307:
        response = client.post(response.location, data=data, headers=headers)
    return response


def test_the_first_press_gets_a_cookie_and_counts_only_with_it(client, town):
    subject = town.subjects[0]
    first = press(client, subject, follow=False)
    assert first.status_code == 307
    assert "HttpOnly" in first.headers["Set-Cookie"]
    assert "SameSite=Lax" in first.headers["Set-Cookie"]
    assert town.drain.once() == 0
    assert press(client, subject).status_code == 303
    assert town.drain.once() == 1
    assert town.tallies() == {subject: (1, 0)}


def test_a_flood_without_cookies_counts_nothing(app, town):
    for _ in range(50):
        assert press(app.test_client(), town.subjects[0], follow=False).status_code == 307
    assert town.drain.once() == 0


def test_a_captured_first_request_counts_once_however_often_it_is_replayed(app, client, town):
    subject = town.subjects[0]
    press(client, subject)
    cookie = f"d={client.get_cookie('d').value}"
    stranger = app.test_client(use_cookies=False)
    for _ in range(100):
        answer = press(stranger, subject, headers={**OURS, "Cookie": cookie})
        assert answer.status_code == 303
    town.drain.once()
    assert town.tallies() == {subject: (1, 0)}


def test_a_browser_without_cookies_is_told_so_instead_of_going_round(app, town):
    browser = app.test_client(use_cookies=False)
    answer = press(browser, town.subjects[0])
    assert answer.status_code == 422
    assert "cookies" in answer.text


def test_a_cookie_that_we_did_not_sign_is_no_device(app, town):
    forged = {**OURS, "Cookie": "d=" + "A" * 48}
    answer = press(
        app.test_client(use_cookies=False), town.subjects[0], headers=forged, follow=False
    )
    assert answer.status_code == 307
    assert town.drain.once() == 0


def test_over_tls_the_cookie_is_bound_to_the_host(settings, town):

    app = create_app(replace(settings, public_url="https://decide.example.org"))
    answer = press(app.test_client(), town.subjects[0], follow=False)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-d=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    house = app.extensions[KEY]
    house.resources.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://otro.example"},
        {"Origin": "null"},
        {"Referer": "https://otro.example/pagina"},
        {},
    ],
)
def test_a_form_from_another_page_is_refused(client, town, headers):
    answer = press(client, town.subjects[0], headers=headers, follow=False)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://localhost"}, {"Referer": "http://localhost/candidaturas"}],
)
def test_an_old_browser_of_ours_is_let_in(client, town, headers):
    assert press(client, town.subjects[0], headers=headers).status_code == 303


def test_the_script_gets_204_and_nobody_keeps_the_answer(client, town):
    answer = press(client, town.subjects[0], headers=SCRIPT)
    assert answer.status_code == 204
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_script_a_page_says_what_is_kept_and_leads_back(client, town):
    came = {**OURS, "Referer": "http://localhost/candidaturas/7"}
    answer = press(client, town.subjects[0], "dislike", headers=came)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "No me gusta" in page.text
    assert 'href="/candidaturas/7"' in page.text
    assert 'aria-pressed="true"' in page.text


@pytest.mark.parametrize(
    "path", ["//malo.example", "https://malo.example/", "/\\malo.example", "x"]
)
def test_the_way_back_never_leads_elsewhere(client, town, path):
    page = client.get(
        f"/opiniones/{town.subjects[0]}/lista", query_string={"opinion": "like", "desde": path}
    )
    assert page.status_code == 200
    assert "malo.example" not in page.text


@pytest.mark.parametrize("data", [{}, {"choice": "love", "version": 1}, {"choice": "like"}])
def test_a_press_that_says_nothing_is_refused(client, town, data):
    press(client, town.subjects[0])
    answer = client.post(f"/reacciones/{town.subjects[0]}", data=data, headers=OURS)
    assert answer.status_code == 422


def test_closed_and_unknown_are_told_to_script_and_page(client, town):
    with town.resources.database.transaction() as session:
        set_window(session, opens_in=-7200.0, closes_in=-3600.0)
    assert press(client, town.subjects[0]).status_code == 422
    answer = press(client, town.subjects[0], headers=SCRIPT)
    assert answer.status_code == 422
    assert "cerró el" in answer.json["message"]
    assert press(client, 987_654).status_code == 404


def test_an_idea_leads_to_its_folio(client, town):
    answer = idea(client, town.subjects[0])
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "La estamos pasando al registro" in page.text
    town.drain.once()
    page = client.get(answer.location)
    assert "Agua 0" in page.text
    assert "Más luz en la parada" not in page.text
    assert 'name="momento" value="idea"' in page.text, "how it went is asked where a task ends"


def test_the_idea_form_is_the_same_for_everybody(app, client, town):
    path = f"/ideas/{town.subjects[0]}"
    press(client, town.subjects[0])
    one, other = client.get(path), app.test_client().get(path)
    assert one.data == other.data
    assert one.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in one.headers


def test_sending_twice_by_double_click_or_back_button_is_one_idea(client, town):
    first = idea(client, town.subjects[0])
    assert idea(client, town.subjects[0]).location == first.location
    town.drain.once()
    assert town.rows("SELECT count(*) FROM idea") == [(1,)]


@pytest.mark.parametrize(("words", "said"), [("  \n ", "Escriba su idea"), ("a" * 4001, "4,001")])
def test_an_idea_of_no_or_too_many_words_comes_back_with_its_text(client, town, words, said):
    answer = idea(client, town.subjects[0], words)
    assert answer.status_code == 422
    assert said in answer.text
    assert words.strip() in answer.text


def test_personal_data_are_asked_about_and_never_refused(client, town):
    words = "Llámenme al 722 123 4567 para explicar."
    answer = idea(client, town.subjects[0], words)
    assert answer.status_code == 422
    assert "un teléfono" in answer.text
    assert words in answer.text
    assert idea(client, town.subjects[0], words, confirm="1").status_code == 303


def test_a_phase_that_closed_while_writing_loses_no_text(client, town):
    with town.resources.database.transaction() as session:
        set_window(session, opens_in=-7200.0, closes_in=-3600.0)
    answer = idea(client, town.subjects[0], "Algo largo y pensado.")
    assert answer.status_code == 422
    assert "Algo largo y pensado." in answer.text
    assert "cerró el" in answer.text


def test_a_mistyped_folio_is_explained_and_a_right_one_found(client, town):
    location = idea(client, town.subjects[0]).location
    code = location.split("/folios/")[1].split("?")[0]
    wrong = client.post("/folios", data={"folio": code[:-1]}, headers=OURS)
    assert wrong.status_code == 422
    assert "falta 1 car" in wrong.text
    found = client.post("/folios", data={"folio": code.lower().replace("-", " ")}, headers=OURS)
    assert found.status_code == 303
    assert code in found.location


def test_from_the_folio_one_may_send_another_idea_about_the_same(client, town):
    subject = town.subjects[0]
    location = idea(client, subject).location
    assert f'href="/ideas/{subject}"' in client.get(location).text
    later = location.split("?")[0]
    assert "/ideas/" not in client.get(later).text, "who looks later is not asked to"
    assert client.get(f"{later}?asunto=-4").status_code == 200


def test_a_folio_nobody_received_is_not_found(client, town):
    from decide.participation.folio import Folio, written

    assert client.get(f"/folios/{written(Folio(bytes(16)))}").status_code == 404
    assert client.get("/folios/nada").status_code == 422


def test_an_idea_is_taken_back_by_its_folio(client, town):
    location = idea(client, town.subjects[0]).location.split("?")[0]
    town.drain.once()
    assert client.get(f"{location}/retirar").status_code == 200
    assert client.post(f"{location}/retirar", headers=OURS).status_code == 303
    assert "Usted retiró" in client.get(location).text
    assert town.rows("SELECT text FROM idea") == [("",)]


def test_while_log_and_sql_are_away_the_page_keeps_press_and_text(settings, town):

    app = create_app(replace(settings, snapshot_seconds=3600.0))
    client = app.test_client()
    press(client, town.subjects[0])
    house = app.extensions[KEY]
    away = create_app(
        replace(
            settings,
            snapshot_seconds=3600.0,
            redis_url="redis://127.0.0.1:1/0",
            database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing",
        )
    )
    away.extensions[KEY].snapshot._picture = house.snapshot.picture()
    lost = away.test_client()
    answer = press(lost, town.subjects[0])
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert 'name="choice" value="like"' in answer.text
    answer = idea(lost, town.subjects[0], "Esto no se pierde.")
    assert answer.status_code == 503
    assert "Esto no se pierde." in answer.text
    for made in (app, away):
        made.extensions[KEY].resources.close()

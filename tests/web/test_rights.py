"""ARCO requests: from a form without account to the answer on a page and by mail."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from decide.app import create_app
from decide.kernel import jobs as queue
from decide.kernel.redis import connect
from decide.kernel.resources import open_resources
from decide.listening import jobs
from decide.web.shared.context import KEY
from tests.mail_server import server
from tests.page import Page
from tests.portal import OURS, PASSPHRASE, Person

__all__ = ["server"]
ASKED = "Quiero que borren el correo que dejé en la lista de boletines."
ANSWER = "Borramos su correo de la lista.\nPuede comprobarlo pidiéndola otra vez."
ADDRESS = "Rosa.Diaz@ejemplo.mx"
FORM, STATE = "/privacidad/derechos", "/privacidad/derechos/estado"


@pytest.fixture
def app(settings, portal_database, clock, server):
    address = f"smtp://127.0.0.1:{server.server_address[1]}"
    made = create_app(
        replace(settings, database_url=portal_database, smtp_url=address), clock=clock
    )
    yield made
    house = made.extensions[KEY]
    house.door.close()
    house.snapshot.close()
    house.resources.close()


@pytest.fixture
def work(app, clock):
    """One turn of the timetable."""
    house = app.extensions[KEY].resources
    queue.bind(lambda: open_resources(house.settings, clock=clock))
    yield lambda: jobs.answer_by_mail(0)
    queue.Workshop.opener = None


@pytest.fixture
def client(app, portal_world):
    return app.test_client()


def arrive(app, name):
    person = Person(app)
    return person.open("/oficina/entrar").send(username=name, passphrase=PASSPHRASE)


@pytest.fixture
def chief(app, portal_world):
    return arrive(app, "jefa")


def token_of(client):
    return re.search(r'name="forma" value="([0-9a-f]{32})"', client.get(FORM).text)[1]


def send(client, **fields):
    told = {"forma": token_of(client), "derecho": "cancellation", "texto": ASKED} | fields
    return client.post(FORM, data=told, headers=OURS)


def number_in(page):
    return re.search(r'name="folio" value="([0-9A-Z-]{33})"', page.text)[1]


def looked_up(client, number):
    return client.post(STATE, data={"folio": number}, headers=OURS)


def kept(app, table="arco_request"):
    with app.extensions[KEY].resources.database.reading() as session:
        rows = session.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings()
        return [dict(row) for row in rows]


def test_a_request_is_taken_up_answered_mailed_and_read(app, client, chief, server, work, clock):
    page = send(client, correo=ADDRESS)
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    number = number_in(page)
    before = looked_up(client, number.lower().replace("-", " "))
    assert "Recibida" in before.text
    assert before.headers["Cache-Control"] == "no-store"

    (row,) = kept(app)
    place = f"/oficina/derechos/{row['id']}"
    assert place in chief.open("/oficina/derechos").html
    assert "por responder, 1; vencidas, 0." in chief.open("/oficina/sugerencias").text
    assert ASKED in chief.open(place).text
    chief.send(f"{place}/atender", status=303)
    assert "La estamos atendiendo" in looked_up(client, number).text

    chief.open(place).send(place, status=422, answer="Ya quedó.")
    assert "Ya quedó." in chief.html, "a text that is refused comes back"
    work()
    assert server.taken == []
    chief.open(place).send(place, status=303, answer=ANSWER)
    work()
    work()
    (mail,) = server.taken
    assert mail["To"] == ADDRESS
    body = mail.get_body(("plain",)).get_content()
    assert "Borramos su correo de la lista." in body
    assert STATE in body
    assert "Enviada" in chief.open(place).text
    after = looked_up(client, number).text
    assert "Puede comprobarlo pidiéndola otra vez." in after
    assert "Retirar mi solicitud" not in after
    (row,) = kept(app)
    assert (row["state"], row["mail"], row["address"]) == ("answered", "sent", None)
    deeds = [each for each in kept(app, "audit_entry") if each["subject_kind"] == "arco_request"]
    assert [each["deed"] for each in deeds] == ["arco.taken_up", "arco.answered"]
    assert "lista" not in repr(deeds)
    chief.open(place)
    assert "Responder y cerrar" not in chief.text


def test_a_double_click_or_a_way_back_asks_once_and_a_changed_text_is_another(app, client):
    token = token_of(client)
    first, again = send(client, forma=token), send(client, forma=token)
    assert number_in(first) == number_in(again)
    assert len(kept(app)) == 1
    other = send(client, forma=token, texto=f"{ASKED} Y mi nombre.")
    assert number_in(other) != number_in(first)
    assert number_in(send(client)) != number_in(first), "another form with the same words"
    assert len(kept(app)) == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"texto": "  \n"}, "Escriba qué pide."),
        ({"texto": f"{ASKED} {'x' * 2000}"}, "Escriba hasta 2000 caracteres"),
        ({"derecho": ""}, "Elija qué quiere hacer con sus datos."),
        ({"derecho": "otra"}, "Elija qué quiere hacer con sus datos."),
        ({"correo": "rosa@"}, "Escriba el correo completo"),
        ({"correo": "a@b.mx\nBcc: c@d.mx"}, "Escriba el correo completo"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(app, client, fields, sentence):
    token = token_of(client)
    told = {"forma": token, "derecho": "access", "texto": ASKED, "correo": ADDRESS} | fields
    page = client.post(FORM, data=told, headers=OURS)
    assert page.status_code == 422
    assert sentence in page.text
    assert told["texto"].strip() in page.text
    assert f'value="{token}"' in page.text
    assert kept(app) == []
    Page(page.text)


def test_everything_that_is_wrong_is_said_at_once(client):
    page = client.post(FORM, data={"correo": "rosa@"}, headers=OURS)
    for name in ("derecho", "texto", "correo"):
        assert f'href="#{name}"' in page.text
        assert f'id="{name}-error"' in page.text


def test_the_text_may_have_exactly_as_many_letters_as_the_form_says(app, client):
    assert send(client, texto="ñ" * 2000).status_code == 200
    assert send(client, texto="ñ" * 2001).status_code == 422
    assert len(kept(app)) == 1


def test_a_wrong_number_is_explained_and_an_unknown_one_is_not_there(client):
    number = number_in(send(client))
    wrong = ("Z" if number[0] != "Z" else "Y") + number[1:]
    for typed, status, sentence in (
        ("", 422, "Escriba el folio"),
        (number[:-3], 422, "le faltan"),
        (wrong, 422, "Hay un error en el folio"),
        ("0" * 27, 404, "No hay una solicitud con ese folio"),
    ):
        page = looked_up(client, typed)
        assert page.status_code == status, typed
        assert sentence in page.text
        assert ASKED not in page.text
    assert client.get(f"{STATE}?folio={number}").text.count(number) == 0


def test_a_request_that_is_taken_back_leaves_no_word_and_no_address(app, client, chief):
    number = number_in(send(client, correo=ADDRESS))
    for _ in range(2):
        page = client.post(f"{FORM}/retirar", data={"folio": number}, headers=OURS)
        assert "Usted la retiró" in page.text
    (row,) = kept(app)
    assert (row["state"], row["text"], row["address"]) == ("withdrawn", "", None)
    place = f"/oficina/derechos/{row['id']}"
    assert "Retirada" in chief.open(place).text
    assert "Responder y cerrar" not in chief.text


def test_an_answered_request_is_neither_answered_again_nor_taken_back(app, client, chief):
    number = number_in(send(client))
    place = f"/oficina/derechos/{kept(app)[0]['id']}"
    form = chief.open(place).form(place)["fields"] | {"answer": ANSWER}
    chief.send(place, status=303, answer=ANSWER)
    later = form | {"answer": "Otra respuesta que ya no vale."}
    assert chief.client.post(place, data=later, headers=OURS).status_code == 422
    back = client.post(f"{FORM}/retirar", data={"folio": number}, headers=OURS)
    assert back.status_code == 422
    (row,) = kept(app)
    assert (row["answer"], row["mail"]) == (ANSWER, "none")


def test_the_address_is_in_no_table_no_page_of_the_office_and_no_log(
    app, client, chief, server, work, talkative, capfd
):
    number = number_in(send(client, correo=ADDRESS))
    (row,) = kept(app)
    place = f"/oficina/derechos/{row['id']}"
    assert row["address"]
    with app.extensions[KEY].resources.database.reading() as session:
        tables = session.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).all()
        for table in tables:
            found = session.scalar(
                text(f"SELECT count(*) FROM {table} AS row WHERE lower(row::text) LIKE '%rosa.d%'")
            )
            assert found == 0, table
    chief.open(place).send(place, status=303, answer=ANSWER)
    server.answer = "550 nobody"
    work()
    assert kept(app)[0]["mail"] == "failed"
    assert kept(app)[0]["address"] is None
    assert ADDRESS not in chief.open(place).html
    assert "No se pudo enviar" in chief.text
    told = "".join(capfd.readouterr())
    assert "listening.mail_refused" in told, "the log was looked at"
    assert "rosa" not in told.lower()
    assert number not in told
    assert ASKED not in told


def test_what_is_late_says_so_in_words_and_comes_first(app, client, chief, clock):
    send(client, texto="La segunda")
    with app.extensions[KEY].resources.database.transaction() as session:
        session.execute(text("UPDATE arco_request SET due_on = :day"), {"day": date(2020, 1, 2)})
    number = number_in(send(client, texto="La primera"))
    page = chief.open("/oficina/derechos")
    late, fresh = (row["id"] for row in kept(app))
    assert page.html.index(f"/oficina/derechos/{late}") < page.html.index(
        f"/oficina/derechos/{fresh}"
    )
    assert page.html.count("Vencida<") == 1
    assert "por responder, 1;" not in chief.open("/oficina/sugerencias").text
    assert "por responder, 2; vencidas, 1." in chief.text
    assert "está atrasada" not in looked_up(client, number).text
    assert "No hay solicitudes aquí" in chief.open("/oficina/derechos?estado=answered").text
    assert chief.client.get("/oficina/derechos?estado=x").status_code == 404


def test_the_day_of_receipt_is_the_citizens_day(app, client, clock):
    zone = app.extensions[KEY].resources.settings.time_zone
    assert zone == "America/Mexico_City"
    midnight = clock.instant.replace(hour=3, minute=0)  # in UTC; the evening before in Mexico
    clock.instant = midnight + timedelta(days=1)
    send(client)
    assert kept(app)[0]["received_on"] == midnight.date()


def test_strangers_and_observers_read_no_request(app, client, portal_world):
    send(client)
    place = f"/oficina/derechos/{kept(app)[0]['id']}"
    for path in ("/oficina/derechos", place):
        page = client.get(path)
        assert (page.status_code, page.headers["Location"][:15]) == (302, "/oficina/entrar")
        assert ASKED not in page.text
    watcher = arrive(app, "mirada")
    listed = watcher.open("/oficina/derechos")
    assert "Recibida" in listed.text
    assert ASKED not in listed.text
    assert place not in listed.html
    assert watcher.client.get(place).status_code == 403
    assert kept(app)[0]["state"] == "received"


def test_the_notices_lead_to_the_form_and_it_says_what_can_be_found(client):
    for path in ("/privacidad", "/privacidad/resumen"):
        assert f'href="{FORM}"' in client.get(path).text
    page = client.get(FORM)
    assert page.headers["Cache-Control"] == "private, max-age=0"
    for words in ("Unidad de Transparencia", "20 días hábiles", "comprobar quién es"):
        assert words in page.text
    for link in ("/folios", "/opiniones", STATE):
        assert f'href="{link}"' in page.text
    other = client.post(FORM, data={"texto": ASKED}, headers={"Origin": "https://otro.example"})
    assert other.status_code == 403


@pytest.fixture
def redis(settings):
    opened = connect(settings.queue_url)
    opened.flushdb()
    yield opened
    opened.close()


def test_a_flood_is_stopped_and_the_text_comes_back(settings, portal_database, redis, clock):
    few = replace(settings, database_url=portal_database, voices_per_hour=1)
    app = create_app(few, clock=clock)
    client = app.test_client()
    assert send(client).status_code == 200
    page = send(client)
    assert page.status_code == 429
    assert ASKED in page.text
    house = app.extensions[KEY]
    house.door.close()
    house.snapshot.close()
    house.resources.close()


def test_in_english_a_wrong_number_is_explained_in_english(client):
    page = client.post(f"/en{STATE}", data={"folio": "0" * 27}, headers=OURS)
    assert page.status_code == 404
    assert "There is no request with that number." in page.text

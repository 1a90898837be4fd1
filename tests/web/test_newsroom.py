"""Sala de prensa: bulletins at their hour, corrected in the open, and a list that forgets."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as Tree

import pytest
from PIL import Image
from sqlalchemy import text

from decide.app import create_app
from decide.kernel import jobs as queue
from decide.kernel.resources import open_resources
from decide.newsroom import jobs
from decide.web.shared.context import KEY
from tests import factories
from tests.mail_server import server
from tests.page import Page
from tests.portal import OURS, PASSPHRASE, Person

__all__ = ["server"]
ADDRESS = "Rosa.Diaz@ejemplo.mx"
TOLD = {"title": "Abre la consulta", "summary": "Desde hoy puede opinar.", "text": "## Qué\n\nYa."}


@pytest.fixture
def app(settings, portal_database, clock, server):
    address = f"smtp://127.0.0.1:{server.server_address[1]}"
    made = create_app(
        replace(settings, database_url=portal_database, smtp_url=address), clock=clock
    )
    yield made
    made.extensions[KEY].resources.close()


@pytest.fixture
def work(app, clock):
    """One turn of the timetable."""
    house = app.extensions[KEY].resources
    queue.bind(lambda: open_resources(house.settings, clock=clock))
    yield lambda: jobs.work(0)
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


def drafted(person, **more):
    """Write a bulletin; gives its number."""
    person.open("/oficina/boletines/nuevo").send(
        "/oficina/boletines/nuevo", status=303, **(TOLD | {"by_mail": "1"} | more)
    )
    return int(person.page.headers["Location"].rsplit("/", 1)[1])


def published(person, number, **more):
    place = f"/oficina/boletines/{number}"
    person.open(place).send(f"{place}/publicar", status=303, **more)


def joined(client, server, work, address=ADDRESS):
    """Ask, read the mail, confirm; gives nothing."""
    client.post("/lista-de-correo", data={"correo": address}, headers=OURS)
    work()
    link = link_in(server.taken[-1], "confirmar")
    assert client.get(link).status_code == 200
    assert client.post(link, headers=OURS).status_code == 303


def link_in(mail, word):
    body = mail.get_body(("plain",)).get_content()
    return re.search(rf"/lista-de-correo/{word}/\S+", body)[0]


def rows(app, table):
    with app.extensions[KEY].resources.database.reading() as session:
        return [dict(row) for row in session.execute(text(f"SELECT * FROM {table}")).mappings()]


def test_a_draft_is_not_on_the_site_and_a_published_bulletin_is(client, chief):
    number = drafted(chief)
    assert client.get(f"/sala-de-prensa/{number}").status_code == 404
    assert TOLD["title"] not in client.get("/sala-de-prensa").text
    assert "Borrador" in chief.open("/oficina/boletines").text
    published(chief, number)
    assert "Publicado" in chief.open("/oficina/boletines").text
    page = client.get(f"/sala-de-prensa/{number}")
    assert page.status_code == 200
    assert "<h3>Qué</h3>" in page.text
    assert TOLD["title"] in client.get("/sala-de-prensa").text
    assert f"/sala-de-prensa/{number}" in client.get("/sitemap.xml").text
    assert "Set-Cookie" not in page.headers
    Page(client.get("/sala-de-prensa").text)


def test_a_scheduled_bulletin_appears_at_its_hour_and_not_before(app, client, chief, clock, work):
    number = drafted(chief)
    later = (clock.instant + timedelta(hours=2)).astimezone(factories.ZONE)
    published(chief, number, due=later.strftime("%Y-%m-%dT%H:%M"))
    clock.instant += timedelta(hours=1)
    work()
    assert client.get(f"/sala-de-prensa/{number}").status_code == 404
    clock.instant += timedelta(hours=1, minutes=1)
    work()
    work()
    assert client.get(f"/sala-de-prensa/{number}").status_code == 200
    assert [row["deed"] for row in rows(app, "audit_entry")].count("bulletin.published") == 1


def test_an_hour_that_has_passed_is_refused_by_its_field(chief, clock):
    number = drafted(chief)
    place = f"/oficina/boletines/{number}"
    past = (clock.instant - timedelta(hours=1)).astimezone(factories.ZONE)
    chief.open(place).send(f"{place}/publicar", status=422, due=past.strftime("%Y-%m-%dT%H:%M"))
    assert "que todavía no pasan" in chief.text


def test_a_correction_says_what_changed_and_keeps_what_was_said(client, chief):
    number = drafted(chief)
    published(chief, number)
    place = f"/oficina/boletines/{number}"
    chief.open(place).send(place, status=303, **(TOLD | {"text": "Ya no.", "by_mail": "1"}))
    assert "Ya no." not in client.get(f"/sala-de-prensa/{number}").text
    chief.open(place).send(f"{place}/publicar", status=422)
    assert "Diga qué cambió" in chief.text
    chief.open(place).send(
        place, status=303, **(TOLD | {"text": "Ya no.", "note": "Se corrigió la fecha."})
    )
    published(chief, number)
    now = client.get(f"/sala-de-prensa/{number}").text
    assert "Ya no." in now
    assert "Se corrigió la fecha." in now
    assert chief.open(place).form(place)["fields"]["note"] == ""
    before = client.get(f"/sala-de-prensa/{number}/versiones/1").text
    assert "<h3>Qué</h3>" in before
    assert "ya no es la vigente" in before
    assert client.get(f"/sala-de-prensa/{number}/versiones/3").status_code == 404


def test_who_saved_later_on_an_older_state_loses_no_letter(chief):
    number = drafted(chief)
    place = f"/oficina/boletines/{number}"
    chief.open(place)
    old = chief.form(place)["fields"]["revision"]
    chief.send(place, status=303, **TOLD)
    chief.open(place).send(
        place, status=409, **(TOLD | {"revision": old, "text": "Lo que otra escribió"})
    )
    assert "Lo que otra escribió" in chief.html


def photograph():
    body = io.BytesIO()
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(body, "JPEG")
    body.seek(0)
    return body


def test_a_picture_without_words_is_refused_and_with_them_shown_once_published(client, chief):
    number = drafted(chief)
    place = f"/oficina/boletines/{number}"
    for alt, status in (("foto", 422), ("Dos personas leen un cartel en la plaza.", 303)):
        chief.open(place)
        token = chief.form(f"{place}/imagenes")["fields"]["csrf_token"]
        chief.page = chief.client.post(
            f"{place}/imagenes", headers=OURS,
            data={"csrf_token": token, "alt": alt, "file": (photograph(), "a.jpg")},
        )  # fmt: skip
        assert chief.page.status_code == status
    chief.open(place)
    picture = re.search(r"/oficina(/boletines/imagenes/[0-9a-f]{32}\.jpg)", chief.html)[1]
    name = picture.rsplit("/", 1)[1]
    with chief.client.get(f"/oficina{picture}") as preview:
        assert preview.status_code == 200
    assert client.get(f"/sala-de-prensa/imagenes/{name}").status_code == 404
    published(chief, number)
    page = client.get(f"/sala-de-prensa/{number}").text
    assert 'alt="Dos personas leen un cartel en la plaza."' in page
    with client.get(f"/sala-de-prensa/imagenes/{name}") as shown:
        assert shown.status_code == 200
        assert len(shown.get_data()) < 120_000


def test_a_withdrawn_bulletin_is_gone_from_pages_pictures_and_feed(client, chief):
    number = drafted(chief)
    published(chief, number)
    place = f"/oficina/boletines/{number}"
    chief.open(place).send(f"{place}/retirar", status=422)
    chief.open(place).send(f"{place}/retirar", status=303, reason="Error en la fecha")
    assert client.get(f"/sala-de-prensa/{number}").status_code == 404
    assert TOLD["title"] not in client.get("/feeds/boletines.xml").text


def test_only_an_administrator_publishes(app, portal_world, client):
    loader = arrive(app, "textos")
    number = drafted(loader)
    assert "Publicación" not in loader.open(f"/oficina/boletines/{number}").text
    answer = loader.client.post(f"/oficina/boletines/{number}/publicar", headers=OURS)
    assert answer.status_code in (400, 403)
    assert client.get(f"/sala-de-prensa/{number}").status_code == 404


def test_the_feed_has_one_stable_entry_that_tells_of_its_correction(client, chief, clock):
    number = drafted(chief)
    published(chief, number)
    first = entry(client)
    clock.instant += timedelta(minutes=20)
    place = f"/oficina/boletines/{number}"
    chief.open(place).send(place, status=303, **(TOLD | {"title": "Otro", "note": "Título."}))
    published(chief, number)
    second = entry(client)
    assert first["id"] == second["id"]
    assert second["title"] == "Otro"
    assert first["updated"] < second["updated"]


def entry(client):
    space = "{http://www.w3.org/2005/Atom}"
    root = Tree.fromstring(client.get("/feeds/boletines.xml").get_data())
    (found,) = root.findall(f"{space}entry")
    return {name: found.findtext(f"{space}{name}") for name in ("id", "title", "updated")}


def test_a_bulletin_goes_once_to_who_confirmed_and_to_nobody_else(
    client, chief, server, work
):  # fmt: skip
    joined(client, server, work)
    client.post("/lista-de-correo", data={"correo": "otra@ejemplo.mx"}, headers=OURS)
    work()
    server.taken.clear()
    number = drafted(chief)
    published(chief, number)
    work()
    work()
    (mail,) = server.taken
    assert mail["To"] == ADDRESS
    assert mail["Subject"] == TOLD["title"]
    assert f"/sala-de-prensa/{number}?utm_medium=mail" in mail.get_body(("plain",)).get_content()
    assert "Correos enviados 1" in chief.open(f"/oficina/boletines/{number}").text


def test_one_press_of_a_mail_program_leaves_the_list_and_deletes_the_address(
    app, client, chief, server, work
):
    joined(client, server, work)
    published(chief, drafted(chief))
    work()
    mail = server.taken[-1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = "/" + mail["List-Unsubscribe"].strip("<>").split("/", 3)[3]
    assert client.get(link).status_code == 200
    assert len(rows(app, "subscriber")) == 1
    answer = client.post(link, data={"List-Unsubscribe": "One-Click"})  # no Origin: no browser
    assert answer.status_code == 303
    assert rows(app, "subscriber") == []
    assert rows(app, "letter_to_list") == []
    assert client.post(link).status_code == 303


def test_the_address_lies_in_no_table_and_the_page_tells_nobody_who_is_on_the_list(
    app, client, server, work
):
    first = client.post("/lista-de-correo", data={"correo": ADDRESS}, headers=OURS)
    work()
    again = client.post("/lista-de-correo", data={"correo": ADDRESS.upper()}, headers=OURS)
    work()
    assert (first.status_code, first.headers["Location"], first.get_data()) == (
        again.status_code, again.headers["Location"], again.get_data(),
    )  # fmt: skip
    assert len(server.taken) == 1
    (row,) = rows(app, "subscriber")
    told = repr(row).lower()
    assert "rosa" not in told
    assert "ejemplo" not in told


def test_who_does_not_confirm_is_forgotten_after_two_days(app, client, clock, server, work):
    client.post("/lista-de-correo", data={"correo": ADDRESS}, headers=OURS)
    work()
    link = link_in(server.taken[0], "confirmar")
    clock.instant += timedelta(hours=49)
    assert client.post(link, headers=OURS).status_code == 404
    work()
    assert rows(app, "subscriber") == []


NO_ADDRESSES = ("", "rosa", "rosa@", "a@b.mx, c@d.mx", "a b@c.mx", "a@b.mx\nBcc: x@y.mx")
NO_LINKS = ("1-x", "x", "-", "1", f"{'9' * 30}-aaaa")


def test_what_is_no_address_comes_back_with_a_sentence(app, client):
    for typed in NO_ADDRESSES:
        answer = client.post("/lista-de-correo", data={"correo": typed}, headers=OURS)
        assert answer.status_code == 422, typed
        assert "dirección de correo completa" in answer.text
    assert rows(app, "subscriber") == []


def test_a_link_that_we_never_wrote_opens_nothing(client):
    for word in ("confirmar", "baja"):
        for token in NO_LINKS:
            link = f"/lista-de-correo/{word}/{token}"
            assert client.get(link).status_code == 404, link
            assert client.post(link, headers=OURS).status_code == 404, link


def test_a_link_to_leave_does_not_confirm(client, server, work):
    client.post("/lista-de-correo", data={"correo": ADDRESS}, headers=OURS)
    work()
    link = link_in(server.taken[0], "confirmar")
    assert client.post(link.replace("confirmar", "baja"), headers=OURS).status_code == 404


def test_without_a_mail_server_there_is_no_form(portal_app, portal_world):
    client = portal_app.test_client()
    assert client.get("/lista-de-correo").status_code == 404
    assert "/lista-de-correo" not in client.get("/sala-de-prensa").text

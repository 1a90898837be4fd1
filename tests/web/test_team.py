"""The coordination's team: editors write about chosen elections, the coordination publishes."""

import re

import pyotp
import pytest

from decide.accounts import letters, queries
from decide.catalog import own
from decide.catalog.owner import Owner
from decide.web.shared.context import KEY
from tests.portal import Person


@pytest.fixture
def codes(monkeypatch):
    """The activation codes that went to paper, in order."""
    printed = []
    real = letters.as_pdf

    def noted(addressed, *arguments, **more):
        printed.extend(each.letter.code.grouped for each in addressed)
        return real(addressed, *arguments, **more)

    monkeypatch.setattr(letters, "as_pdf", noted)
    return printed


@pytest.fixture
def nopal(enter):
    """A coordinator whose actor stands in two elections."""
    return enter("nopal")


@pytest.fixture
def accounts(portal_app, clock):
    def look():
        with portal_app.extensions[KEY].resources.database.reading() as session:
            return {each.username: each for each in queries.access_lines(session, at=clock.instant)}

    return look


@pytest.fixture
def contests(portal_app, portal_world):
    """Ids of the two elections of Nopal: the district's, Toluca's."""
    with portal_app.extensions[KEY].resources.database.reading() as session:
        line = next(each for each in queries.accounts(session) if each.username == "nopal")
        return [each.contest.id for each in own.own_heads(session, Owner(line.actor_id))]


def invite(nopal, accounts, **chosen):
    nopal.open("/partido/equipo/nueva").send(status=303, person="Rosa Nava Téllez", **chosen)
    return accounts()["rosa.nava"]


def test_an_editor_sees_and_writes_only_about_the_chosen_elections(
    nopal, accounts, contests, codes, portal_app, world
):
    rosa = invite(nopal, accounts, contest=str(contests[1]))
    nopal.open(f"/partido/equipo/{rosa.id}").send(f"/partido/equipo/{rosa.id}/carta", status=200)
    editor = Person(portal_app).open("/partido/activar").send(status=200, code=codes[0])
    editor.send(passphrase="otra llave mesa once", passphrase_again="otra llave mesa once")
    editor.follow().send(status=200, code=digits_of(editor, portal_app))
    editor.open("/partido")
    assert "Ayuntamiento de Toluca" in editor.text
    assert "distrito 2" not in editor.text
    editor.open(f"/partido/candidaturas/{world['other']}")
    with portal_app.extensions[KEY].resources.database.reading() as session:
        heads = own.own_heads(session, Owner(rosa.actor_id))
    other = next(head.id for head in heads if head.id != world["other"])
    editor.open(f"/partido/candidaturas/{other}", 404)


def digits_of(person, app):
    """What an app shows that was given the secret on this page."""
    clock = app.extensions[KEY].resources.clock
    secret = re.search(r'class="key">([A-Z2-7 ]+)<', person.html)[1].replace(" ", "")
    return pyotp.TOTP(secret).at(int(clock.instant.timestamp()))


def test_an_editor_writes_and_the_coordination_publishes(enter, ana, world):
    editor = enter("lucero.dos")
    path = f"/partido/propuestas/{world['proposal']}"
    editor.open(path).send(text="Escrito por la edición.", then="preview").follow()
    assert "Su coordinación lo publica" in editor.text
    assert "<span>Publicar</span>" not in editor.html
    ana.open(f"{path}/vista-previa").send()
    form = ana.open(f"{path}/retirar").form()["fields"]
    token = editor.form("/partido/salir")["fields"]["csrf_token"]
    for verb in ("publicar", "retirar"):
        editor.page = editor.client.post(
            f"{path}/{verb}", data=form | {"csrf_token": token, "revision": "2"}
        )
        assert editor.page.status_code == 422
        assert "Solo la coordinación" in editor.text


def test_taking_an_election_away_works_at_once(enter, ana, accounts, world):
    editor = enter("lucero.dos").open(f"/partido/candidaturas/{world['head']}")
    path = f"/partido/equipo/{accounts()['lucero.dos'].id}"
    page = ana.open(path).form(path)
    ana.client.post(path, data={"csrf_token": page["fields"]["csrf_token"]})
    editor.open(f"/partido/candidaturas/{world['head']}", 404)
    assert "Todavía no hay candidaturas" in editor.open("/partido").text


def test_elections_of_other_actors_cannot_be_given(nopal, accounts, contests, portal_app):
    rosa = invite(nopal, accounts, contest="999999")
    with portal_app.extensions[KEY].resources.database.reading() as session:
        assert queries.contests_of(session, rosa.id) == frozenset()


def test_the_coordination_closes_its_editors_and_nobody_else(enter, ana, accounts):
    editor = enter("lucero.dos").open("/partido")
    people = accounts()
    path = f"/partido/equipo/{people['lucero.dos'].id}"
    ana.open(path).send(f"{path}/cerrar", status=303)
    editor.open("/partido", 302)
    for other in ("lucero", "raiz", "jefa"):
        ana.open(f"/partido/equipo/{people[other].id}", 404)


def test_an_editor_does_not_manage_people(enter):
    editor = enter("lucero.dos")
    for path in ("equipo", "equipo/nueva", "historial"):
        editor.open(f"/partido/{path}", 403)


def test_a_new_editor_needs_a_name(nopal):
    nopal.open("/partido/equipo/nueva").send(status=422, person="  ")
    assert "Escriba el nombre" in nopal.text


def test_the_history_shows_the_own_people_and_what_was_done_to_them(ana, enter, world, accounts):
    path = f"/partido/propuestas/{world['proposal']}"
    enter("lucero.dos").open(path).send(text="Escrito por la edición.")
    enter("raiz").open("/partido")
    chief = enter("jefa", door="/oficina").open(f"/oficina/accesos/{accounts()['lucero.dos'].id}")
    chief.send("/oficina/accesos/cartas", status=200)
    ana.open("/partido/historial")
    assert "Persona lucero.dos Guardó una propuesta" in ana.text
    assert "Instituto Imprimió una carta de acceso" in ana.text
    assert "Persona raiz" not in ana.text
    ana.open("/partido/historial?antes=1")
    ana.open("/partido/historial?antes=x", 404)

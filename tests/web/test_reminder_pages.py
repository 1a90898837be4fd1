"""Saying which reminders one wants, and what the office sees of them."""

import pytest

from decide.accounts import queries as accounts
from decide.reminders import actions
from decide.web.shared.context import KEY
from tests import factories

PATH = "/partido/cuenta/avisos"


@pytest.fixture
def wishes(portal_app):
    """What somebody said about reminders."""

    def look(username):
        with portal_app.extensions[KEY].resources.database.reading() as session:
            number = accounts.account_named(session, username).id
            return accounts.mail_wishes(session, number)

    return look


def test_a_person_chooses_where_reminders_go_and_which(ana, wishes):
    ana.open("/partido/cuenta").send(PATH, 303, email=" ana@ejemplo.mx ", wanted=["missing"])
    ana.follow()
    assert "Guardamos cuáles avisos quiere" in ana.text
    assert wishes("lucero").email == "ana@ejemplo.mx"
    assert wishes("lucero").unwanted == {"invitation", "closed", "delivery"}
    ana.open("/partido/cuenta").send(PATH, 303, email="")
    assert wishes("lucero").email == ""
    assert wishes("raiz").email == "", "only the own account"


def test_an_address_that_is_none_is_explained_and_kept_in_the_form(ana, wishes):
    ana.open("/partido/cuenta").send(PATH, 422, email="ana en ejemplo")
    assert "Escriba el correo completo" in ana.text
    assert 'value="ana en ejemplo"' in ana.html
    assert wishes("lucero").email == ""


def test_the_office_sees_persons_reasons_and_states_and_no_address(ana, enter, portal_app, clock):
    ana.open("/partido/cuenta").send(PATH, 303, email="ana@ejemplo.mx", wanted=["missing"])
    clock.instant = factories.SILENCE.replace(day=2, hour=12)
    with portal_app.extensions[KEY].resources.database.transaction() as session:
        assert actions.plan(session, at=clock.instant) == 1
    office = enter("mirada", door="/oficina").open("/oficina/avisos")
    assert "No hay servidor de correo" in office.text
    assert "Persona lucero Lo que falta En cola" in office.text
    assert "ejemplo.mx" not in office.html


def test_a_coordination_gives_an_address_for_somebody_new(enter, wishes):
    nopal = enter("nopal")
    nopal.open("/partido/equipo/nueva").send(status=422, person="Rosa Nava Téllez", email="nada")
    assert "Escriba el correo completo" in nopal.text
    nopal.send(status=303, person="Rosa Nava Téllez", email="rosa@ejemplo.mx")
    assert wishes("rosa.nava").email == "rosa@ejemplo.mx"

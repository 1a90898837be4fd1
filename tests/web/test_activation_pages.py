"""From the letter to the portal, page by page, without scripts."""

import re
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import select

from decide.accounts import actions, activation
from decide.accounts.models import Account, Passkey
from decide.accounts.roles import Role
from decide.app import create_app
from decide.web.shared.context import KEY
from tests.portal import PASSPHRASE, Person

NEW = "otra llave mesa once"


@pytest.fixture
def portal_app(settings, portal_database, clock):
    """The application as in production: everybody is asked for a second factor."""
    own = replace(settings, database_url=portal_database, second_factor=True)
    made = create_app(own, clock=clock)
    yield made
    made.extensions[KEY].resources.close()


@pytest.fixture
def letter(portal_app, world, clock):
    """Print a letter for somebody new; gives the code as on paper."""

    def write(username, role, actor_id=None):
        house = portal_app.extensions[KEY].resources
        with house.database.transaction() as session:
            account = actions.create_account(
                session, username=username, person=f"Persona {username}", role=role,
                actor_id=actor_id, at=clock.instant, by=None,
            )  # fmt: skip
            printed = activation.issue(
                session, house.settings, account.id, at=clock.instant, by=None
            )
        return printed.code.grouped

    return write


def secret_on(person):
    return re.search(r'class="key">([A-Z2-7 ]+)<', person.html)[1].replace(" ", "")


def digits(secret, clock):
    return pyotp.TOTP(secret).at(int(clock.instant.timestamp()))


def activate(person, code, clock, door="/partido"):
    """The whole first day; gives the secret and the recovery codes."""
    person.open(f"{door}/activar").send(status=200, code=code)
    person.send(passphrase=NEW, passphrase_again=NEW).follow()
    secret = secret_on(person)
    person.send(status=200, code=digits(secret, clock))
    return secret, re.findall(r"<li><code>([^<]+)</code>", person.html)


def test_a_letter_becomes_a_log_in(portal_app, letter, world, clock):
    person = Person(portal_app)
    secret, codes = activate(person, letter("nueva", Role.COORDINATOR, world["lucero"]), clock)
    assert len(codes) == 10
    assert "No volveremos a mostrarlos" in person.text
    person.open("/partido")
    assert "Partido Lucero" in person.text
    person.send("/partido/salir").follow()
    clock.move(minutes=1)
    person.send(status=200, username="nueva", passphrase=NEW)
    assert "Segundo paso" in person.text
    person.send(code=digits(secret, clock))
    assert person.page.headers["Location"] == "/partido"
    person.follow()


def test_a_passphrase_alone_opens_no_page(portal_app, letter, world, clock):
    person = Person(portal_app)
    activate(person, letter("nueva", Role.COORDINATOR, world["lucero"]), clock)
    person.open("/partido").send("/partido/salir").follow()
    person.send(status=200, username="nueva", passphrase=NEW)
    person.open("/partido", 302)
    assert person.page.headers["Location"].startswith("/partido/entrar")
    person.open("/partido/segundo-paso").send(status=422, code="000000")
    assert "El código no es correcto" in person.text
    person.open("/partido", 302)


def test_whoever_has_no_app_yet_sets_it_up_at_the_log_in(portal_app, world, clock):
    person = Person(portal_app).open("/partido/entrar")
    person.send(status=200, username="lucero", passphrase=PASSPHRASE)
    assert "Proteja su cuenta" in person.text
    assert 'src="data:image/svg+xml' in person.html
    person.send(status=200, code=digits(secret_on(person), clock))
    assert "códigos de recuperación" in person.text
    person.open("/partido")


def test_a_recovery_code_opens_once(portal_app, letter, world, clock):
    person = Person(portal_app)
    _, codes = activate(person, letter("nueva", Role.COORDINATOR, world["lucero"]), clock)
    for status in (302, 422):
        person.open("/partido").send("/partido/salir").follow()
        person.send(status=200, username="nueva", passphrase=NEW)
        person.send(status=status, code=codes[0])


def test_a_typed_text_survives_both_steps(portal_app, world, clock):
    person = Person(portal_app).open("/partido/entrar")
    person.send(status=200, username="lucero", passphrase=PASSPHRASE)
    secret = secret_on(person)
    person.send(status=200, code=digits(secret, clock))
    path = f"/partido/propuestas/{world['proposal']}"
    person.open(path)
    clock.move(minutes=31)
    person.send(status=403, text="Media hora de trabajo en este texto.", then="list")
    person.send(status=200, username="lucero", passphrase=PASSPHRASE)
    person.send(status=422, code="000000")
    person.send(status=200, code=digits(secret, clock))
    assert "Media hora de trabajo en este texto." in person.text
    person.send().follow()
    assert "Media hora de trabajo en este texto." in person.open(path).html


def test_errors_of_the_letter_are_sentences_and_keep_what_was_typed(portal_app, world):
    person = Person(portal_app).open("/partido/activar").send(status=422, code="ABCD-O0I1")
    assert "no lleva O, 0, I ni 1" in person.text
    assert 'value="ABCD-O0I1"' in person.html
    person.send(status=422, code="2222-2222-2222-2222-2222-2222")
    assert "Ese código no está en vigor" in person.text


def test_two_different_passphrases_or_a_weak_one_do_not_spend_the_letter(
    portal_app, letter, world, clock
):
    person = Person(portal_app).open("/partido/activar")
    person.send(status=200, code=letter("nueva", Role.COORDINATOR, world["lucero"]))
    person.send(status=422, passphrase=NEW, passphrase_again="otra")
    assert "no son iguales" in person.text
    person.send(status=422, passphrase="corta", passphrase_again="corta")
    assert "al menos 12" in person.text
    assert "corta" not in person.html.replace("corta.", "")
    person.send(passphrase=NEW, passphrase_again=NEW)


def test_a_letter_of_the_staff_opens_nothing_at_the_door_of_the_parties(
    portal_app, letter, world, clock
):
    code = letter("nuevo.personal", Role.OBSERVER)
    person = Person(portal_app).open("/partido/activar").send(status=422, code=code)
    assert "Ese código no está en vigor" in person.text
    other = Person(portal_app)
    activate(other, code, clock, door="/oficina")
    other.open("/oficina")


def test_a_half_log_in_of_one_door_is_none_at_the_other(portal_app, world):
    person = Person(portal_app).open("/partido/entrar")
    person.send(status=200, username="lucero", passphrase=PASSPHRASE)
    person.open("/oficina/segundo-paso", 302)
    assert person.page.headers["Location"] == "/oficina/entrar"


def test_pages_with_secrets_stay_out_of_caches_and_logs(portal_app, letter, world, clock, capfd):
    code = letter("nueva", Role.COORDINATOR, world["lucero"])
    person = Person(portal_app)
    secret, codes = activate(person, code, clock)
    assert person.page.headers["Cache-Control"] == "no-store"
    told = "".join(capfd.readouterr())
    for hidden in (code, secret, NEW, *codes):
        assert hidden not in told


def test_a_hundred_guesses_end_in_a_pause(portal_app, world):
    person = Person(portal_app).open("/partido/activar")
    for _ in range(activation.TRIES):
        person.send(status=422, code="2222-2222-2222-2222-2222-2222")
    person.send(status=429, code="2222-2222-2222-2222-2222-2222")
    assert "Espere 1 minuto" in person.text


def test_the_account_page_lists_the_own_log_ins_and_ends_them(portal_app, letter, world, clock):
    here, there = Person(portal_app), Person(portal_app)
    secret, _ = activate(here, letter("nueva", Role.COORDINATOR, world["lucero"]), clock)
    clock.move(minutes=1)
    there.open("/partido/entrar").send(status=200, username="nueva", passphrase=NEW)
    there.send(code=digits(secret, clock)).open("/partido")
    here.open("/partido/cuenta")
    assert here.text.count("Entró el") >= 2
    assert here.text.count("Esta sesión") == 1
    one = re.search(r'action="(/partido/cuenta/sesiones/\d+/cerrar)"', here.html)[1]
    for path in (one, "/partido/cuenta/sesiones/cerrar"):
        here.send(path, status=422, passphrase_present="no es la mía")
        assert "Su contraseña actual no es correcta" in here.text
        assert 'aria-invalid="true"' in here.html
    there.open("/partido")
    here.send(one, status=303, passphrase_present=NEW).follow()
    there.open("/partido", 302)
    here.send("/partido/cuenta/sesiones/cerrar", status=303, passphrase_present=NEW).follow()
    assert "Cerramos su sesión en todas partes (1)" in here.text
    here.open("/partido", 302)


def test_nobody_ends_the_log_in_of_somebody_else(portal_app, letter, world, clock):
    one, other = Person(portal_app), Person(portal_app)
    activate(one, letter("una", Role.COORDINATOR, world["lucero"]), clock)
    activate(other, letter("otra", Role.COORDINATOR, world["lucero"]), clock)
    other.open("/partido/cuenta")
    one.open("/partido/cuenta")
    form = one.form("/partido/cuenta/sesiones/cerrar")["fields"]
    form["passphrase_present"] = NEW
    told = {
        one.client.post(f"/partido/cuenta/sesiones/{number}/cerrar", data=form).status_code
        for number in range(1, 20)
    }
    assert 404 in told
    assert told <= {404, 303, 302}
    other.open("/partido")


def test_a_new_passphrase_needs_the_present_one_and_ends_the_other_log_ins(
    portal_app, letter, world, clock
):
    here, there = Person(portal_app), Person(portal_app)
    secret, _ = activate(here, letter("nueva", Role.COORDINATOR, world["lucero"]), clock)
    clock.move(minutes=1)
    there.open("/partido/entrar").send(status=200, username="nueva", passphrase=NEW)
    there.send(code=digits(secret, clock)).open("/partido")
    path, wanted = "/partido/cuenta/clave", "cinco sillas verdes mar"
    new = {"passphrase": wanted, "passphrase_again": wanted}
    here.open("/partido/cuenta").send(path, status=422, passphrase_present="no es", **new)
    assert "Su contraseña actual no es correcta" in here.text
    here.send(path, status=422, passphrase_present=NEW, passphrase="x", passphrase_again="y")
    assert "no son iguales" in here.text
    here.send(path, status=422, passphrase_present=NEW, passphrase="x", passphrase_again="x")
    assert "al menos 12" in here.text
    here.send(path, status=303, passphrase_present=NEW, **new).follow()
    there.open("/partido", 302)
    for _ in range(4):
        here.send(path, status=422, passphrase_present="no es", **new)
    here.send(path, status=429, passphrase_present=wanted, **new)


def test_new_recovery_codes_void_the_old_ones(portal_app, letter, world, clock):
    person = Person(portal_app)
    secret, old = activate(person, letter("nueva", Role.COORDINATOR, world["lucero"]), clock)
    path = "/partido/cuenta/codigos"
    person.open("/partido/cuenta")
    assert "Le quedan 10 sin usar" in person.text
    person.send(path, status=422, code=digits(secret, clock))
    clock.move(minutes=1)
    person.send(path, status=200, code=digits(secret, clock))
    assert not set(re.findall(r"<li><code>([^<]+)</code>", person.html)) & set(old)
    person.open("/partido").send("/partido/salir").follow()
    person.send(status=200, username="nueva", passphrase=NEW).send(status=422, code=old[0])


def test_taking_a_passkey_away_asks_for_the_passphrase(portal_app, letter, world, clock):
    person = Person(portal_app)
    activate(person, letter("nueva", Role.COORDINATOR, world["lucero"]), clock)
    database = portal_app.extensions[KEY].resources.database
    with database.transaction() as session:
        account = session.scalars(select(Account).where(Account.username == "nueva")).one()
        key = Passkey(
            account_id=account.id, credential_id=b"key", public_key=b"x", sign_count=0,
            name="Laptop", added_at=clock.instant,
        )  # fmt: skip
        session.add(key)
        session.flush()
        path = f"/partido/cuenta/llaves/{key.id}/quitar"
    person.open("/partido/cuenta").send(path, status=422, passphrase_present="no es la mía")
    assert "Su contraseña actual no es correcta" in person.text
    assert "Laptop" in person.text
    person.send(path, status=303, passphrase_present=NEW).follow()
    assert "Quitamos esa llave" in person.text
    assert "Laptop" not in person.text

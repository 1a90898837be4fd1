"""Passkeys in a real browser, with Chromium's virtual authenticator, over http://localhost."""

import json
import socket
import threading
from dataclasses import replace

import pyotp
import pytest
from werkzeug.serving import make_server

from decide.accounts import actions, activation, passkeys
from decide.accounts.roles import Role
from decide.app import create_app
from decide.kernel.clock import FrozenClock
from decide.web.shared.context import KEY
from tests import factories
from tests.browser.barriers import violations
from tests.portal import PASSPHRASE, portal_database, portal_world  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def clock():
    return FrozenClock(factories.CAMPAIGN)


@pytest.fixture
def house(settings, portal_database, clock):  # noqa: F811
    """The application at http://localhost:<port>, which it knows as its public address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    app = create_app(
        replace(settings, database_url=portal_database, public_url=address), clock=clock
    )
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    app.address = address
    yield app
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions[KEY].door.close()
    app.extensions[KEY].snapshot.close()
    app.extensions[KEY].resources.close()


@pytest.fixture
def authenticator(page):
    """A key store like that of a telephone or a laptop."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, made["authenticatorId"]


@pytest.fixture
def letter(house, portal_world, clock):  # noqa: F811
    own = house.extensions[KEY].resources
    with own.database.transaction() as session:
        account = actions.create_account(
            session, username="nueva", person="Nueva Persona", role=Role.COORDINATOR,
            actor_id=portal_world["lucero"], at=clock.instant, by=None,
        )  # fmt: skip
        return activation.issue(session, own.settings, account.id, at=clock.instant, by=None)


def to_second_step(page, house, letter):
    """From the letter to the page that sets up the second step."""
    page.goto(f"{house.address}/partido/activar#{letter.code.grouped}")
    page.click("main form button")
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.fill("input[name=passphrase_again]", PASSPHRASE)
    page.click("main form button")
    page.wait_for_url("**/segundo-paso")


def log_in_again(page):
    page.click("button:has-text('Salir')")
    page.fill("input[name=username]", "nueva")
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.click("main form button")
    page.wait_for_selector("h1:has-text('Segundo paso')")


def take_away(page):
    """Take the only key of the page away; the passphrase is asked again."""
    page.click("summary:has-text('Quitar')")
    page.fill("input[id^=key-][type=password]:visible", PASSPHRASE)
    page.click("button:has-text('Quitar')")


def keys(house, letter):
    with house.extensions[KEY].resources.database.reading() as session:
        return passkeys.keys_of(session, letter.account_id)


def test_a_key_of_the_device_is_the_second_step_from_the_first_day(
    page, house, letter, authenticator
):
    to_second_step(page, house, letter)
    page.click("text=Usar una llave de este equipo")
    page.wait_for_selector("text=Ya los guardé, continuar")
    recovery = page.locator("main li").all_inner_texts()
    page.click("text=Ya los guardé, continuar")
    page.wait_for_url(f"{house.address}/partido")

    log_in_again(page)
    page.click("text=Entrar con mi llave de acceso")
    page.wait_for_url(f"{house.address}/partido")

    log_in_again(page)
    page.fill("input[name=code]", next(each for each in recovery if "-" in each))
    page.click("main form button:has-text('Entrar')")
    page.wait_for_url(f"{house.address}/partido")

    page.goto(f"{house.address}/partido/cuenta")
    take_away(page)
    assert "Es su único segundo paso" in page.inner_text("main")
    assert len(keys(house, letter)) == 1


def test_a_key_works_beside_the_app_and_can_be_taken_away(
    page, house, letter, authenticator, clock, axe_source
):
    to_second_step(page, house, letter)
    secret = pyotp.TOTP(page.inner_text("code.key").replace(" ", ""))
    page.fill("input[name=code]", secret.at(int(clock.instant.timestamp())))
    page.click("main form button:has-text('Confirmar')")
    page.click("text=Ya los guardé, continuar")

    page.goto(f"{house.address}/partido/cuenta")
    page.fill("input[name=key_name]", "Computadora de la oficina")
    page.fill("input[name=key_passphrase]", "no es esta")
    page.click("button:has-text('Agregar una llave')")
    page.wait_for_selector("#error-summary")
    assert keys(house, letter) == ()
    page.fill("input[name=key_name]", "Computadora de la oficina")
    page.fill("input[name=key_passphrase]", PASSPHRASE)
    page.click("button:has-text('Agregar una llave')")
    page.wait_for_selector("text=Su llave ya sirve para entrar.")
    assert violations(page, axe_source, None) == []

    log_in_again(page)
    assert violations(page, axe_source, None) == []
    page.click("text=Entrar con mi llave de acceso")
    page.wait_for_url(f"{house.address}/partido")
    clock.move(minutes=2)
    log_in_again(page)
    page.fill("input[name=code]", secret.at(int(clock.instant.timestamp())))
    page.click("main form button:has-text('Entrar') >> nth=0")
    page.wait_for_url(f"{house.address}/partido")

    page.goto(f"{house.address}/partido/cuenta")
    take_away(page)
    page.wait_for_selector("text=Quitamos esa llave.")
    assert keys(house, letter) == ()
    log_in_again(page)
    assert page.locator("text=Entrar con mi llave de acceso").count() == 0


def test_an_answer_to_another_session_or_of_a_foreign_key_opens_nothing(
    page, house, letter, authenticator
):
    devtools, store = authenticator
    to_second_step(page, house, letter)
    page.click("text=Usar una llave de este equipo")
    page.click("text=Ya los guardé, continuar")

    # What the browser answered in one half log-in is sent again in the next.
    caught = []
    page.on("request", lambda sent: caught.append(sent.post_data_json) if sent.post_data else 0)
    log_in_again(page)
    page.click("text=Entrar con mi llave de acceso")
    page.wait_for_url(f"{house.address}/partido")
    answer = next(sent["answer"] for sent in reversed(caught) if "answer" in sent)
    log_in_again(page)
    for wrong in (answer, "", "{}", "[]", "null", '{"id":1}', "\x00", "{" * 900, forged(answer)):
        page.evaluate(
            "text => { document.querySelector('[name=answer]').value = text;"
            " document.querySelector('form[data-passkey]').submit(); }",
            wrong,
        )
        page.wait_for_selector("#error-summary")
        if "Espere" in page.inner_text("#error-summary"):
            break
    page.goto(f"{house.address}/partido")
    assert page.url.startswith(f"{house.address}/partido/entrar")

    # The letter is the reset: keys of before are gone.
    own = house.extensions[KEY].resources
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": store})
    with own.database.transaction() as session:
        at = own.clock.now(session)
        again = activation.issue(session, own.settings, letter.account_id, at=at, by=None)
    to_second_step(page, house, again)
    assert keys(house, letter) == ()


def forged(answer):
    """The same answer with another signature."""
    spoken = json.loads(answer)
    spoken["response"]["signature"] = spoken["response"]["signature"][::-1]
    return json.dumps(spoken)

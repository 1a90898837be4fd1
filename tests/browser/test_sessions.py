"""R28 in two real browsers, each with its own profile, before the shipped proxy with TLS.

`mine` is somebody's own browser, `other` another machine: a second desk, or a thief's. Each check
is also shown to a web server with a defect (`tests.sabotage`) and must find it.
"""

import base64
import hashlib
import itertools
from contextlib import contextmanager

import pyotp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from decide.accounts import actions
from decide.accounts.roles import ACTOR_ROLES, Role
from tests import factories
from tests.killable import Service, free_port
from tests.portal import PASSPHRASE
from tests.shipped_proxy import Proxy

pytestmark = pytest.mark.browser

SESSION, KNOWN = "__Host-s", "__Host-k"
NEW = "cinco sillas verdes mar"
DOORS = {"/partido": Role.COORDINATOR, "/oficina": Role.ADMINISTRATOR}
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The service as in production, a second factor asked of everybody, behind its proxy."""
    folder = tmp_path_factory.mktemp("doors")
    folder.chmod(0o755)  # nginx drops root and must still reach its files
    front = free_port()
    (folder / "proxy").mkdir()
    cheap = {"argon2_memory_kib": 8, "argon2_rounds": 1}
    knobs = {"public_url": f"https://localhost:{front}", "proxies": 1, **cheap}
    with Service(folder, **knobs) as service:
        service.start("web")
        with Proxy(folder / "proxy", service.port, front) as proxy:
            yield service, proxy


@pytest.fixture(scope="module")
def machines(town, playwright, browser_type_launch_args, tmp_path_factory):
    """Two browsers that trust the proxy's key, and no other that no authority knows."""
    _, proxy = town
    shown = x509.load_pem_x509_certificate((proxy.folder / "fullchain.pem").read_bytes())
    key = shown.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(key).digest()).decode()
    arguments = browser_type_launch_args | {
        "args": [
            *browser_type_launch_args["args"],
            f"--ignore-certificate-errors-spki-list={pin}",
        ],
        # Playwright takes the memory of pages left behind away; people's browsers have it.
        "ignore_default_args": ["--disable-back-forward-cache"],
    }
    opened = [
        playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), **arguments
        )
        for _ in range(2)
    ]
    yield opened
    for each in opened:
        each.close()


class Machine:
    """One browser before one door of the site."""

    def __init__(self, context, site, door):
        self.context, self.site, self.door = context, site, door
        context.clear_cookies()
        self.page = context.new_page()

    def open(self, path):
        self.page.goto(f"{self.site}{self.door}{path}")

    def inside(self, path="/cuenta"):
        """Whether this browser is let in."""
        self.open(path)
        return self.page.url == f"{self.site}{self.door}{path}"

    def fill(self, form="main form", **fields):
        """Fill a form and press its button."""
        for name, value in fields.items():
            self.page.fill(f"{form} [name={name}]", value)
        with self.page.expect_navigation():
            self.page.click(f"{form} button:visible")

    def log_in(self, who):
        """Both steps; at the first time the app is set up, later a printed code is spent."""
        self.first_step(who)
        self.second_step(who)

    def first_step(self, who):
        self.open("/entrar")
        self.fill(username=who.username, passphrase=who.passphrase)

    def second_step(self, who):
        if self.page.locator("code.key").count():
            secret = self.page.inner_text("code.key").replace(" ", "")
            self.fill(f"form[action='{self.door}/segundo-paso']", code=pyotp.TOTP(secret).now())
            who.codes = self.page.locator("ol.codes code").all_inner_texts()
            self.page.click("text=Ya los guardé")
        else:
            self.fill(f"form[action='{self.door}/segundo-paso']", code=who.codes.pop())
        self.page.wait_for_url(f"{self.site}{self.door}")

    def log_out(self):
        with self.page.expect_navigation():
            self.page.click("form[action$='/salir'] button")

    def deed(self, path, **fields):
        """Send one of the forms of “Su cuenta”, opened if it is folded."""
        self.open("/cuenta")
        form = f"form[action='{self.door}/cuenta/{path}']"
        self.page.eval_on_selector(
            form, "form => form.closest('details')?.setAttribute('open', '')"
        )
        self.fill(form, **fields)

    def cookie(self, name=SESSION):
        """The cookie as the browser keeps it."""
        return next(each for each in self.context.cookies(self.site) if each["name"] == name)

    def take(self, stolen):
        """Put somebody else's cookie into this browser."""
        self.context.clear_cookies()
        self.context.add_cookies([stolen])

    def token(self, part="_user_id"):
        """What the session cookie carries, read with the key that only the server knows."""
        own = Flask("reader")
        own.secret_key = "a secret only of tests"
        reader = SecureCookieSessionInterface().get_signing_serializer(own)
        return reader.loads(self.cookie()["value"]).get(part)


class Somebody:
    """An account with a passphrase, which nobody used yet."""

    def __init__(self, service, role):
        number = next(numbers)
        self.username, self.passphrase = f"persona.{number}", PASSPHRASE
        own = service.resources
        with own.database.transaction() as session:
            at = own.clock.now(session)
            actor = factories.actor(session, f"PARTE{number}") if role in ACTOR_ROLES else None
            account = actions.create_account(
                session, username=self.username, person=self.username, role=role,
                actor_id=actor and actor.id, at=at, by=None,
            )  # fmt: skip
            actions.set_passphrase(
                session, service.settings, account.id, PASSPHRASE, at=at, by=None
            )


def the_cookie_is_bound_to_the_host_and_hidden_from_scripts(mine, _other, who):
    mine.log_in(who)
    for name in (SESSION, KNOWN):
        kept = mine.cookie(name)
        assert (kept["secure"], kept["httpOnly"], kept["sameSite"]) == (True, True, "Lax")
        assert (kept["domain"], kept["path"]) == ("localhost", "/")  # no dot: no Domain
    assert mine.cookie()["expires"] == -1  # gone with the browser
    assert mine.page.evaluate("document.cookie") == ""


def a_cookie_from_before_a_step_is_worth_nothing_after_it(mine, other, who):
    other.open("/entrar")
    planted, known = other.cookie(), other.token("csrf_token")
    mine.take(planted)
    mine.open("/entrar")
    assert mine.token("csrf_token") == known
    mine.first_step(who)
    half, half_token = mine.cookie(), mine.token("half")
    assert half_token
    assert mine.token("csrf_token") != known
    mine.second_step(who)
    first = mine.token()
    assert first not in (None, half_token)
    assert mine.token("half") is None
    for old in (planted, half):
        other.take(old)
        assert not other.inside()
        assert not other.inside("/segundo-paso")
    assert mine.inside()
    mine.log_out()
    mine.log_in(who)
    assert mine.token() not in (None, first)


def a_copy_dies_with_the_log_out_and_another_machine_stays(mine, other, who):
    """Two desks are two log-ins: whoever leaves one has not left the other."""
    mine.log_in(who)
    copy = mine.cookie()
    other.take(copy)
    assert other.inside()
    other.context.clear_cookies()
    other.log_in(who)
    own = other.cookie()
    mine.log_out()
    assert not mine.inside()
    assert other.inside()
    other.take(copy)
    assert not other.inside()
    other.take(own)
    assert other.inside()


def closing_everywhere_ends_the_other_machine_too(mine, other, who):
    mine.log_in(who)
    other.log_in(who)
    mine.deed("sesiones/cerrar", passphrase_present=PASSPHRASE)
    assert not mine.inside()
    assert not other.inside()


def a_new_passphrase_ends_all_but_this_browser(mine, other, who):
    mine.log_in(who)
    other.log_in(who)
    copy = mine.cookie()
    mine.deed("clave", passphrase_present=PASSPHRASE, passphrase=NEW, passphrase_again=NEW)
    assert mine.inside()
    assert not other.inside()
    other.take(copy)
    assert not other.inside()


def whoever_is_asked_again_gets_a_new_id(mine, other, who):
    mine.log_in(who)
    copy, first = mine.cookie(), mine.token()
    mine.deed("codigos", code=who.codes.pop())
    assert mine.inside()
    assert mine.token() != first
    other.take(copy)
    assert not other.inside()


def the_way_back_shows_nothing_after_the_log_out(mine, _other, who):
    mine.log_in(who)
    assert mine.inside()
    assert who.username in mine.page.content()
    mine.log_out()
    mine.page.go_back(wait_until="commit")  # a page from memory loads nothing
    mine.page.wait_for_selector("h1")
    assert who.username not in mine.page.content()
    assert mine.page.url.startswith(f"{mine.site}{mine.door}/entrar")


CHECKS = (
    the_cookie_is_bound_to_the_host_and_hidden_from_scripts,
    a_cookie_from_before_a_step_is_worth_nothing_after_it,
    a_copy_dies_with_the_log_out_and_another_machine_stays,
    closing_everywhere_ends_the_other_machine_too,
    a_new_passphrase_ends_all_but_this_browser,
    whoever_is_asked_again_gets_a_new_id,
    the_way_back_shows_nothing_after_the_log_out,
)
FOUND_BY = {
    "shows_its_cookie_to_scripts": CHECKS[:1],
    "keeps_one_token": CHECKS[1:2],
    "forgets_to_end_sessions": CHECKS[1:5],
    "renews_no_token": CHECKS[4:6],
    "lets_browsers_keep_pages": CHECKS[6:],
}


def see(check, town, machines, door):
    """One check, with two browsers that know nothing and somebody new."""
    service, proxy = town
    site = f"https://localhost:{proxy.port}"
    mine, other = (Machine(each, site, door) for each in machines)
    try:
        check(mine, other, Somebody(service, DOORS[door]))
    finally:
        for each in (mine, other):
            each.page.close()


def named(value):
    return getattr(value, "__name__", value)


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_in_two_browsers(town, machines, check):
    see(check, town, machines, "/partido")


def test_the_office_is_left_as_the_portal_is(town, machines):
    see(a_copy_dies_with_the_log_out_and_another_machine_stays, town, machines, "/oficina")


@contextmanager
def with_defect(service, defect):
    """The same service with another web server, which has a defect."""
    place = service.children["web"].command.index(service.factory)
    answer_by(service, place, f"tests.sabotage:{defect}")
    try:
        yield
    finally:
        answer_by(service, place, service.factory)


def answer_by(service, place, factory):
    """Replace the web server by one made by `factory`."""
    service.kill("web")
    service.children["web"].command[place] = factory
    service.revive("web")
    service.wait_for_web()


@pytest.mark.parametrize("defect", FOUND_BY)
def test_a_web_server_that_is_careless_with_sessions_is_found_out(town, machines, defect):
    with with_defect(town[0], defect):
        for check in FOUND_BY[defect]:
            with pytest.raises(AssertionError):
                see(check, town, machines, "/partido")

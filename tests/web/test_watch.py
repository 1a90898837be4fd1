"""What is refused is written down, sparingly, and without anything that people typed."""

import json

import pytest

from decide.accounts import login, second_factor
from decide.accounts.roles import Role
from decide.kernel import log
from decide.participation.device import mint
from decide.participation.keys import keys_of
from decide.web.shared import watch
from tests.person import OURS
from tests.portal import PASSPHRASE, Person
from tests.web.test_activation_pages import NEW, activate, letter

__all__ = ["letter"]


@pytest.fixture
def told(capfd, talkative, monkeypatch):
    """The lines that were logged since the last look, as objects; none is spared in this second.

    A logger that an earlier test used may keep that test's stream: these get new ones.
    """
    for keeper, name, room in (
        (watch.refusals, "_log", "web"),
        (login, "log", "accounts"),
        (login.paused, "_log", "accounts"),
        (second_factor, "log", "accounts"),
    ):
        monkeypatch.setattr(keeper, name, log.logger(room))

    def look():
        watch.refusals.forget()
        login.paused.forget()
        lines = capfd.readouterr().err.splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    watch.refusals.forget()
    return look


def of(lines, event):
    return [line for line in lines if line["event"] == event]


def test_a_page_that_a_role_may_not_open_is_written_down(told, enter):
    person = enter("mirada", door="/oficina")
    told()
    person.open("/oficina")
    assert of(told(), "request.refused") == []
    person.post("/oficina/calendario/campaign", status=403, reason="escrito por mí")
    (line,) = of(told(), "request.refused")
    assert (line["status"], line["endpoint"], line["method"]) == (403, "staff.phase", "POST")
    assert isinstance(line["account_id"], int)
    assert "escrito" not in json.dumps(line)


def test_somebody_elses_thing_and_a_missing_token_are_written_down(told, enter, world):
    person = enter("lucero")
    told()
    person.open(f"/partido/propuestas/{world['foreign_proposal']}", 404)
    (line,) = of(told(), "request.refused")
    assert (line["status"], line["endpoint"]) == (404, "actor.proposal")
    person.client.post("/partido/cuenta/sesiones/cerrar", headers=OURS)
    (line,) = of(told(), "request.refused")
    assert (line["status"], line["endpoint"]) == (403, "actor.end_everywhere")


def test_a_citizen_who_finds_nothing_leaves_no_line(told, portal_app):
    portal_app.test_client().get("/candidaturas/999999")
    portal_app.test_client().get("/no-existe")
    assert of(told(), "request.refused") == []


def test_a_form_from_elsewhere_and_a_forged_cookie_are_written_down(told, portal_app, world):
    client = portal_app.test_client()
    path = f"/reacciones/{world['subject']}"
    form = {"choice": "like", "version": "1"}
    client.post(path, data=form, headers={"Sec-Fetch-Site": "cross-site"})
    (line,) = of(told(), "request.refused")
    assert (line["status"], line["endpoint"], line["account_id"]) == (403, "public.react", None)
    forged = mint(keys_of("a key that is not ours"), 1)
    client.set_cookie("d", forged)
    client.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    lines = told()
    assert len(of(lines, "device.forged")) == 1
    assert forged not in json.dumps(lines)


def test_each_step_of_a_failed_log_in_is_written_down(told, portal_app, enter):
    person = Person(portal_app)
    for _ in range(11):
        person.open("/partido/entrar")
        person.post("/partido/entrar", status=None, username="lucero", passphrase="no es")
    lines = told()
    assert of(lines, "login.failed")
    assert of(lines, "login.paused")
    assert "lucero" not in json.dumps(of(lines, "login.failed") + of(lines, "login.paused"))


def test_a_flood_is_a_few_lines_and_a_count(monkeypatch):
    class Kept:
        def __init__(self):
            self.lines = []

        def warning(self, event, **ids):
            self.lines.append((event, ids))

    now = [100.0]
    monkeypatch.setattr(log, "monotonic", lambda: now[0])
    kept = Kept()
    sparing = log.Sparing(kept, most=5)
    for _ in range(1_000):
        sparing.note("request.refused", status=403)
    sparing.note("device.forged")
    assert len(kept.lines) == 6
    now[0] = 101.2
    sparing.note("request.refused", status=403)
    sparing.note("request.refused", status=403)
    assert kept.lines[6:] == [
        ("request.refused", {"status": 403, "left_out": 995}),
        ("request.refused", {"status": 403}),
    ]


def test_a_wrong_second_step_is_written_down(told, portal_app, letter, world, clock):
    person = Person(portal_app)
    activate(person, letter("nueva", Role.COORDINATOR, world["lucero"]), clock)
    person.open("/partido").send("/partido/salir").follow()
    told()
    person.send(status=200, username="nueva", passphrase=NEW).send(status=422, code="000000")
    (line,) = of(told(), "login.second_failed")
    assert line["kind"] == "WrongCode"
    assert PASSPHRASE not in json.dumps(line)

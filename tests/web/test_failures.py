"""Error pages: what happened, and a way on; nothing internal."""

import re

import pytest

from tests.service import free_port

PLAIN = {"Accept": "text/html"}


def test_an_address_that_does_not_exist_offers_a_way_on(portal_app):
    answer = portal_app.test_client().get("/no-existe", headers=PLAIN)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'href="/"' in answer.text


@pytest.mark.parametrize(
    ("who", "door", "asked"),
    [("jefa", "/oficina", "/oficina/entregas/99"), ("lucero", "/partido", "/partido/no-existe")],
)
def test_who_works_here_goes_back_to_work_and_is_not_asked_how_it_went(enter, who, door, asked):
    person = enter(who, door=door)
    person.open(asked, 404)
    assert f'class="button button--primary" href="{door}"' in person.html
    assert "donde-voto" not in re.search(r"<main.*?</main>", person.html, re.DOTALL)[0]
    assert "calificacion" not in person.html


@pytest.mark.parametrize("path", ["/oficina/", "/partido/", "/candidaturas/"])
def test_a_slash_at_the_end_leads_to_the_page(portal_app, path):
    answer = portal_app.test_client().get(path, headers=PLAIN)
    assert answer.status_code == 308
    assert answer.location == path.rstrip("/")


@pytest.mark.parametrize("path", ["/\\otro.example/", "/no-existe/", "/oficina//"])
def test_a_slash_never_leads_elsewhere(portal_app, path):
    answer = portal_app.test_client().get(path, headers=PLAIN)
    assert answer.status_code == 404 or answer.location == "/oficina"


def test_a_wrong_method_is_told_which_are_right(portal_app):
    answer = portal_app.test_client().post("/calendario")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "size"), [("/ideas/{subject}", 70 * 1024), ("/oficina/entrar", 17 * 2**20)]
)
def test_a_body_that_is_too_large_is_refused_in_a_sentence(portal_app, world, path, size):
    client = portal_app.test_client()
    path = path.format(**world)
    first = {"data": {"text": "x"}, "headers": {"Origin": "http://localhost"}}
    client.post(path, **first)  # a citizen gets the cookie first
    answer = client.post(path, **first | {"data": {"text": "x" * size}})
    assert answer.status_code == 413
    assert "<h1" in answer.text


def test_a_surprise_shows_nothing_internal(portal_app, monkeypatch, capsys):
    secret = f"palabra-secreta-{free_port()}"

    def broken(*_args, **_kwargs):
        raise RuntimeError(secret)

    monkeypatch.setattr("decide.web.public.actors.render_template", broken)
    answer = portal_app.test_client().get("/actores", headers=PLAIN)
    assert answer.status_code == 500
    assert secret not in answer.text
    assert "Traceback" not in answer.text
    logged = capsys.readouterr()
    assert secret not in logged.err + logged.out

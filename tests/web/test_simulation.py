"""The public site at any instant, for staff: the right phase, nothing kept, nothing pressed."""

import re

import pytest
from sqlalchemy import text

from decide.web.shared.context import KEY
from tests.portal import OURS

ROOT = "/oficina/simulacion/{}"
MOMENTS = {
    "2021-04-01T12:00": "La autoridad publica",
    "2021-04-15T12:00": "Plataformas electorales",
    "2021-05-10T12:00": "Campañas",
    "2021-06-04T12:00": "Veda electoral",
    "2021-06-20T12:00": "Resultados y entrega",
}


@pytest.fixture
def boss(enter):
    return enter("jefa", door="/oficina")


@pytest.fixture
def looking(enter):
    return enter("mirada", door="/oficina")


def test_each_phase_shows_what_it_opens(looking, world):
    """The process stands in the campaign; the pages show the phase that is asked for."""
    for moment, phase in list(MOMENTS.items())[1:]:
        home = looking.open(ROOT.format(moment) + "/").text
        assert "Simulación: así se vería el sitio el" in home
        assert phase in home, moment
    heads = f"/candidaturas/{world['head']}"
    looking.open(ROOT.format("2021-04-15T12:00") + heads, 404)
    assert "Me gusta" in looking.open(ROOT.format("2021-05-10T12:00") + heads).text
    looking.open("/oficina/simulacion/2021-06-20T12:00/resultados")
    looking.client.get("/resultados", headers=OURS)
    assert looking.client.get("/resultados").status_code == 404


def test_links_stay_inside_and_nothing_can_be_pressed(looking, world):
    root = ROOT.format("2021-05-10T12:00")
    for path in (
        "/",
        f"/candidaturas/{world['head']}",
        "/calendario",
        f"/ideas/{world['subject']}",
    ):
        page = looking.open(root + path)
        inside = re.findall(r'(?:href|action|src)="(/[^"]*)"', page.html)
        assert len(inside) > 10
        strays = {each for each in inside if not each.startswith((root, "/static/"))}
        assert strays <= {"/aplicacion.webmanifest", "/oficina/simulacion"} | en(strays), path
        policy = page.page.headers["Content-Security-Policy"]
        assert "script-src" not in policy
        assert page.page.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.page.headers
        assert "ETag" not in page.page.headers
    sent = looking.client.post(f"{root}/reacciones/{world['subject']}", headers=OURS,
                               data={"choice": "like", "version": "1"})  # fmt: skip
    assert sent.status_code == 405


def en(paths):
    return {each for each in paths if each.startswith("/en")}


def test_nothing_is_kept_counted_or_shown_to_strangers(portal_app, looking, world):
    root = ROOT.format("2021-06-20T12:00")
    stranger = portal_app.test_client()
    normal = stranger.get("/").get_data(as_text=True)
    looking.open(f"{root}/")
    assert stranger.get("/").get_data(as_text=True) == normal
    assert "Simulación" not in normal
    assert stranger.get(f"{root}/").status_code == 302
    party = stranger.get("/", environ_overrides={"HTTP_DECIDE_SIMULATED": "2021-06-20"})
    assert "Simulación" not in party.get_data(as_text=True)
    tally = portal_app.extensions["visits"]
    tally.close()
    with portal_app.extensions[KEY].resources.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM reaction")) == 0
    for closed in ("oficina", "partido/entrar", "api/v1"):
        looking.open(f"{root}/{closed}", 404)
    looking.open("/oficina/simulacion/ayer/", 404)


def test_staff_choose_an_instant(boss):
    page = boss.open("/oficina/simulacion")
    assert "Al abrir" in page.text
    boss.open("/oficina/simulacion?momento=2021-06-03T00:00", 302)
    assert boss.page.headers["Location"].endswith("/oficina/simulacion/2021-06-03T00:00/")
    assert "Veda electoral" in boss.follow().text
    assert "Escriba fecha y hora así" in boss.open("/oficina/simulacion?momento=ayer", 422).text

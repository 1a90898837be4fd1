"""Windows for other sites, banners, links for sharing: small, without cookies, never pressable."""

import io
import json
import re
import struct
from html import unescape
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as Tree

import pytest
from PIL import Image

from decide.catalog.models import Subject
from decide.kernel.clock import FrozenClock
from decide.outreach.banners import SIZES, Call, as_png, as_svg
from decide.outreach.pictures import Sender
from tests import factories
from tests.real_process import opened

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def world(resources):
    with resources.database.transaction() as session:
        made = factories.small_world(session)
        head = made["heads"]["LUCERO"]
        shown = factories.proposal(session, head, title='Agua "limpia" para <todas>')
        gone = factories.proposal(session, head, title="Ya retirada")
        session.get(Subject, gone.subject_id).open = False
        return {"head": head.id, "shown": shown.subject_id, "gone": gone.subject_id}


def windows(world):
    return (
        "/embed/donde-voto", "/embed/municipios/107", "/embed/distritos/2",
        f"/embed/candidaturas/{world['head']}", f"/embed/propuestas/{world['shown']}",
    )  # fmt: skip


@pytest.fixture
def client(settings, world):
    app, close = opened(settings, settings.database_url, FrozenClock(factories.CAMPAIGN))
    yield app.test_client()
    close()


def weight(client, html):
    """Bytes of a window with all that it loads."""
    names = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    assert names
    return len(html.encode()) + sum(len(client.get(name).get_data()) for name in names)


def test_a_window_is_small_sets_no_cookie_and_may_be_framed_by_anybody(client, world):
    for path in windows(world):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
        assert weight(client, answer.text) <= 20_000
        assert "noindex" in answer.text


def test_no_other_page_may_be_framed(client, world):
    for path in ("/", "/municipios/107", f"/candidaturas/{world['head']}", "/difusion/insertar",
                 "/no-hay", "/embed/municipios/999"):  # fmt: skip
        answer = client.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_in_a_window_nothing_can_be_pressed_and_every_way_leads_to_our_site(client, world):
    for path in windows(world):
        html = client.get(path).text
        assert "<script" not in html
        assert "/reacciones/" not in html
        assert 'method="post"' not in html.lower()
        ways = re.findall(r'<a [^>]*href="([^"]+)"([^>]*)>', html)
        for address, rest in ways:
            target = unescape(address)
            assert target.startswith("/"), target
            assert parse_qs(urlsplit(target).query)["utm_medium"] == ["embed"]
            assert 'target="_blank"' in rest
            assert client.get(target).status_code == 200
        assert ways or 'target="_blank"' in html


def test_what_is_not_published_has_no_window(client, world):
    assert client.get(f"/embed/propuestas/{world['gone']}").status_code == 404
    assert client.get("/embed/candidaturas/999999").status_code == 404
    told = client.get(f"/embed/candidaturas/{world['head']}").text
    assert "Agua &#34;limpia&#34; para &lt;todas&gt;" in told
    assert "Ya retirada" not in told


def test_before_the_calendar_opens_there_is_no_window(settings, world):
    app, close = opened(settings, settings.database_url, FrozenClock(factories.BEFORE))
    for path in windows(world):
        assert app.test_client().get(path).status_code == 404, path
    assert app.test_client().get("/difusion/insertar").status_code == 200
    close()


def codes(html):
    """What the boxes for copying hold."""
    boxes = re.findall(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", html, re.DOTALL)
    return [unescape(box) for box in boxes]


def test_every_code_to_copy_names_a_window_or_banner_that_exists(client, world):
    found = 0
    for path in ("/difusion/insertar", "/municipios/107", "/distritos/2",
                 f"/candidaturas/{world['head']}"):  # fmt: skip
        boxes = codes(client.get(path).text)
        assert boxes, path
        for code in boxes:
            tags = re.findall(r'<(\w+)((?: [\w-]+="[^"<>]*")*)>', code)
            assert [tag for tag, _ in tags] in (["iframe", "a"], ["a", "img"]), code
            for address in re.findall(r'(?:src|href)="([^"]+)"', code):
                assert address.startswith(f"{SITE}/"), address
                assert client.get(unescape(address).removeprefix(SITE)).status_code == 200
            found += 1
    assert found >= 8 + 1 + 2 + 2


@pytest.mark.parametrize("size", SIZES)
def test_a_banner_has_its_size_and_its_words_stay_inside(size):
    call = Call("Conozca, compare y opine antes de votar", "Las propuestas de su municipio.", "Ver")
    sender = Sender("Decide", "Instituto Electoral del Estado de México")
    png, svg = as_png(call, sender, size), as_svg(call, sender, size)
    width, height = SIZES[size]
    assert struct.unpack(">II", png[16:24]) == (2 * width, 2 * height)
    assert len(png) <= 60_000
    root = Tree.fromstring(svg)
    assert (float(root.get("width").rstrip("pt")), float(root.get("height").rstrip("pt"))) == (
        width, height,
    )  # fmt: skip
    with Image.open(io.BytesIO(png)) as picture:
        grey = picture.convert("L")
        edge = [(x, y) for y in range(2 * height) for x in (0, 1, 2 * width - 2, 2 * width - 1)]
        edge += [(x, y) for x in range(2 * width) for y in (0, 1)]
        assert all(grey.getpixel(point) < 130 for point in edge), "words touch the edge"


def test_an_unknown_banner_does_not_exist(client):
    assert client.get("/difusion/anuncios/1x1.svg").status_code == 404
    assert client.get("/difusion/anuncios/728x90.gif").status_code == 404
    answer = client.get("/difusion/anuncios/728x90.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_links_for_sharing_are_plain_links_with_the_pages_own_address(client, world):
    for path in ("/", "/municipios/107", "/quitadudas/planilla", f"/candidaturas/{world['head']}"):
        html = client.get(path).text
        for host in ("wa.me", "www.facebook.com", "x.com", "t.me"):
            (address,) = re.findall(rf'href="(https://{re.escape(host)}/[^"]+)"', html)
            told = parse_qs(urlsplit(unescape(address)).query)
            values = " ".join(value for each in told.values() for value in each)
            assert f"{SITE}{path}?utm_medium=share" in values
        assert f'value="{SITE}{path}" readonly' in html


def test_personal_and_error_pages_carry_no_links_for_sharing(client, world):
    for path in ("/folios", "/no-hay", f"/ideas/{world['shown']}", "/opiniones"):
        assert "wa.me" not in client.get(path).text


def test_robots_are_told_where_the_map_of_the_site_is(client):
    assert f"\nSitemap: {SITE}/sitemap.xml\n" in client.get("/robots.txt").text


def test_pages_tell_search_engines_what_they_show_and_nothing_else(client, world):
    kinds = {
        "/": "WebSite", "/municipios/107": "AdministrativeArea",
        "/distritos/2": "AdministrativeArea", "/quitadudas/planilla": "DefinedTerm",
        f"/candidaturas/{world['head']}": "ProfilePage",
    }  # fmt: skip
    for path, kind in kinds.items():
        html = client.get(path).text
        (told,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
        found = json.loads(told)
        assert (found["@context"], found["@type"]) == ("https://schema.org", kind)
        assert found["url"].removeprefix(SITE) == path

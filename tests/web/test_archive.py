"""The archive: the whole public site as files, every link alive on a plain file server."""

import http.client
import json
import re
import threading
from functools import partial
from hashlib import sha256
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from decide.errors import Refused
from decide.kernel.clock import FrozenClock
from decide.outreach.archive import MANIFEST, OUTSIDE, Answer, freeze
from tests import factories
from tests.real_process import opened

SITE = "http://127.0.0.1:8000"
NAMED = re.compile(r'\s(?:href|src|action|srcset)="([^"]*)"')


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("archive") / "site"


class Quiet(SimpleHTTPRequestHandler):
    """A plain file server that does not talk."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        return


@pytest.fixture
def client(settings, resources):
    with resources.database.transaction() as session:
        factories.small_world(session)
        factories.past(session)
        factories.count_toluca(session)
    app, close = opened(settings, settings.database_url, FrozenClock(factories.RESULTS))
    yield app.test_client()
    close()


def reader(client):
    def fetch(path):
        answer = client.get(path, follow_redirects=True)
        body = answer.get_data() if answer.status_code == 200 else b""
        return Answer(answer.status_code, answer.mimetype, body, answer.request.path)

    return fetch


def statuses(folder, addresses):
    """What a plain file server says to each address."""
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = {}
        line = http.client.HTTPConnection(*server.server_address[:2], timeout=10)
        for address in addresses:
            line.request("HEAD", address)
            answer = line.getresponse()
            answer.read()
            told[address] = answer.status
        line.close()
        server.shutdown()
    return told


def test_the_frozen_site_is_whole_and_every_link_is_alive(client, folder):
    found = freeze(reader(client), folder, taken="2021-06-20", site=SITE)
    assert found.dead == []
    assert {
        "index.html", "municipios/107/index.html", "distritos/2/index.html",
        "quitadudas/planilla/index.html", "resultados/index.html", "actores/lucero/index.html",
        "datos/territorio/municipios.csv", "datos/resultados/datapackage.json", "sitemap.xml",
        "datos/resultados/lugares.geojson", "sellos/index.html", OUTSIDE,
        "resultados/comparar/2015/index.html", "resultados/secciones/5176/index.html",
        "resultados/municipios/107/secciones/index.html", "datos/sellos/sellos.csv",
        "datos/procesos-anteriores/votos-anteriores.json", "datos/casillas/casillas.xlsx",
    } <= found.digests.keys()  # fmt: skip
    assert len(found.digests) > 600
    targets, outer = set(), set()
    for page in folder.rglob("*.html"):
        here = "/" + page.relative_to(folder).as_posix()
        html = page.read_text(encoding="utf-8")
        assert not re.search(r"<script[^>]+src=", html), page
        assert 'method="post"' not in html
        for told in NAMED.findall(html):
            target = urlsplit(urljoin(here, unescape(told)))
            if target.scheme in ("http", "https", "mailto", "tel"):
                outer.add(target.netloc)
            else:
                assert not target.query, (here, told)
                targets.add(target.path)
    assert outer <= {
        "", "wa.me", "www.facebook.com", "x.com", "t.me", "creativecommons.org", "127.0.0.1:8000",
    }  # fmt: skip
    missing = [path for path in targets if not (folder / unquote(path).lstrip("/")).is_file()]
    assert missing == []
    dead = {path: told for path, told in statuses(folder, targets).items() if told != 200}
    assert dead == {}
    kept = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for name, digest in kept["archivos"].items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {*kept["archivos"], MANIFEST}


def test_a_folder_with_something_in_it_is_not_written_over(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(Refused, match="no está vacía"):
        freeze(lambda path: Answer(404, "", b"", path), tmp_path, taken="x", site=SITE)


def test_a_dead_link_is_told_and_leads_to_the_page_that_says_so(tmp_path):
    def fetch(path):
        if path == "/":
            page = b'<a href="/gone">x</a> <a href="/partido">y</a> <form action="/z"></form>'
            return Answer(200, "text/html", page, path)
        return Answer(404, "", b"", path)

    found = freeze(fetch, tmp_path / "new", taken="2021-06-20", site=SITE)
    assert found.dead == ["/gone"]
    page = (tmp_path / "new" / "index.html").read_text()
    assert page.count(f'"{OUTSIDE}"') == 3

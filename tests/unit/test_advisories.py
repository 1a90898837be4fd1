"""`make advisories` believes only an index that tells of holes, and says what it was not told."""

import importlib.util
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "requirements" / "advisories.py"
HOLE = {"id": "GHSA-1", "withdrawn": None}
TAKEN_BACK = {"id": "GHSA-2", "withdrawn": "2026-01-01T00:00:00Z"}


@pytest.fixture
def script(tmp_path, monkeypatch):
    """The script, reading pinned releases from a folder of this test."""
    spec = importlib.util.spec_from_file_location("advisories", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "HERE", tmp_path)
    (tmp_path / "run.txt").write_text(
        "flask==3.1.3 \\\n    --hash=sha256:00\nredis[hiredis]==8.1\n"
    )
    return module


@pytest.fixture
def index(script, monkeypatch):
    """A real index on loopback; a test fills its pages."""
    pages = {
        "/pycrypto/json": {"info": {"version": "2.6.1"}, "vulnerabilities": [HOLE]},
        "/flask/3.1.3/json": {"info": {"version": "3.1.3"}, "vulnerabilities": []},
        "/redis/json": {"info": {"version": "8.1"}, "vulnerabilities": [TAKEN_BACK]},
    }

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            found = pages.get(self.path)
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(script, "address_of_index", lambda: address)
        yield pages
        server.shutdown()


def test_all_clean(script, index, capsys):
    assert script.main([]) == 0
    assert "2 pinned releases, 0 with" in capsys.readouterr().out


def test_a_hole_is_named(script, index, capsys):
    index["/flask/3.1.3/json"]["vulnerabilities"] = [HOLE]
    assert script.main(["run.txt"]) == 1
    assert "flask 3.1.3: GHSA-1" in capsys.readouterr().out


def test_an_index_that_never_tells_is_not_believed(script, index, capsys):
    index["/pycrypto/json"]["vulnerabilities"] = []
    assert script.main([]) == 1
    assert "proves nothing" in capsys.readouterr().out


def test_a_release_that_cannot_be_asked_for_is_said(script, index, capsys):
    index["/redis/json"]["info"]["version"] = "9.0"
    assert script.main([]) == 1
    assert "redis 8.1: no page of its own, and the newest is 9.0" in capsys.readouterr().out


def test_pip_itself_knows_where_the_index_is(script):
    assert script.address_of_index().startswith("https://")

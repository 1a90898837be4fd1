"""What pages tell operators to change in the proxy's file, done to it and tried with nginx."""

import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.killable import free_port
from tests.shipped_proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]
CDN, STRANGER, VISITOR = "127.0.0.2", "127.0.0.3", "203.0.113.9"


class Echo(BaseHTTPRequestHandler):
    """Answers with the address that the proxy says somebody has."""

    def do_GET(self):
        told = ", ".join(self.headers.get_all("X-Forwarded-For")).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_):
        pass


@contextmanager
def echoing():
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def behind_a_cdn(tmp_path_factory):
    """The proxy with the lines of docs/operations/scaling.md, for a CDN at an address of ours."""
    page = (ROOT / "docs" / "operations" / "scaling.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    assert "192.0.2.0/24" in lines
    lines = lines.replace("192.0.2.0/24", f"{CDN}/32")
    folder = tmp_path_factory.mktemp("cdn")
    with echoing() as port:
        proxy = Proxy(folder, port, free_port())
        file = folder / "nginx.conf"
        file.write_text(file.read_text("utf-8").replace("http {\n", f"http {{\n{lines}"), "utf-8")
        with proxy:
            yield proxy


@pytest.mark.parametrize(
    ("source", "forwarded", "seen"),
    [
        (CDN, VISITOR, VISITOR),
        (CDN, f"198.51.100.1, {VISITOR}", VISITOR),  # the first is what the visitor made up
        (STRANGER, VISITOR, STRANGER),  # past the CDN
    ],
)
def test_behind_a_cdn_the_program_hears_of_the_visitor_and_nobody_forges_an_address(
    behind_a_cdn, source, forwarded, seen
):
    path = f"/{source}/{len(forwarded)}"  # no answer out of memory
    answer = behind_a_cdn.ask("GET", path, source=source, headers={"X-Forwarded-For": forwarded})
    assert (answer.status, answer.text) == (200, seen)

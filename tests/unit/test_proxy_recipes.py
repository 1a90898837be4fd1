"""What pages tell operators to change in the proxy's file, done to it and tried with nginx."""

import re
import socket
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.killable import free_port
from tests.shipped_proxy import SHIPPED, Proxy, certificate
from tests.tools import need

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


def recipe():
    """The `sed` of docs/operations/runbook.md."""
    page = (ROOT / "docs" / "operations" / "runbook.md").read_text(encoding="utf-8")
    (found,) = re.findall(
        r"^ {4}(sed .*? > /etc/nginx/decide\.conf)$", page, re.DOTALL | re.MULTILINE
    )
    return found


@pytest.fixture
def changed(tmp_path):
    """The file without containers, as that `sed` makes it."""
    made = tmp_path / "decide.conf"
    command = (
        recipe().replace("/opt/decide", str(ROOT)).replace("/etc/nginx/decide.conf", str(made))
    )
    subprocess.run(["sh", "-euc", command], check=True)
    return made.read_text(encoding="utf-8")


def refusal(folder, text):
    """What nginx says against a file when systemd starts it as a service; "" for nothing."""
    certificate(folder)
    for theirs, ours in {
        "/etc/nginx/certs": str(folder), "/tmp/nginx": f"{folder}/nginx",
        "/run/decide-proxy": str(folder), "server web:8000": "server 127.0.0.1:8000",
        # Whoever tests may not be allowed to listen there.
        "listen 80;": f"listen {free_port()};", "listen 443 ": f"listen {free_port()} ",
    }.items():  # fmt: skip
        text = text.replace(theirs, ours)
    (folder / "tried.conf").write_text(text, encoding="utf-8")
    command = [need("nginx"), "-e", "stderr", "-t", "-c", str(folder / "tried.conf")]
    journal, output = socket.socketpair()
    with journal, output:
        told = subprocess.run(
            command, stdout=output, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    return told.stderr if told.returncode else ""


def test_without_containers_nginx_reads_the_file_and_listens_where_people_ask(changed, tmp_path):
    assert re.findall(r"listen (\d+)", changed) == ["80", "443"]
    assert re.findall(r"server (\S+:\d+)", changed) == ["127.0.0.1:8000"]
    assert "\npid /run/decide-proxy/nginx.pid;\n" in changed
    assert refusal(tmp_path, changed) == ""


def test_as_a_service_nginx_cannot_read_the_file_of_the_container(tmp_path):
    assert "/dev/stdout" in refusal(tmp_path, SHIPPED.read_text(encoding="utf-8"))


def test_the_unit_of_the_proxy_has_the_places_that_the_changed_file_names(changed):
    unit = (ROOT / "deploy" / "systemd" / "decide-proxy.service").read_text(encoding="utf-8")
    (pid,) = re.findall(r"^pid (.*);$", changed, re.MULTILINE)
    assert f"RuntimeDirectory={Path(pid).parent.name}\n" in unit
    assert "AmbientCapabilities=CAP_NET_BIND_SERVICE\n" in unit
    assert '-c /etc/nginx/decide.conf -g "daemon off;"' in unit
    assert "PrivateTmp=yes\n" in unit  # its pages and what it is sent lie in /tmp
    (files,) = re.findall(r"^worker_rlimit_nofile (\d+);$", changed, re.MULTILINE)
    assert f"LimitNOFILE={files}\n" in unit

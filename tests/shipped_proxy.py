"""The proxy with the very file that is shipped, on addresses of a test, and its own authority.

with Proxy(folder, service.port, port) as proxy:      https://localhost:<port>
    proxy.ask("GET", "/", source="127.0.0.2")

`behind` may be a list of address:port, for several web servers.
"""

import contextlib
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.killable import free_port
from tests.tools import need

SHIPPED = Path(__file__).resolve().parents[1] / "deploy" / "nginx" / "nginx.conf"


class Proxy:
    """A running nginx. A context manager."""

    def __init__(self, folder, behind, port):
        self.folder, self.port = folder, port
        self.program = need("nginx")
        self.plain = free_port()
        certificate(folder)
        text = SHIPPED.read_text(encoding="utf-8")
        for theirs, ours in {
            "listen 8080": f"listen 127.0.0.1:{self.plain}",
            "listen 8443": f"listen 127.0.0.1:{port}",
            "/etc/nginx/certs": str(folder),
            "/tmp/nginx": f"{folder}/nginx",
            "/dev/stdout": f"{folder}/access.log",
            "error_log stderr": f"error_log {folder}/error.log",
            "worker_processes auto": "worker_processes 2",
            "$host$request_uri": f"localhost:{port}$request_uri",
        }.items():
            assert theirs in text, theirs
            text = text.replace(theirs, ours)
        text = led_to(text, behind)
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        self.trust = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        self.process = None

    def __enter__(self):
        # As root it would drop to a user that cannot reach the folders of a test.
        who = "user root;" if os.geteuid() == 0 else ""
        start = f"daemon off; {who}"
        command = [self.program, "-c", str(self.folder / "nginx.conf"), "-g", start]
        with (self.folder / "nginx.out").open("wb") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return self
            assert self.process.poll() is None, (self.folder / "nginx.out").read_text()
            time.sleep(0.05)
        raise AssertionError("nginx does not listen")

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(10)

    def ask(self, method, path, body=None, *, source="127.0.0.1", headers=()):
        """One request on a connection of its own; the answer with its text."""
        link = self.connect(source)
        try:
            link.request(method, path, body, {"Sec-Fetch-Site": "same-origin", **dict(headers)})
            answer = link.getresponse()
            answer.text = answer.read().decode(errors="replace")
            return answer
        finally:
            link.close()

    def connect(self, source="127.0.0.1"):
        """A TLS connection from an address of this machine."""
        return http.client.HTTPSConnection(
            "localhost", self.port, context=self.trust, timeout=10, source_address=(source, 0)
        )


def led_to(text, behind):
    """The file with our web servers: as when the one name in it has several addresses.

    `behind` is a port, or a list of address:port.
    """
    addresses = behind if isinstance(behind, list) else [f"127.0.0.1:{behind}"]
    found = re.search(r"server web:8000([^;]*);", text)
    assert found
    lines = "\n        ".join(f"server {each}{found[1]};" for each in addresses)
    return text.replace(found[0], lines)


def certificate(folder):
    """A certificate for localhost that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

"""Servers behind TLS: who cannot show the right certificate is told nothing (ASVS V12.3.2)."""

import socket
import ssl
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from decide.kernel import mail
from decide.kernel.db import Database
from decide.kernel.mail import MailDelayed, Message
from decide.kernel.redis import RedisConnectionError, connect
from decide.settings import Settings, SettingsError
from tests.mail_server import server
from tests.shipped_proxy import certificate

__all__ = ["server"]
POSTGRES = "postgresql+psycopg://u:word@h/d"
NEEDED = {
    "DATABASE_URL": POSTGRES,
    "REDIS_URL": "redis://h/0",
    "QUEUE_URL": "redis://h/1",
    "SECRET_KEY": "s",
    "PROCESS_KEY": "p",
    "FILES_FOLDER": "/f",
}


class Stranger:
    """Somebody who answers at the place of a server, with a certificate for localhost."""

    def __init__(self, folder):
        certificate(folder)
        self.authority = folder / "fullchain.pem"
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.authority, folder / "key.pem")
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.told = b""  # what came through TLS
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                line, _ = self.door.accept()
            except OSError:
                return
            with line:
                # PostgreSQL asks in clear whether there is TLS; a TLS greeting begins with 22.
                if line.recv(1, socket.MSG_PEEK) == b"\0":
                    line.recv(8)
                    line.sendall(b"S")
                try:
                    with self.context.wrap_socket(line, server_side=True) as inside:
                        self.told += inside.recv(100)
                except OSError:
                    pass

    def close(self):
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()


@pytest.fixture
def stranger(tmp_path):
    found = Stranger(tmp_path)
    yield found
    found.close()


@pytest.fixture
def other(tmp_path):
    """Another authority, which did not sign the stranger's certificate."""
    folder = tmp_path / "other"
    folder.mkdir()
    certificate(folder)
    return folder / "fullchain.pem"


def ask_postgres(host, port, authority):
    address = f"postgresql+psycopg://u:word@{host}:{port}/d?sslmode=verify-full"
    database = Database(f"{address}&sslrootcert={authority}")
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    finally:
        database.close()


def ask_valkey(host, port, authority):
    connect(f"rediss://:word@{host}:{port}/0?ssl_ca_certs={authority}", timeout=10.0).ping()


ASKING = [(ask_postgres, OperationalError), (ask_valkey, RedisConnectionError)]


@pytest.mark.parametrize(("ask", "error"), ASKING)
def test_a_server_with_a_foreign_certificate_is_told_nothing(stranger, other, ask, error):
    with pytest.raises(error, match="certificate verify failed"):
        ask("localhost", stranger.port, other)
    assert stranger.told == b""


@pytest.mark.parametrize(("ask", "error"), ASKING)
def test_a_server_of_another_name_is_told_nothing(stranger, ask, error):
    with pytest.raises(error, match=r"does not match|not valid for"):
        ask("127.0.0.1", stranger.port, stranger.authority)
    assert stranger.told == b""


@pytest.mark.parametrize(("ask", "error"), ASKING)
def test_with_the_right_certificate_the_conversation_begins(stranger, ask, error):
    """The stranger then says nothing: that it was spoken to is what shows."""
    with pytest.raises(error):
        ask("localhost", stranger.port, stranger.authority)
    assert stranger.told


@pytest.mark.parametrize(
    ("name", "address"),
    [
        *(
            ("DATABASE_URL", f"{POSTGRES}?sslmode={mode}")
            for mode in ("allow", "prefer", "require")
        ),
        ("REPLICA_URL", f"{POSTGRES}?sslmode=verify-ca"),
        ("MIGRATION_URL", f"{POSTGRES}?sslmode=require"),
        ("REDIS_URL", "rediss://h/0?ssl_cert_reqs=none"),
        ("QUEUE_URL", "rediss://h/0?ssl_check_hostname=false"),
        ("SMTP_URL", "mail.example.org:587"),
        ("SMTP_URL", "smtp://mail.example.org?tls=no"),
        ("SMTP_URL", "smpt://mail.example.org"),
        ("SMTP_URL", "smtp://"),
    ],
)
def test_an_address_that_takes_any_certificate_or_is_none_stops_the_start(name, address):
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({**NEEDED, name: address})


MESSAGE = Message(to="ana@example.org", subject="s", text="t", html="<p>t", name="n")


@pytest.fixture
def far(monkeypatch):
    """No machine is this one: the mail server of these tests is somewhere else."""
    monkeypatch.setattr(mail, "THIS_MACHINE", ())


def mailed(server, more="", *, word=""):
    """Hand the server a mail."""
    address = f"smtp://{word}localhost:{server.server_address[1]}{more}"
    mail.send(Settings.from_environment({**NEEDED, "SMTP_URL": address}), MESSAGE)


def encrypted(folder):
    """What a server needs for TLS, as this machine's `localhost`."""
    certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "fullchain.pem", folder / "key.pem")
    return context


@pytest.mark.usefixtures("far")
def test_a_mail_server_that_offers_no_encryption_is_told_nothing(server):
    with pytest.raises(MailDelayed, match="SMTPNotSupportedError"):
        mailed(server, word="decide:word@")
    assert all(each.startswith((b"EHLO", b"QUIT")) for each in server.heard)


@pytest.mark.usefixtures("far")
def test_a_mail_server_with_a_foreign_certificate_is_told_nothing(server, tmp_path):
    server.tls = encrypted(tmp_path)
    with pytest.raises(MailDelayed, match="SSLCertVerificationError"):
        mailed(server, word="decide:word@")
    assert [each.split()[0] for each in server.heard][:2] == [b"EHLO", b"STARTTLS"]
    assert not any(each.startswith((b"AUTH", b"MAIL")) for each in server.heard)


@pytest.mark.usefixtures("far")
def test_mails_go_by_tls_or_in_clear_where_the_address_says_so(server, tmp_path, monkeypatch):
    mailed(server, "?tls=none")
    assert len(server.taken) == 1
    server.tls = encrypted(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "fullchain.pem"))
    server.heard.clear()
    mailed(server)
    assert len(server.taken) == 2
    assert server.heard.index(b"STARTTLS") < server.heard.index(b"DATA")


def test_what_does_not_speak_of_encryption_is_in_clear_and_not_half_encrypted():
    assert Settings.from_environment(NEEDED).database_url == f"{POSTGRES}?sslmode=disable"
    checked = f"{POSTGRES}?sslmode=verify-full"
    assert Settings.from_environment({**NEEDED, "DATABASE_URL": checked}).database_url == checked
    with_socket = f"{POSTGRES}?host=/run"
    read = Settings.from_environment({**NEEDED, "DATABASE_URL": with_socket})
    assert read.database_url == f"{with_socket}&sslmode=disable"

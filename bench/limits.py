"""What a machine can do at best, measured in the same run: the other half of every ratio.

An empty Flask view stands in `bench.empty`; here are nginx that serves a file, Valkey that keeps an
entry on the disk, and PostgreSQL's COPY.
"""

import contextlib
import multiprocessing
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import psycopg
from redis import Redis

from tests.killable import free_port
from tests.tools import need

PLAIN_NGINX = """
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/a;
    proxy_temp_path {folder}/b;
    fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d;
    scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{plain};
        listen 127.0.0.1:{secret} ssl;
        ssl_certificate {certificates}/fullchain.pem;
        ssl_certificate_key {certificates}/key.pem;
        root {folder}/files;
        location / {{ default_type text/html; }}
    }}
}}
"""
PRESS = b"x" * 40  # bytes of an entry like a press


class FileServer:
    """nginx with one file and nothing else, plain and encrypted. A context manager."""

    def __init__(self, folder: Path, body: bytes, certificates: Path) -> None:
        folder.mkdir()
        (folder / "files").mkdir()
        (folder / "files" / "page").write_bytes(body)
        self.plain, self.secret = free_port(), free_port()
        text = PLAIN_NGINX.format(
            folder=folder, certificates=certificates, plain=self.plain, secret=self.secret
        )
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        self.folder = folder
        self.process = None

    def __enter__(self):
        who = "user root;" if os.geteuid() == 0 else ""
        command = [need("nginx"), "-c", str(self.folder / "nginx.conf"), "-g", f"daemon off; {who}"]
        self.process = subprocess.Popen(command, start_new_session=True)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.plain)):
                return self
            time.sleep(0.05)
        raise SystemExit("nginx does not listen")

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(10)


def entries_kept(url, *, seconds, processes=2, threads=4):
    """XADDs a second, one by one on as many connections as the web server's threads have."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    workers = [
        context.Process(target=_add, args=(url, seconds, threads, results))
        for _ in range(processes)
    ]
    for each in workers:
        each.start()
    total = sum(results.get() for _ in workers)
    for each in workers:
        each.join()
    with Redis.from_url(url) as client:
        client.delete("bench:limit")
    return total / seconds


def _add(url, seconds, threads, results):
    counts = [0] * threads
    end = time.monotonic() + seconds

    def work(number):
        with Redis.from_url(url, protocol=2) as client:
            while time.monotonic() < end:
                client.execute_command("XADD", "bench:limit", "*", "1", PRESS)
                counts[number] += 1

    running = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    results.put(sum(counts))


def rows_copied(conninfo, rows, *, like="reaction"):
    """Rows a second of a bare COPY into a table with the same columns and indexes as `like`."""
    columns, values = rows
    with psycopg.connect(conninfo) as connection:
        connection.execute("DROP TABLE IF EXISTS bench_bare")
        connection.execute(f"CREATE TABLE bench_bare (LIKE {like} INCLUDING INDEXES)")
        begun = time.perf_counter()
        asked = f"COPY bench_bare ({columns}) FROM STDIN"
        with connection.cursor().copy(asked) as copy:
            for row in values:
                copy.write_row(row)
        connection.commit()
        seconds = time.perf_counter() - begun
        connection.execute("DROP TABLE bench_bare")
    return len(values) / seconds


def reactions(count):
    """So many rows of presses, for `rows_copied`."""
    columns = "subject_id, press_id, version, choice, pressed_at, circumstance"
    return columns, [
        (1 + number % 50, (number.to_bytes(4, "big") * 4).hex(), 1, 1, "2026-01-01", 0)
        for number in range(count)
    ]


def people(count):
    """So many rows as wide as an imported person, for `rows_copied` into plain text columns."""
    return "a, b, c, d", [
        (f"PERSONA NÚMERO {number}", "REGIDURIA", str(number % 125), "Trabajé en clínicas. " * 10)
        for number in range(count)
    ]

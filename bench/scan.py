"""`make scan`: strangers' tools look for holes in the running demonstration (R24).

The whole service with the demonstration, on the loopback. Wapiti walks the site as a citizen, as an
actor and as staff, and attacks every form and parameter that it meets; sqlmap tries every place of
an address that reaches SQL. First both are shown a page with the two holes that they look for
most: a tool that does not find those is not asked further. Exit 1 for any finding.

    make scan                  ten minutes at most for each kind of attack
    make scan SECONDS=60       less
    make scan LEVEL=5 RISK=3   all that sqlmap knows, instead of 2 and 2
    make scan ONLY=.csv        sqlmap alone, at the addresses that contain this
"""

import argparse
import json
import logging
import re
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from flask import Flask, request
from werkzeug.serving import make_server

from decide.demonstration.load import load
from decide.kernel.db import Database
from tests.killable import Service, free_port

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".venv-scan" / "bin"
# `ssrf` reports through a server outside; no program of ours fetches addresses (R21).
# `ldap` takes a page that changes from one second to the next (the office's board, the pause after
# five tries) for a directory's answer: 15 “findings”, and no program of ours asks a directory.
ATTACKS = "crlf,csrf,exec,file,permanentxss,redirect,sql,timesql,upload,xss,xxe"
# It says so of every form without a token. Only the portals' forms have one: the others know no
# log-in, and take nothing from another site (decision 0003, `web.shared.origin`).
UNTOKENED, PORTALS = "Cross Site Request Forgery", ("/partido", "/oficina")
WALKS = {
    "citizen": ("/", None),
    "actor": ("/partido", "/partido/entrar"),
    "staff": ("/oficina", "/oficina/entrar"),
}
USERS = {"actor": "faro", "staff": "oficina"}
ASKED = (
    "/buscar?q=agua", "/candidaturas?nombre=pe&genero=mujer&orden=nombre", "/quitadudas?q=voto",
    "/donde-voto?seccion=5176", "/donde-voto?municipio=toluca", "/comparar?lote=7&tema=agua",
    "/candidaturas/1*", "/municipios/107*", "/distritos/2*", "/plataformas/faro*/municipal",
    "/temas/agua*", "/folios/0004-1061-050R-3GG2-8A1C-60T3-GFZ*", "/ideas/1*", "/sellos/1*",
    "/api/v1/actores/actores?filas=5&despues=x", "/candidaturas.csv?nombre=pe",
)  # fmt: skip
OFTEN = 10**9
FOUND = re.compile(r"sqlmap identified the following injection point")


def main():
    """Prove both tools, then let them loose; print what they found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for each attack of a walk")
    parser.add_argument("--level", type=int, default=2, help="of sqlmap, 1 to 5")
    parser.add_argument("--risk", type=int, default=2, help="of sqlmap, 1 to 3")
    parser.add_argument("--only", default="", help="sqlmap alone, at addresses that contain this")
    chosen = parser.parse_args()
    if not (addresses := [each for each in ASKED if chosen.only in each]):
        parser.error(f"no address contains {chosen.only}")
    # Nobody is told to come back later: whoever is, has not tried the address.
    often = {"api_per_minute": OFTEN, "voices_per_hour": OFTEN}
    with (
        tempfile.TemporaryDirectory() as name,
        Service(Path(name), second_factor=0, **often) as service,
    ):
        folder = Path(name)
        proved(service, folder)
        logins = demonstration(service)
        service.children["web"].start()
        service.children["drain"].start()
        service.wait_for_web(180.0)
        address, findings = f"http://127.0.0.1:{service.port}", []
        walks = {} if chosen.only else WALKS
        for walk, (start, door) in walks.items():
            cookie = door and session_of(service.port, door, logins[USERS[walk]])
            told = wapiti(folder / walk, address + start, chosen.seconds, cookie=cookie)
            told = [each for each in told if not expected(*each)]
            print(f"wapiti as {walk}: {len(told)} findings", *told, sep="\n  ", flush=True)
            findings += told
        asked = [address + each for each in addresses]
        told = sqlmap(folder / "sqlmap", asked, chosen.level, chosen.risk)
        print(f"sqlmap, {len(asked)} addresses: {len(told)} findings", *told, sep="\n  ")
    sys.exit(bool(findings or told))


def expected(kind, _method, path, _parameter):
    """Whether a finding of wapiti is none."""
    return kind == UNTOKENED and not path.startswith(PORTALS)


def proved(service, folder):
    """Stop unless both tools find the holes of a page that has some."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = Flask("holes")
    address = service.settings.database_url.replace("postgresql+psycopg", "postgresql")

    @app.get("/")
    def doors():
        return "<a href='/said?q=x'>said</a> <a href='/sought?q=x'>sought</a>"

    @app.get("/said")
    def said():
        return f"<p>{request.args.get('q', '')}</p>"

    @app.get("/sought")
    def sought():
        asked = request.args.get("q", "")
        with psycopg.connect(address) as connection:
            try:
                found = connection.execute(f"SELECT 1 WHERE 'x' = '{asked}'").fetchall()
            except psycopg.Error as error:
                return f"ERROR: {error}"
        return "There it is." if found else "Nothing."

    server = make_server("127.0.0.1", free_port(), app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = f"http://127.0.0.1:{server.port}/"
    kinds = {kind for kind, *_ in wapiti(folder / "holes", page, 60)}
    if not any("SQL" in kind for kind in kinds) or not any("Cross Site" in each for each in kinds):
        sys.exit(f"wapiti does not find what is there, only {kinds}")
    if not sqlmap(folder / "seeded", [f"{page}sought?q=x"]):
        sys.exit("sqlmap does not find what is there")
    server.shutdown()
    print("both tools find the holes of a page that has some", flush=True)


def demonstration(service):
    """Load it; the passphrase of each log-in."""
    database = Database(service.settings.database_url, statement_timeout_ms=300_000)
    with database.transaction() as session:
        logins = load(session, service.settings, at=datetime.now(UTC))
    database.close()
    return {each.username: (each.username, each.passphrase) for each in logins}


def session_of(port, door, login):
    """The cookies of somebody who logged in."""
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", door)
    answer = line.getresponse()
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', answer.read())[1].decode()
    first = cookies_of(answer)
    body = urlencode({"csrf_token": token, "username": login[0], "passphrase": login[1]})
    headers = {
        "Cookie": first, "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin",
    }  # fmt: skip
    line.request("POST", door, body, headers)
    answer = line.getresponse()
    answer.read()
    if answer.status not in (302, 303):
        sys.exit(f"{door}: nobody could log in ({answer.status})")
    return cookies_of(answer) or first


def cookies_of(answer):
    """What a browser would send back."""
    return "; ".join(each.split(";")[0] for each in answer.headers.get_all("Set-Cookie") or ())


def kept(cookies):
    """Cookies as the tool's file holds them."""
    pairs = (each.partition("=") for each in cookies.split("; "))
    return {name: {"value": value, "secure": False, "expires": None, "port": None, "version": 0}
            for name, _, value in pairs}  # fmt: skip


def wapiti(folder, address, seconds, *, cookie=None):
    """(kind, method, path, parameter) of all that it found, server errors among them."""
    folder.mkdir()
    report, origin = folder / "report.json", "/".join(address.split("/")[:3])
    command = [
        str(TOOLS / "wapiti"), "-u", address, "--scope", "domain", "-m", ATTACKS, "--level", "2",
        "--depth", "4", "--max-files-per-dir", "4", "--max-links-per-page", "40",
        "--max-scan-time", str(seconds), "--max-attack-time", str(seconds), "--tasks", "4",
        "-f", "json", "-o", str(report), "--store-session", str(folder / "session"),
        "--store-config", str(folder / "config"), "--no-bugreport", "--flush-session",
        "-x", f"{origin}/*salir*", "-x", f"{origin}/*entrar*",
    ]  # fmt: skip
    if cookie:
        jar = folder / "cookies.json"
        jar.write_text(json.dumps({"127.0.0.1": {"/": kept(cookie)}}))
        command += ["-c", str(jar)]
    log = folder / "log.txt"
    with log.open("wb") as out:
        subprocess.run(command, stdout=out, stderr=out, check=False)
    if not report.exists():
        sys.exit(log.read_text(errors="replace")[-2000:])
    told = json.loads(report.read_text())
    print(f"  {told['infos'].get('crawled_pages_nbr', '?')} pages and forms attacked", flush=True)
    found = told["vulnerabilities"] | told["anomalies"]
    return [
        (kind, each["method"], each["path"], each.get("parameter") or "")
        for kind, all_of_kind in found.items()
        for each in all_of_kind
    ]


def sqlmap(folder, addresses, level=2, risk=2):
    """The addresses in which it finds a way into SQL."""
    found = []
    for number, address in enumerate(addresses):
        done = subprocess.run(
            [
                str(TOOLS / "sqlmap"), "-u", address, "--batch", "--dbms", "PostgreSQL",
                "--level", str(level), "--risk", str(risk), "--technique", "BEUST",
                "--time-sec", "2", "--threads", "2",
                "--disable-coloring", "--flush-session", "--output-dir", str(folder / str(number)),
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if FOUND.search(done.stdout):
            found.append((address, done.stdout.split("---")[1].strip()))
    return found


if __name__ == "__main__":
    main()

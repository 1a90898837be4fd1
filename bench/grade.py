"""`make grade`: two outside graders look at the site behind the shipped proxy with TLS (R27).

Mozilla's HTTP Observatory (its code from npm, requirements/grader.py) grades an address of every
pattern that a GET reaches, as a stranger: pages, files, the API, both log-ins, and what answers
with an error. testssl.sh (Debian) then looks at TLS. Before, the Observatory is shown a site that
it must not like. Exit 1 for an address below A+ and for a finding of testssl.sh, but for what is
expected below.

    make grade
"""

import json
import logging
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from decide.app import create_app
from decide.demonstration.load import load
from decide.kernel.db import Database
from decide.web.shared import headers
from decide.web.shared.context import KEY
from requirements.grader import HOME
from tests.killable import Service, free_port
from tests.shipped_proxy import Proxy, certificate
from tests.tools import need

SCRIPT = Path(__file__).with_suffix(".mjs")
ERRORS = ("/no/existe", "/candidaturas/0", "/api/v1/no-existe", "/%00", "/.git/config")
# A program that forgot TLS is refused, not led on: its question has been read by others already
# (ASVS V4.1.2); nonsense is refused at either door. The Observatory asks for a redirection.
REFUSED_WITHOUT_TLS = re.compile("/api/|/%00")
OURS = {
    # The certificate of a test lives for two days, and its authority keeps no list.
    "cert_expirationStatus", "cert_notAfter", "cert_revocation",
    # Packed is what is the same for everybody; nothing with a secret in it is
    # (tests/faults/test_proxy.py).
    "BREACH",
}  # fmt: skip
BAD = ("MEDIUM", "HIGH", "CRITICAL")
LINKS = re.compile(r'(?:href|src|action)="([^"#]+)|"(https://localhost:\d+/[^"]*)"|"(/api/[^"]*)"')


def main():
    """Prove the graders, then have the site graded."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx drops root and must still reach its files
        proved(folder / "bare")
        front = free_port()
        knobs = {"public_url": f"https://localhost:{front}", "proxies": 1}
        with Service(folder, **knobs) as service:
            demonstration(service)
            service.start("web")
            (folder / "proxy").mkdir()
            with Proxy(folder / "proxy", service.port, front) as proxy:
                bad = observed(service, proxy) + tested(proxy)
    sys.exit(bool(bad))


def demonstration(service):
    """Load it: pages with something on them."""
    database = Database(service.settings.database_url, statement_timeout_ms=300_000)
    with database.transaction() as session:
        load(session, service.settings, at=datetime.now(UTC))
    database.close()


# --- the Observatory


def observed(service, proxy):
    """Grade every pattern; the lines that are not as they should be."""
    paths = addresses(service, proxy)
    told = graded(proxy.folder, proxy.plain, proxy.port, paths)
    bad = [each for each in told if not fine(each)]
    kinds = Counter(f"{each['status'] // 100}xx" for each in told)
    grades = Counter(each["grade"] for each in told)
    print(f"HTTP Observatory: {len(told)} addresses {dict(kinds)}: {dict(grades)}")
    passed = Counter(each["passed"] for each in told)
    print(f"  tests passed of 10: {dict(passed)}; lowest score {min(e['score'] for e in told)}")
    for each in bad:
        print(" ", each["path"], each["status"], each["grade"], each["score"], each["results"])
    return bad


def fine(each):
    """Whether a line is as it should be."""
    if REFUSED_WITHOUT_TLS.match(each["path"]):
        rest = {name: result for name, result in each["results"].items() if name != "redirection"}
        return each["passed"] == 9 and rest and each["results"]["redirection"].endswith("missing")
    return each["grade"] == "A+" and each["passed"] == 10


def graded(folder, plain, port, paths):
    """What the Observatory says of each path; it trusts the certificate in the folder."""
    asked = {"host": "localhost", "httpPort": plain, "httpsPort": port, "paths": paths}
    done = subprocess.run(
        ["node", str(SCRIPT), str(HOME)], input=json.dumps(asked), text=True, check=True,
        stdout=subprocess.PIPE,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin",
             "NODE_EXTRA_CA_CERTS": str(folder / "fullchain.pem")},
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def addresses(service, proxy):
    """An address for every pattern: one that some page leads to, or else one made up."""
    app = create_app(service.settings)
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods]
    match = app.url_map.bind("localhost", url_scheme="https").match
    found = {rule.endpoint: rule.rule for rule in rules if not rule.arguments}
    ahead = list(found.values())
    while ahead:
        for path in links(proxy.ask("GET", ahead.pop()).text):
            try:
                endpoint, _ = match(path.partition("?")[0])
            except HTTPException:
                continue
            if endpoint not in found:
                found[endpoint] = path
                ahead.append(path)
    app.extensions[KEY].resources.close()
    made_up = {rule.endpoint: re.sub(r"<[^>]*>", "1", rule.rule) for rule in rules}
    return sorted({*(made_up | found).values(), *ERRORS})


def links(text):
    """Paths of this site that a text leads to."""
    for parts in LINKS.findall(text):
        whole = urlsplit(next(filter(None, parts)).replace("&amp;", "&"))
        if whole.path.startswith("/") and whole.hostname in (None, "localhost"):
            yield whole.path


# --- TLS


def tested(proxy):
    """What testssl.sh finds wrong with TLS."""
    findings = tls(proxy.folder, proxy.port)
    bad = [each for each in findings if each["severity"] in BAD and each["id"] not in OURS]
    print(f"testssl.sh: {len(findings)} lines, {dict(Counter(e['severity'] for e in findings))}")
    for each in findings:
        if each["severity"] in (*BAD, "LOW", "WARN"):
            print(" ", each["severity"], each["id"], each["finding"], "!" * (each in bad))
    return bad


def tls(folder, port):
    """All that testssl.sh says of a port."""
    report = folder / "testssl.json"
    command = [
        need("testssl"), "--quiet", "--warnings", "off", "--color", "0", "--ip", "127.0.0.1",
        "--add-ca", str(folder / "fullchain.pem"), "--jsonfile", str(report),
        f"localhost:{port}",
    ]  # fmt: skip
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return json.loads(report.read_text())


# --- a site that neither may like


def proved(folder):
    """Stop unless the Observatory marks down a site that wears all our headers but the policy."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    folder.mkdir()
    certificate(folder)
    app = Flask("bare")
    app.add_url_rule("/", "bare", lambda: "<title>Bare</title>")

    @app.after_request
    def dress(response):
        response.headers.update(headers.ALWAYS | {"Strict-Transport-Security": "max-age=63072000"})
        del response.headers["Content-Security-Policy"]
        return response

    pem = (str(folder / "fullchain.pem"), str(folder / "key.pem"))
    server = make_server("127.0.0.1", free_port(), app, threaded=True, ssl_context=pem)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (told,) = graded(folder, free_port(), server.port, ["/"])
    server.shutdown()
    print(f"a site without a policy: {told['grade']}, {told['score']}", flush=True)
    if told["status"] != 200 or told["grade"].startswith("A"):
        sys.exit("the Observatory likes a site that it should not")


if __name__ == "__main__":
    main()

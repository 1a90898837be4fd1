"""`make grade`: three outside graders look at the site behind the shipped proxy with TLS (R27).

Mozilla's HTTP Observatory (its code from npm, requirements/grader.py) grades an address of every
pattern that a GET reaches, as a stranger: pages, files, the API, both log-ins, and what answers
with an error. testssl.sh (Debian) then looks at TLS, and sslyze compares it with Mozilla's
intermediate configuration; from what sslyze saw comes the letter (bench/letter.py). Before, the
Observatory is shown a site that it must not like, and sslyze a proxy that knows an old cipher.
Exit 1 for an address below A+, for TLS below A, and for a finding of the other two, but for what
is expected below.

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

from bench.letter import HALF_A_YEAR, letter
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
SSLYZE = Path(__file__).parents[1] / ".venv-grade" / "bin" / "sslyze"
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
UNTRUSTED = "certificate_path_validation"  # the authority of a test, which no browser knows
FAULT = re.compile(r"^ +\* (\w+: .+)$", re.MULTILINE)
MAX_AGE = re.compile(r"max-age=(\d+)")
LINKS = re.compile(r'(?:href|src|action)="([^"#]+)|"(https://localhost:\d+/[^"]*)"|"(/api/[^"]*)"')


def main():
    """Prove the graders, then have the site graded."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx drops root and must still reach its files
        proved(folder / "bare")
        proved_for_tls(folder / "old")
        front = free_port()
        knobs = {"public_url": f"https://localhost:{front}", "proxies": 1}
        with Service(folder, **knobs) as service:
            demonstration(service)
            service.start("web")
            (folder / "proxy").mkdir()
            with Proxy(folder / "proxy", service.port, front) as proxy:
                bad = observed(service, proxy) + tested(proxy) + rated(proxy)
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


def rated(proxy):
    """What lacks to an A, and to Mozilla's configuration."""
    faults, scan = compared(proxy)
    told = proxy.ask("GET", "/").getheader("Strict-Transport-Security") or ""
    hsts = MAX_AGE.search(told)
    reached, scores, why = letter(scan, int(hsts[1]) if hsts else 0)
    print(f"TLS by the rating guide: {reached}, {scores} for protocols, keys and ciphers", *why)
    print(f"sslyze against Mozilla's intermediate configuration: {faults or 'compliant'}")
    return faults + ([] if reached in ("A+", "A") else [reached])


def compared(proxy):
    """How a proxy's TLS differs from Mozilla's intermediate configuration; all that sslyze saw."""
    report = proxy.folder / "sslyze.json"
    done = subprocess.run(
        [str(SSLYZE), "--mozilla_config=intermediate", f"--json_out={report}",
         f"localhost:{proxy.port}"],
        text=True, check=False, capture_output=True,
    )  # fmt: skip
    (told,) = json.loads(report.read_text(encoding="utf-8"))["server_scan_results"]
    if "COMPLIANCE" not in done.stdout or not told["scan_result"]:
        sys.exit(f"sslyze says nothing: {done.stderr[-500:]}")
    faults = [each for each in FAULT.findall(done.stdout) if not each.startswith(UNTRUSTED)]
    return faults, told["scan_result"]


# --- a site that none of them may like


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


def proved_for_tls(folder):
    """Stop unless an old cipher and no TLS 1.3 are seen in a proxy that is ours otherwise."""
    folder.mkdir()
    folder.chmod(0o755)
    proxy = Proxy(folder, free_port(), free_port())
    written = folder / "nginx.conf"
    ours = written.read_text(encoding="utf-8")
    old = ours.replace("ssl_protocols TLSv1.2 TLSv1.3;", "ssl_protocols TLSv1.2;")
    old = old.replace("ssl_ciphers ", "ssl_ciphers ECDHE-ECDSA-AES128-SHA:")
    written.write_text(old, encoding="utf-8")
    with proxy:
        faults, scan = compared(proxy)
    reached, _, why = letter(scan, HALF_A_YEAR)
    print(f"a proxy with an old cipher: {reached}, {why}; {faults}", flush=True)
    if reached in ("A+", "A") or not any("ciphers" in each for each in faults):
        sys.exit("sslyze likes a proxy that it should not")


if __name__ == "__main__":
    main()

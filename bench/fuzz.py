"""`make api-fuzz`: whatever the API's description allows, and forbids, asked of the real one.

The whole service with a small world after the election, on a port of its own; schemathesis reads
`/api/v1/openapi.json` and sends requests by all of its phases with all of its checks. The
figures are counted from what it reports of each request. Exit 1 when a check failed, when one
answer was a 5xx, or when one took longer than two seconds.

    make api-fuzz                        a few thousand requests, a few minutes
    make api-fuzz REQUESTS=1000000       by as many turns as it takes, each with its own seed
"""

import argparse
import http.client
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from decide.opendata.sets import SETS
from tests import factories
from tests.killable import Service

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / ".venv-fuzz" / "bin" / "schemathesis"
SLOWEST = 2.0  # seconds
OFTEN = 10**9


def world(session):
    """Something in every table of the open data, with results that are public now."""
    factories.small_world(session)
    factories.past(session)
    factories.count_toluca(session)


def warm(port):
    """Ask once for each table: the first question makes the files of its set."""
    for chosen in SETS:
        for table in chosen.tables:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            line.request("GET", f"/api/v1/{chosen.name}/{table.name}?filas=1")
            answer = line.getresponse()
            answer.read()
            line.close()
            if answer.status != 200:
                sys.exit(f"/api/v1/{chosen.name}/{table.name}: {answer.status}")


def turn(tool, address, folder, seed, examples, workers):
    """One run of the tool; gives its exit code and what its report says of each request."""
    told = folder / f"{seed}.ndjson"
    done = subprocess.run(
        [
            str(tool), "run", f"{address}/api/v1/openapi.json", "--url", address,
            "--checks", "all", "--max-examples", str(examples), "--seed", str(seed),
            "--workers", str(workers), "--max-response-time", str(SLOWEST),
            "--continue-on-failure", "--report", "ndjson", "--report-ndjson-path", str(told),
            "--suppress-health-check", "all",
        ],
        cwd=folder, check=False,
    )  # fmt: skip
    statuses, slowest = Counter(), 0.0
    with told.open(encoding="utf-8") as lines:
        for line in lines:
            for answer in answers(json.loads(line)):
                statuses[answer["status_code"]] += 1
                slowest = max(slowest, answer.get("elapsed") or 0.0)
    told.unlink()
    return done.returncode, statuses, slowest


def answers(told):
    """Every answer in an event of the report, however deep."""
    if isinstance(told, dict):
        if "status_code" in told and "elapsed" in told:
            yield told
            return
        told = list(told.values())
    if isinstance(told, list):
        for each in told:
            yield from answers(each)


def main():
    """Ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--examples", type=int, default=100, help="of one operation in a turn")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--tool", type=Path, default=TOOL)
    parser.add_argument("--first-seed", type=int, default=1)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        Service(Path(name), api_per_minute=OFTEN) as service,
    ):
        with service.resources.database.transaction() as session:
            world(session)
        service.children["web"].start()
        service.wait_for_web(180.0)  # also where much else runs
        address = f"http://127.0.0.1:{service.port}"
        warm(service.port)
        total, slowest, failed, seed = Counter(), 0.0, [], chosen.first_seed
        while total.total() < chosen.requests:
            code, statuses, longest = turn(
                chosen.tool, address, Path(name), seed, chosen.examples, chosen.workers
            )
            if not statuses:
                sys.exit("The tool sent nothing; its words are above.")
            total, slowest = total + statuses, max(slowest, longest)
            failed += [seed] if code else []
            print(f"seed {seed}: {total.total():,} requests so far, slowest {slowest:.2f} s")
            seed += 1
    print(f"answers: {dict(sorted(total.items()))}")
    wrong = sum(count for status, count in total.items() if status >= 500)
    print(f"{total.total():,} requests, {wrong} × 5xx, slowest {slowest:.2f} s, failed: {failed}")
    sys.exit(bool(wrong or failed or slowest > SLOWEST))


if __name__ == "__main__":
    main()

"""Fetch Mozilla's HTTP Observatory from npm for `make grade`: its own code, not its website.

`grader-lock.json` names every package with its digest and no address; npm compares the digests.
`python requirements/grader.py lock` pins the newest release anew. No package's own script is run:
the Observatory's would fetch the lists of sites that browsers know for TLS, and a machine's own
address stands in none of them.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "grader-lock.json"
FOLDER = ROOT / "var" / "grader"
NAME = "@mdn/mdn-http-observatory"
HOME = FOLDER / "node_modules" / NAME
QUIET = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--silent"]


def main() -> int:
    """Fetch it; 1 when it cannot be had."""
    if not shutil.which("npm"):
        return refuse("needs npm and Node.js 20 or newer, on Debian: apt-get install npm")
    if "lock" in sys.argv[1:]:
        pin()
    lay_out(json.loads(LOCK.read_text(encoding="utf-8")))
    if (HOME / "package.json").exists() and installed() == wanted():
        return 0
    print(f"Fetching {NAME} …", flush=True)
    if subprocess.run(["npm", "ci", *QUIET], cwd=FOLDER, check=False).returncode:
        return refuse(f"{NAME} could not be fetched as it is pinned")
    (HOME / "conf" / "hsts-preload.json").write_text("{}\n", encoding="utf-8")
    return 0


def refuse(reason: str) -> int:
    """Say why there is no grader."""
    print(f"*** NO GRADER: {reason} ***", file=sys.stderr)
    return 1


def wanted() -> str:
    """The pinned version."""
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    return str(packages[f"node_modules/{NAME}"]["version"])


def installed() -> str:
    """The version that is there."""
    return str(json.loads((HOME / "package.json").read_text(encoding="utf-8"))["version"])


def lay_out(lock: dict[str, object]) -> None:
    """Put the two files that npm reads into the folder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text(json.dumps(described(wanted())), encoding="utf-8")
    (FOLDER / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def described(version: str) -> dict[str, object]:
    """What we depend on."""
    return {"name": "grader", "private": True, "dependencies": {NAME: version}}


def pin() -> None:
    """Write the lock anew for the newest release, a package a line, without any address."""
    told = subprocess.run(
        ["npm", "view", NAME, "version"], capture_output=True, text=True, check=True
    )
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    package = json.dumps(described(told.stdout.strip()))
    (FOLDER / "package.json").write_text(package, encoding="utf-8")
    command = ["npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved", *QUIET]
    subprocess.run(command, cwd=FOLDER, check=True)
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    lines = []
    for name, package in sorted(lock.pop("packages").items()):
        package.pop("funding", None)
        lines.append(f"  {json.dumps(name)}: {json.dumps(package, sort_keys=True)}")
    head = json.dumps(lock)[:-1]
    LOCK.write_text(f'{head}, "packages": {{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

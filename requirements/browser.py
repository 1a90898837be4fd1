"""Set up what the browser tests need beyond Python: Chromium from Debian, axe-core from npm.

Quick when both are there. What cannot be had is said loudly; the browser tests then step aside,
except in CI, where that is a failure. axe-core is fetched by npm from whatever registry the
machine is set up for, and its hash is compared; without npm the older copy inside the package
axe-playwright-python serves (it knows one rule less).
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE_VERSION = "4.14.1"
AXE_DIGEST = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
AXE = ROOT / "var" / "npm" / "node_modules" / "axe-core" / "axe.min.js"


def main() -> int:
    """Set up both; 1 when Chromium is missing in CI, else 0."""
    fetch_axe()
    if any(map(shutil.which, CHROMIUM)) or install_chromium():
        return 0
    print(
        "\n*** NO CHROMIUM: the browser tests will NOT run on this machine. ***\n"
        "*** Install it, on Debian with: apt-get install chromium            ***\n",
        file=sys.stderr,
    )
    return 1 if os.environ.get("CI") else 0


def install_chromium() -> bool:
    """Install Debian's package where we may; whether there is a Chromium afterwards."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing Debian's chromium for the browser tests …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    for command in (install, ["apt-get", "update", "-qq"], install):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if shutil.which("chromium"):
            return True
    return False


def fetch_axe() -> None:
    """Put the pinned axe-core below var/, or say which copy is used instead."""
    if is_pinned(AXE):
        return
    if shutil.which("npm"):
        print(f"Fetching axe-core {AXE_VERSION} …", flush=True)
        command = [
            "npm",
            "install",
            "--prefix",
            str(ROOT / "var" / "npm"),
            f"axe-core@{AXE_VERSION}",
        ]
        command += ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run([*command, "--silent"], stdout=subprocess.DEVNULL, check=False)
        if is_pinned(AXE):
            return
    # A file that is not the pinned one must not be used by the tests.
    shutil.rmtree(AXE.parent, ignore_errors=True)
    print(
        f"axe-core {AXE_VERSION} could not be fetched; "
        "the tests use the older copy of axe-playwright-python.",
        file=sys.stderr,
    )


def is_pinned(file: Path) -> bool:
    """Whether `file` is byte for byte the axe-core we know."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == AXE_DIGEST
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())

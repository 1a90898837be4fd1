"""Ask the package index whether a pinned version has a known hole; exit 1 unless all are clean.

    python requirements/advisories.py              all that is pinned beside this file
    python requirements/advisories.py run.txt      one set

The index' own page of each release carries a list `vulnerabilities`. Silence proves nothing: first
a package known to be full of holes is asked for, and if its list is empty, nothing is believed. A
release without a page of its own is asked for by the page of the newest one, which must be it.
Standard library, and pip for the address of the index that this machine uses.
"""

import json
import re
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
KNOWN_BAD = "pycrypto"
PATIENCE = 30  # seconds


class Unknown(Exception):
    """The index says nothing about this release; the message says why."""


def main(arguments: list[str]) -> int:
    """Print what was found; 0 when every pinned release was asked for and none has a hole."""
    files = [HERE / name for name in arguments] or sorted(HERE.glob("*.txt"))
    pinned = sorted({found for file in files for found in PINNED.findall(file.read_text())})
    index = address_of_index()
    if not trustworthy(index):
        print("The index tells of no hole even where there are some: its silence proves nothing.")
        return 1
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda one: line(index, *one), pinned))
    wrong = [each for each in told if each]
    print("\n".join(wrong))
    print(f"{len(pinned)} pinned releases, {len(wrong)} with a known hole or not to be asked for.")
    return 1 if wrong else 0


def address_of_index() -> str:
    """Where pages about releases are, as pip itself knows it."""
    from pip._internal.models.index import PyPI

    return str(PyPI.pypi_url)


def trustworthy(index: str) -> bool:
    """Whether the index tells of holes at all."""
    try:
        return bool(page(index, KNOWN_BAD)["vulnerabilities"])
    except (Unknown, KeyError):
        return False


def line(index: str, name: str, version: str) -> str:
    """What is wrong with a release, or nothing."""
    try:
        found = holes(index, name, version)
    except Unknown as error:
        return f"{name} {version}: {error}"
    return f"{name} {version}: {', '.join(found)}" if found else ""


def holes(index: str, name: str, version: str) -> list[str]:
    """Ids of the known holes of a release. Raise Unknown."""
    try:
        told = page(index, f"{name}/{version}")
    except Unknown:
        told = page(index, name)
        newest = told["info"]["version"]
        if newest != version:
            raise Unknown(f"no page of its own, and the newest is {newest}") from None
    return [str(each["id"]) for each in told["vulnerabilities"] if not each.get("withdrawn")]


def page(index: str, what: str) -> dict:
    """One page of the index. Raise Unknown."""
    try:
        with urllib.request.urlopen(f"{index}/{what}/json", timeout=PATIENCE) as answer:
            return json.load(answer)
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        raise Unknown(f"the index does not answer ({error})") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

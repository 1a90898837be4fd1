"""The known holes of the field are all answered, by tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES = [
    line
    for line in (ROOT / "docs" / "known-holes.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
FETCHING = {"requests", "httpx", "urllib3", "urllib.request", "http.client", "aiohttp"}
# The operator's own command, which reads the site that it is told to freeze.
ALLOWED = {Path("decide/cli/archive.py")}


def test_all_twenty_nine_stand_in_the_table():
    assert [int(line.split("|")[1]) for line in LINES] == list(range(1, 30))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split("|")[2].strip()[:40])
def test_each_is_answered_by_a_test_that_exists(line):
    answer, named = line.split("|")[3].strip(), NAMED.findall(line)
    assert answer
    assert named
    for file, name in named:
        assert f"\ndef {name}(" in (ROOT / file).read_text(encoding="utf-8"), name


def fetchers(source):
    """Modules that fetch addresses, among those that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found & FETCHING


def test_no_program_that_serves_people_fetches_an_address():
    fetching = {
        file.relative_to(ROOT)
        for file in (ROOT / "decide").rglob("*.py")
        if fetchers(file.read_text(encoding="utf-8"))
    }
    assert fetching == ALLOWED
    assert fetchers("from urllib import request") == {"urllib.request"}, "it would be noticed"

"""docs/operations/security.md says of every table its class and of every event what it means."""

import re
from collections import Counter
from pathlib import Path

from decide.documents import ROOMS
from decide.kernel.dictionary import data_dictionary

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations" / "security.md").read_text(encoding="utf-8")
CLASSES = ("public", "internal", "sealed", "personal", "secret")
LOGGED = re.compile(r'\b\w*\.(?:debug|info|warning|error|note)\(\s*"([a-z]+\.[a-z_]+)"')


def section(title):
    """The text below a heading."""
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def lines_of(title):
    """The rows of the tables below a heading, as lists of cells."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section(title).splitlines()
        if line.startswith("|") and not line.startswith("| ---")
    ]


def named(text):
    return re.findall(r"`([a-z_.]+)`", text)


def tables_by_class():
    return {
        row[0]: named(row[1])
        for row in lines_of("Classes of data")
        if row[0] in CLASSES and row[1].startswith("`")
    }


def test_every_table_has_one_class():
    for room in ROOMS:
        __import__(f"decide.{room}.models")
    tables = set(re.findall(r"^## `(\w+)`", data_dictionary(), re.MULTILINE))
    listed = Counter(name for names in tables_by_class().values() for name in names)
    assert set(tables_by_class()) == set(CLASSES)
    assert tables - set(listed) == set(), "needs a class in docs/operations/security.md"
    assert set(listed) - tables == set(), "no such table any more"
    assert [name for name, times in listed.items() if times > 1] == []


def events_in_code():
    return {
        event
        for path in [*(ROOT / "decide").rglob("*.py"), ROOT / "worker.py"]
        for event in LOGGED.findall(path.read_text(encoding="utf-8"))
    }


def test_every_event_of_the_logs_is_listed_and_none_that_is_gone():
    listed = {name for row in lines_of("Events in the logs") for name in named(row[0])}
    assert "request.refused" in listed
    assert events_in_code() - listed == set(), "needs a line in docs/operations/security.md"
    assert listed - events_in_code() == set(), "no such event any more"

"""`make faults`: R1 to R16 rehearsed, and a table of what happened, with what would turn it red.

    python -m tests.rehearsal           the form that CI runs, within three minutes
    python -m tests.rehearsal --long    half an hour, with pictures of what a citizen saw

Which tests show a goal, and which sabotage proves them, stands in docs/assurance.md; the table goes
to var/faults.md and to the screen. The exit code is that of the tests.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

from tests import figures

ROOT = Path(__file__).resolve().parents[1]
ASSURANCE = ROOT / "docs" / "assurance.md"
TABLE = ROOT / "var" / "faults.md"
PICTURES = ROOT / "docs" / "operations" / "pictures"
TEST = re.compile(r"`(tests/[\w/]+\.py(?:::\w+)?)`")
REHEARSED = range(1, 17)
TOPOLOGY = ("tests/faults/test_topology.py", "tests/faults/test_hosts.py")


class Row:
    """A goal: its name, the tests that show it, the tests that prove these can fail."""

    def __init__(self, line):
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        self.goal, _, self.name = cells[0].partition(" ")
        self.shown, self.sabotage = TEST.findall(cells[1]), TEST.findall(cells[-1])


def rows(text):
    """The goals that are rehearsed, as docs/assurance.md tells them; then the whole topology."""
    lines = [line for line in text.splitlines() if re.match(r"\| R\d+ ", line)]
    found = [row for row in map(Row, lines) if int(row.goal[1:]) in REHEARSED]
    whole = Row("| whole everything of compose, each part killed | - | - | - |")
    whole.shown = [f"{file}" for file in TOPOLOGY]
    whole.sabotage = [
        "tests/faults/test_topology.py::test_no_web_server_at_all_is_found_out",
        "tests/faults/test_hosts.py::test_both_machines_silent_is_found_out",
    ]
    return [*found, whole]


class Results:
    """A plugin: outcome and seconds of every test."""

    def __init__(self):
        self.seconds, self.outcome = defaultdict(float), {}

    def pytest_runtest_logreport(self, report):
        name = report.nodeid
        self.seconds[name] += report.duration
        if report.when == "call" or report.outcome != "passed":
            self.outcome[name] = report.outcome

    def of(self, wanted):
        """(outcomes, seconds) of the tests that a name of the table means."""
        names = [
            name for name in self.outcome
            if any(name.split("[")[0] == each or name.startswith(f"{each}::") for each in wanted)
        ]  # fmt: skip
        return [self.outcome[name] for name in names], sum(self.seconds[name] for name in names)


def told(outcomes):
    """In a word."""
    if not outcomes:
        return "**not run**"
    bad = [each for each in outcomes if each != "passed"]
    return f"{len(outcomes)} passed" if not bad else f"**{', '.join(sorted(set(bad)))}**"


def table(results, measured, *, form, seconds):
    """The report, in Markdown."""
    lines = [
        f"# Faults rehearsed, {form} form", "",
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, {seconds / 60:.1f} minutes.", "",
        "| goal | shown | seconds | figures | sabotage that must be found out | found |",
        "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for row in rows(ASSURANCE.read_text(encoding="utf-8")):
        outcomes, took = results.of(row.shown)
        seeded, _ = results.of(row.sabotage)
        names = ", ".join(each.rpartition("::")[2].removeprefix("test_") for each in row.sabotage)
        lines.append(
            f"| {row.goal} {row.name} | {told(outcomes)} | {took:.0f} |"
            f" {'; '.join(measured.get(row.goal, [])) or '–'} |"
            f" {names.replace('_', ' ') or 'not seeded'} | {told(seeded) if names else '–'} |"
        )
    return "\n".join(lines) + "\n"


def figures_since(start):
    """Goal → what tests measured, one text each, of what was written after byte `start`."""
    found = defaultdict(list)
    if figures.FILE.exists():
        with figures.FILE.open(encoding="utf-8") as file:
            file.seek(start)
            for line in file:
                row = json.loads(line)
                goal = row.pop("goal")
                name = "whole" if goal in ("topology", "hosts") else goal
                found[name].append(", ".join(f"{key} {short(row[key])}" for key in row))
    return found


def short(value):
    """A figure as people read it."""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def wanted():
    """Every test that the table asks for, and all others that kill something."""
    named = {each for row in rows(ASSURANCE.read_text(encoding="utf-8"))
             for each in (*row.shown, *row.sabotage)}  # fmt: skip
    beside = sorted(each for each in named if not each.startswith("tests/faults/"))
    return ["tests/faults", *beside]


def main():
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true")
    chosen = parser.parse_args()
    if chosen.long:
        os.environ |= {"FAULTS": "long", "FAULT_SECONDS": "900"}
    start = figures.FILE.stat().st_size if figures.FILE.exists() else 0
    results, begun = Results(), time.monotonic()
    # Ten minutes without a server are ten minutes of waiting, so the long form has many at once.
    beside = (
        ["-n", "6", "--dist", "worksteal"] if chosen.long else ["-n", "3", "--dist", "loadscope"]
    )
    code = pytest.main(["-q", *beside, *wanted()], plugins=[results])
    report = table(
        results, figures_since(start), form="long" if chosen.long else "short",
        seconds=time.monotonic() - begun,
    )  # fmt: skip
    if chosen.long:
        # Beside the tests: a browser's own loop and pytest's do not live in one process.
        asked = [sys.executable, "-m", "tests.pictures", str(PICTURES)]
        code = code or subprocess.run(asked, cwd=ROOT, check=False).returncode
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(report, encoding="utf-8")
    sys.stdout.write(report)
    sys.exit(code)


if __name__ == "__main__":
    main()

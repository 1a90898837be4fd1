"""The table that `make bench` writes: docs/performance.md for readers, measured.json for sums."""

import json
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
FIGURES = ROOT / "bench" / "measured.json"
BUSY = 1.5  # load average at the start beyond which the page says that others worked here


@dataclass(frozen=True)
class Row:
    """One thing that was measured, beside its limit in the same run."""

    name: str
    rate: float
    unit: str
    limit: str
    limit_rate: float
    cpu: float = 0.0  # microseconds of the server's processors for one
    p95: float = 0.0  # milliseconds
    note: str = ""

    @property
    def ratio(self):
        """How much of the limit is reached."""
        return self.rate / self.limit_rate

    def line(self):
        """As a line of the table."""
        cpu = f"{self.cpu:,.0f}" if self.cpu else "–"
        p95 = f"{self.p95:,.1f}" if self.p95 else "–"
        return (
            f"| {self.name} | {self.rate:,.0f} {self.unit} | {self.limit} | "
            f"{self.limit_rate:,.0f} | **{shown(self.ratio)}** | {cpu} | {p95} | {self.note} |"
        )


def shown(ratio):
    """A ratio with two digits that mean something."""
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


@dataclass
class Curve:
    """How a figure changes when there is ten and a hundred times as much."""

    name: str
    what: str
    points: list[tuple[int, float, str]] = field(default_factory=list)  # size, value, shown

    def add(self, size, value, told):
        """Keep a point and say it."""
        self.points.append((size, value, told))
        print(f"  {self.name} at {size:,}: {told}", flush=True)

    def line(self):
        """As a line of the table: first point, and each later one with its ratio to the first."""
        cells = []
        for size, value, told in self.points:
            first = self.points[0][1]
            growth = "" if size == self.points[0][0] else f" ({value / first:.2f} ×)"
            cells.append(f"{size:,}: {told}{growth}")
        return f"| {self.name} | {self.what} | " + " | ".join(pad(cells, 3)) + " |"


def pad(cells, count):
    """As many cells as the table has columns."""
    return [*cells, *["not run in this form"] * (count - len(cells))]


@dataclass
class Sheet:
    """Everything of one run."""

    form: str
    rows: list[Row] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)  # process → MB
    facts: dict[str, float] = field(default_factory=dict)  # for docs/capacity.md
    failed: list[str] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    load: float = field(default_factory=lambda: os.getloadavg()[0])
    disk: str = ""

    def row(self, *args, **more):
        """Keep a row and say it."""
        made = Row(*args, **more)
        self.rows.append(made)
        print(f"  {made.name}: {made.rate:,.0f} {made.unit}, {shown(made.ratio)} of {made.limit}",
              flush=True)  # fmt: skip
        return made

    def curve(self, name, what):
        """Begin a curve."""
        self.curves.append(Curve(name, what))
        return self.curves[-1]

    def write(self, day=None):
        """Both files."""
        day = day or datetime.now(UTC).date()
        PAGE.write_text(self.page(day), encoding="utf-8")
        kept = {
            "measured_on": str(day), "command": f"make bench{self.suffix}", "machine": machine(),
            "load_at_start": round(self.load, 2), "facts": rounded(self.facts),
            "memory_mb": rounded(self.memory), "rows": [asdict(each) for each in self.rows],
        }  # fmt: skip
        FIGURES.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @property
    def suffix(self):
        """The long form's command has another name."""
        return "-long" if self.form == "long" else ""

    def page(self, day):
        """docs/performance.md."""
        minutes = (time.monotonic() - self.begun) / 60
        busy = (
            "**Others worked on this machine at the same time: trust ratios and processor time,"
            " not rates.**" if self.load > BUSY else "Nothing else worked on this machine."
        )  # fmt: skip
        lines = [
            "# Performance", "",
            f"Written by `make bench{self.suffix}` on {day} in {minutes:.0f} minutes; do not edit."
            f" {machine()}. Load average at the start {self.load:.1f}. {busy} {self.disk}".rstrip(),
            "",
            ("Every rate stands beside a limit that was measured in the same run, on the same"
            " machine, with the same client: ratios travel to other machines, rates do not. The"
            " client shares the processors with the servers."), "",
            "| what | rate | limit | its rate | ratio | processor µs | p95 ms | |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
            *(each.line() for each in self.rows), "",
            "## Growth", "",
            "The same with ten and a hundred times as much; in brackets the ratio to the first.",
            "", "| what | of what | 1 × | 10 × | 100 × |", "| --- | --- | --- | --- | --- |",
            *(each.line() for each in self.curves), "",
            "## Memory", "",
            "Proportional share (PSS) in MB after the load, of each process.", "",
            "| process | MB |", "| --- | --- |",
            *(f"| {name} | {size:,.0f} |" for name, size in self.memory.items()), "",
        ]  # fmt: skip
        if self.failed:
            lines += ["## Not measured", "", *(f"- {each}" for each in self.failed), ""]
        lines += [
            "## How to read it", "",
            "- *Empty Flask view*: the same server program with one view that returns nothing.",
            ("- *nginx, file*: nginx that sends one file of the page's size; with TLS for what goes"
            " through the proxy."),
            ("- *XADD*: Valkey with `appendfsync always`, asked by eight threads one entry at a"
            " time: as many as the web server has."),
            "- *COPY*: PostgreSQL's own, of as many rows, with the table's indexes.",
            ("- The sheet of what an election needs is [capacity.md](capacity.md); it takes its"
            " costs from `bench/measured.json`, which the same command writes."), "",
        ]  # fmt: skip
        return "\n".join(lines)


def rounded(figures):
    """Figures without digits that mean nothing."""
    return {name: float(f"{value:.4g}") for name, value in figures.items()}


def machine():
    """What this was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{len(os.sched_getaffinity(0))} cores ({platform.machine()}), {memory:.0f} GB, "
        f"Python {platform.python_version()}"
    )


def pss(pids):
    """Proportional memory of processes in MB; 0 for those that are gone."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024

"""What `make budget` and `make inp` know so far: bench/visits.json, and docs/budgets.md from it.

Both are written after each page, so that whoever stops loses nothing but the page at hand. A line
stays until its page is measured again, and says when that was.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "bench" / "visits.json"
PAGE = ROOT / "docs" / "budgets.md"
BUSY = 1.5  # load average at the start beyond which times say little
PAUSED = timedelta(hours=6)  # what was measured since then need not be measured again
HEAD = """# What a first visit costs

Written by `make budget` and `make inp`, after each page. A first visit with an empty cache on a
phone of 360 × 740 px: compressed bytes of the page and of everything it fetches, requests, largest
contentful paint on slow 4G (1.6 Mbps, 150 ms, CPU 4×) and slow 3G (400 kbps, 400 ms, CPU 6×),
layout shift. A page over its time is visited again, at most three times, and the quickest visit
counts: the machine (two cores, a browser beside the service) disturbs times upwards only. CI holds
bytes and requests (`tests/browser/test_budget.py`), never times. Measured on the demonstration,
15,000 candidacies. “Load” is the load average before the first page of a run: times of a run that
began above {busy} say little. “–”: not told.

Budgets: HTML 14 kB (comparison 30, forms 10); whole page 50 to 60 kB (forms 30); 8 requests; 1.5
to 1.6 s on 4G (forms 1.2 s), 3.5 to 3.8 s on 3G (forms 3.0 s); shift 0.02; interaction to next
paint 200 ms.

`ONLY=/buscar,/folios make budget` measures those pages alone, `RESUME=1 make budget` what was not
measured in the last six hours, `make inp` the interactions alone.

"""
COLUMNS = "page", "HTML kB", "total kB", "requests", "LCP 4G s", "LCP 3G s", "CLS", "over"
ACTS = """
## Interaction to next paint

At CPU 6× (Event Timing): the longest interaction of each of five visits, in milliseconds. Held
against 200 ms by the visit in the middle.

"""


class VisitSheet:
    """The figures of all runs so far."""

    def __init__(self, *, figures=FIGURES, page=PAGE, now=lambda: datetime.now(UTC)):
        self._figures, self._page, self._now = figures, page, now
        self._known = json.loads(figures.read_text()) if figures.exists() else {}
        self._load = round(os.getloadavg()[0], 1)

    def is_fresh(self, group, name):
        """Whether it was measured within the last hours."""
        line = self._known.get(group, {}).get(name)
        return bool(line) and self._now() - datetime.fromisoformat(line["at"]) < PAUSED

    def keep(self, group, name, figures):
        """Remember what was measured, and write both files."""
        at = self._now().isoformat(timespec="minutes")
        self._known.setdefault(group, {})[name] = figures | {"at": at, "load": self._load}
        self.write()

    def forget_others(self, group, names):
        """Lines of what is not measured any more."""
        kept = self._known.get(group, {})
        self._known[group] = {name: kept[name] for name in names if name in kept}

    def write(self):
        """Both files anew; a reader never sees half of one."""
        for path, text in (
            (self._figures, json.dumps(self._known, ensure_ascii=False, indent=1) + "\n"),
            (self._page, self._told()),
        ):
            half = path.with_name(path.name + ".part")
            half.write_text(text, encoding="utf-8")
            half.replace(path)

    def _told(self):
        parts = [HEAD.format(busy=BUSY)]
        for group, title in (("campaign", ""), ("results", "## After election day\n\n")):
            lines = self._known.get(group, {})
            if lines:
                cells = (*COLUMNS, "measured", "load")
                parts += [title, row(cells), row("---" for _ in cells)]
                parts += [page_line(name, line) for name, line in lines.items()]
                parts.append("\n" if group == "campaign" else "")
        acts = self._known.get("acts", {})
        if acts:
            cells = "interaction", "visits", "middle", "measured", "load"
            parts += [ACTS.removeprefix("\n" if len(parts) == 1 else ""), row(cells)]
            parts.append(row("---" for _ in cells))
            parts += [act_line(name, line) for name, line in acts.items()]
        return "".join(parts).rstrip("\n") + "\n"


def page_line(name, line):
    """One page as a line of the table."""
    return row(
        (
            f"`{name}`", f"{line['html'] / 1000:.1f}", f"{line['total'] / 1000:.1f}",
            line["requests"], seconds(line["4G"]), seconds(line["3G"]), f"{line['shift']:.3f}",
            " ".join(line["over"]), line["at"][:10], load(line),
        )
    )  # fmt: skip


def act_line(name, line):
    """One interaction as a line of the table."""
    times = sorted(line["ms"])
    middle = times[len(times) // 2]
    return row((name, ", ".join(map(str, times)), middle, line["at"][:10], load(line)))


def row(cells):
    """Cells as Markdown."""
    return f"| {' | '.join(map(str, cells))} |\n"


def seconds(value):
    """A time, unless it says nothing."""
    return "–" if value is None else f"{value:.2f}"


def load(line):
    """The load average, if it is known."""
    return "–" if line["load"] is None else f"{line['load']:.1f}"

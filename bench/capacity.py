"""`make capacity`: what an election needs, from measured costs; writes docs/capacity.md.

Costs come from bench/measured.json (written by `make bench`), everything assumed from
bench/prices.toml. The arithmetic is here, one function for each figure; nothing else is.
"""

import json
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "bench" / "measured.json"
ASSUMED = ROOT / "bench" / "prices.toml"
PAGE = ROOT / "docs" / "capacity.md"
PRESSES = (1_000_000, 10_000_000, 100_000_000)
READERS = (1_000, 10_000, 100_000)
MICRO, GB, TB = 1e-6, 1e9, 1e12
HOUR = 3600


@dataclass(frozen=True)
class Need:
    """What something takes: cores, GB of memory, GB of disk, GB of copies, TB sent a month."""

    cores: float
    memory: float
    disk: float = 0.0
    copies: float = 0.0
    traffic: float = 0.0

    def money(self, prices):
        """Dollars a month, spare machines included in cores and memory already."""
        return (
            self.cores * prices["core"]
            + self.memory * prices["memory_gb"]
            + self.disk * prices["disk_gb"]
            + self.copies * prices["copies_gb"]
            + self.traffic * prices["traffic_tb"]
        )


class Sums:
    """Figures of a size, from `facts` (measured), `memory` (MB by process) and `assumed`."""

    def __init__(self, facts, memory, assumed):
        self.facts, self.memory, self.assumed = facts, memory, assumed

    # --- presses

    def peak(self, presses):
        """Presses a second in the worst minute."""
        given = self.assumed["presses"]
        hour = presses * given["busiest_day"] * given["busiest_hour"]
        return hour / HOUR * given["burst"]

    def press_cores(self, presses):
        """Cores of web servers and drain at the peak, half used, and once more as a spare."""
        given = self.assumed["presses"]
        a_press = self.facts["press_cpu_us"] + given["ideas"] * self.facts["idea_cpu_us"]
        web = self.peak(presses) * a_press * MICRO
        drain = self.peak(presses) * (1 + given["ideas"]) / self.facts["drain_a_second"]
        return self.spared(web) + self.spared(drain)

    def ledger_memory(self, presses):
        """GB that the ledger holds when nobody drains it for as long as is assumed, at the peak."""
        given = self.assumed["presses"]
        waiting = self.peak(presses) / given["burst"] * given["away_hours"] * HOUR
        return min(presses, waiting) * self.facts["log_bytes"] / GB

    def table_disk(self, presses):
        """GB of SQL."""
        a_row = self.facts["row_bytes"] + self.facts["index_bytes"]
        ideas = self.assumed["presses"]["ideas"] * 3 * a_row  # text, folio, leaf
        return presses * (a_row + ideas) * self.assumed["room"]["bloat"] / GB

    def delivered_disk(self, presses):
        """GB of packages."""
        rows = presses * (1 + self.assumed["presses"]["ideas"])
        return rows * self.facts["delivery_bytes_a_row"] / GB

    def delivery_hours(self, presses):
        """Hours of two builders."""
        rows = presses * (1 + self.assumed["presses"]["ideas"])
        return rows / 1e6 * self.facts["delivery_seconds_a_million"] / HOUR

    def of_presses(self, presses):
        """Everything that so many presses need."""
        log = self.ledger_memory(presses)
        disk = self.table_disk(presses)
        room = self.assumed["room"]
        cores = self.press_cores(presses)
        # SQL's memory: its index should stay in it. The ledger's twice: its file is rewritten.
        index = presses * self.facts["index_bytes"] * room["bloat"] / GB
        memory = index + 2 * log + room["spare"] * room["machine_memory_gb"]
        return Need(
            cores=max(cores, room["spare"]),
            memory=memory,
            disk=2 * disk + 2 * log + self.delivered_disk(presses),
            copies=room["copies"] * disk,
        )

    # --- readers

    def pages(self, readers):
        """Pages a second."""
        return readers / self.assumed["readers"]["seconds_a_page"]

    def page_cpu(self):
        """Microseconds of a page: from the proxy, from a web server's memory, made anew."""
        given = self.assumed["readers"]
        kept = 1 - given["proxied"] - given["fresh"]
        made = (self.facts["candidate_cpu_us"] + self.facts["search_cpu_us"]) / 2
        proxy = self.facts["proxied_page_cpu_us"]
        return proxy + kept * self.facts["page_cpu_us"] + given["fresh"] * made

    def page_bytes(self):
        """Bytes sent for a page, style and script shared out over a visit."""
        given = self.assumed["readers"]
        return self.facts["page_bytes"] + given["first_kb"] * 1000 / given["visit_pages"]

    def gigabits(self, readers):
        """Gigabits a second to citizens."""
        return self.pages(readers) * self.page_bytes() * 8 / 1e9

    def of_readers(self, readers):
        """Everything that so many readers at once need."""
        given, room = self.assumed["readers"], self.assumed["room"]
        cores = self.spared(self.pages(readers) * self.page_cpu() * MICRO)
        a_core = self.memory["web, worker 1"] / 1000
        sent = self.pages(readers) * self.page_bytes() * given["hours_a_month"] * HOUR / TB
        return Need(
            cores=max(cores, room["spare"]),
            memory=cores * a_core + room["spare"] * room["machine_memory_gb"] + readers * 3e-5,
            disk=20.0 * room["spare"],
            traffic=sent,
        )

    def spared(self, cores):
        """So many used cores as cores to have: not full, and with the spare machine's."""
        room = self.assumed["room"]
        return cores / room["use"] * room["spare"]


def page(measured, assumed):
    """docs/capacity.md."""
    sums = Sums(measured["facts"], measured["memory_mb"], assumed)
    facts, prices = measured["facts"], assumed["prices"]
    lines = [
        "# What an election needs", "",
        ("Written by `make capacity`; do not edit. Costs: `bench/measured.json`, measured on"
        f" {measured['measured_on']} by `{measured['command']}` ({measured['machine']}, load"
        f" average at the start {measured['load_at_start']}). Assumptions and prices:"
        " `bench/prices.toml`. Arithmetic: `bench/capacity.py`."), "",
        ("Figures are sums of what one thing costs, not runs of that size: nobody has run a hundred"
        " million presses here. What was run stands in [performance.md](performance.md) and"
        " [assurance.md](assurance.md). Cores are those of the machine named above."), "",
        "## Presses of a whole process", "",
        ("| presses | worst minute, a second | cores | memory GB | of it the ledger | disk GB |"
        " copies GB | all packages, hours of two builders | US$ a month |"),
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for presses in PRESSES:
        need = sums.of_presses(presses)
        lines.append(
            f"| {presses:,} | {sums.peak(presses):,.0f} | {up(need.cores)} | {up(need.memory)} |"
            f" {sums.ledger_memory(presses):.1f} | {up(need.disk)} | {up(need.copies)} |"
            f" {sums.delivery_hours(presses):.1f} | {money(need, prices)} |"
        )
    lines += [
        "", "## Readers at once", "",
        "| readers | pages a second | cores | memory GB | Gbit/s | TB a month | US$ a month |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for readers in READERS:
        need = sums.of_readers(readers)
        lines.append(
            f"| {readers:,} | {sums.pages(readers):,.0f} | {up(need.cores)} | {up(need.memory)} |"
            f" {sums.gigabits(readers):.2f} | {need.traffic:.1f} | {money(need, prices)} |"
        )
    costs = {
        "a press (web server)": f"{facts['press_cpu_us']:,.0f} µs of a core",
        "an idea (web server)": f"{facts['idea_cpu_us']:,.0f} µs",
        "copying an entry (drain and SQL)": f"{1e6 / facts['drain_a_second']:,.0f} µs",
        "a page from a web server's memory": f"{facts['page_cpu_us']:,.0f} µs",
        "a page through the proxy, TLS": f"{facts['proxied_page_cpu_us']:,.0f} µs",
        "a list that nobody asked for before": f"{facts['candidate_cpu_us'] / 1e3:,.1f} ms",
        "a search that nobody made before": f"{facts['search_cpu_us'] / 1e3:,.1f} ms",
        "a press in the ledger": f"{facts['log_bytes']:,.0f} bytes of memory until it is copied",
        "a press in SQL": f"{facts['row_bytes'] + facts['index_bytes']:,.0f} bytes",
        "a row in a package": f"{facts['delivery_bytes_a_row']:,.0f} bytes",
        "a page, compressed": f"{facts['page_bytes']:,.0f} bytes",
    }  # fmt: skip
    lines += ["", "## What one costs", "", "| what | cost |", "| --- | --- |"]
    lines += [f"| {name} | {cost} |" for name, cost in costs.items()]
    lines += ["", "## What is assumed", "", "| assumption | value |", "| --- | --- |"]
    lines += [
        f"| {part}: {name.replace('_', ' ')} | {value:g} |"
        for part, group in assumed.items()
        for name, value in group.items()
    ]
    lines += [
        "", ("Where the sheet ends: one PostgreSQL takes all that the drain copies, so the worst"
        " minute of 100,000,000 presses is bounded by what one machine writes; shards of the ledger"
        " (Valkey Cluster) and web servers grow by number. Above some ten thousand readers a CDN in"
        " front takes most pages: they carry no cookie and say how long they may be kept."), "",
    ]  # fmt: skip
    return "\n".join(lines)


def up(figure):
    """Whole units, rounded up: nobody rents half a core."""
    return f"{math.ceil(figure - 1e-9):,}"


def money(need, prices):
    """Dollars a month, in tens."""
    return f"{round(need.money(prices), -1):,.0f}"


def main():
    """Write the sheet."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    assumed = tomllib.loads(ASSUMED.read_text(encoding="utf-8"))
    PAGE.write_text(page(measured, assumed), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written")


if __name__ == "__main__":
    main()

"""The figures that an operator's monitor reads: every name once, with what it says.

None tells of an actor, a subject, a device or a person. Alerts and what to do about them stand in
docs/operations/runbook.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTED = "_total"


class Metric(Enum):
    """Name and help; a name that ends in _total only ever grows."""

    PART_UP = ("decide_part_up", "1 when this process reaches the part: sql, ledger, queue.")
    PICTURE_AGE = ("decide_picture_age_seconds", "Age of this process' picture of the calendar.")
    PRESSES = ("decide_presses", "Current choices of all devices on everything together.")
    IDEAS = ("decide_ideas", "Ideas kept, over everything together.")
    DRAIN_WAITING = ("decide_drain_waiting", "Entries of the log not in SQL yet, at least.")
    DRAIN_COPIED = ("decide_drain_copied_total", "Entries that the drain has copied.")
    DRAIN_MISFITS = ("decide_drain_misfits", "Entries nobody could read, set aside.")
    JOBS_WAITING = ("decide_jobs_waiting", "Jobs that no worker has taken.")
    JOBS_FAILED = ("decide_jobs_failed", "Jobs that ended in an error in the last day.")
    SEAL_AGE = (
        "decide_seal_age_seconds",
        "Time since the newest seal; absent before the first and once the closing is sealed.",
    )
    DELIVERIES = ("decide_deliveries", "Deliveries by state.")
    LEDGER_MEMORY = ("decide_ledger_memory_bytes", "Memory that the ledger's server uses.")
    LEDGER_WRITES = ("decide_ledger_writes_ok", "1 while the ledger's last write to disk worked.")
    DATABASE_SIZE = ("decide_database_bytes", "Size of the database.")
    FILES_FREE = ("decide_files_free_bytes", "Room left where deliveries and uploads are kept.")


@dataclass(eq=False)
class Sheet(Collector):
    """What one look found. `put` values, then `text` it."""

    rows: dict[Metric, list[tuple[str, float]]] = field(default_factory=dict)

    def put(self, metric: Metric, value: float, label: str = "") -> None:
        """Note a value; `label` where there are several of the same name."""
        self.rows.setdefault(metric, []).append((label, float(value)))

    def says(self, metric: Metric, label: str) -> bool:
        """Whether a value was noted under this label and is not zero."""
        return any(name == label and value for name, value in self.rows.get(metric, []))

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """One family for each metric that was found, as the library asks for it."""
        for metric, values in self.rows.items():
            name, help_text = metric.value
            labels = ["of"] if any(label for label, _ in values) else []
            kind = CounterMetricFamily if name.endswith(COUNTED) else GaugeMetricFamily
            family = kind(name.removesuffix(COUNTED), help_text, labels=labels)
            for label, value in values:
                family.add_metric([label] if labels else [], value)
            yield family

    def text(self) -> bytes:
        """The text that Prometheus reads."""
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)

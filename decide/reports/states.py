"""Where a report stands."""

from enum import StrEnum


class ReportState(StrEnum):
    """Ordered, then ready; the sweep tries again until it is."""

    ORDERED = "ordered"
    READY = "ready"

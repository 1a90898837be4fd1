"""The ways of spreading the word that the commitment names, and how far each has come."""

from enum import StrEnum

LONGEST_TITLE = 160
LONGEST_AREA = 120
LONGEST_EVIDENCE = 1_000
LONGEST_LINK = 500


class ActivityKind(StrEnum):
    """What an activity is."""

    CONFERENCE = "conference"
    BULLETIN = "bulletin"
    PRINT = "print"
    INTERVIEW = "interview"
    PROGRAMME = "programme"
    NETWORK = "network"
    DISPLAY = "display"
    BANNER = "banner"


class ActivityState(StrEnum):
    """Where an activity stands on a day."""

    PLANNED = "planned"
    LATE = "late"
    DONE = "done"


class BatchState(StrEnum):
    """Where a batch of posters stands."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"

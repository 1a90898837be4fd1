"""Why somebody is written to, and where a mail stands."""

from enum import StrEnum


class MailKind(StrEnum):
    """Why somebody is written to."""

    INVITATION = "invitation"
    MISSING = "missing"
    CLOSED = "closed"
    DELIVERY = "delivery"


class MailState(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENT = "sent"
    DROPPED = "dropped"  # nothing was missing any more, or no longer wanted
    FAILED = "failed"

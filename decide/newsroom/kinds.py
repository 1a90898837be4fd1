"""Where a bulletin and a mail stand, and how long their parts may be."""

from enum import StrEnum

LONGEST_TITLE = 120
LONGEST_SUMMARY = 300
LONGEST_TEXT = 20_000
LONGEST_NOTE = 300
MOST_IMAGES = 6


class BulletinState(StrEnum):
    """Where a bulletin stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


# What may follow what. A correction of a published bulletin publishes it once more.
MOVES = {
    BulletinState.DRAFT: {BulletinState.SCHEDULED, BulletinState.PUBLISHED},
    BulletinState.SCHEDULED: {BulletinState.DRAFT, BulletinState.PUBLISHED},
    BulletinState.PUBLISHED: {BulletinState.PUBLISHED, BulletinState.WITHDRAWN},
    BulletinState.WITHDRAWN: {BulletinState.PUBLISHED},
}


class LetterState(StrEnum):
    """Where a mail to the list stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"

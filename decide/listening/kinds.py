"""The words of this room that the doors need too."""

from enum import StrEnum

LONGEST_ANSWER = 1_200  # characters of the survey's text
LONGEST_SUGGESTION = 600
SCORES = (1, 2, 3, 4, 5)
LONGEST_REQUEST = 2_000
LONGEST_REPLY = 4_000
FEWEST_WORDS = 5  # of an answer; fewer explain nothing


class Occasion(StrEnum):
    """Where somebody was asked how it went."""

    IDEA = "idea"  # after sending an idea
    OPINION = "opinion"  # after a press
    CLOSED = "closed"  # where no more opinions are taken
    ERROR = "error"  # where something did not work
    SITE = "site"  # the survey's own page


class SuggestionState(StrEnum):
    """What became of a suggestion."""

    NEW = "new"
    PLANNED = "planned"
    DONE = "done"
    SET_ASIDE = "set_aside"


class Right(StrEnum):
    """What the law lets everybody ask about their personal data."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    CANCELLATION = "cancellation"
    OPPOSITION = "opposition"


class RequestState(StrEnum):
    """Where a request about personal data stands."""

    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({RequestState.RECEIVED, RequestState.IN_PROGRESS})


class MailState(StrEnum):
    """What became of the answer's mail."""

    NONE = "none"  # nobody asked for one, or there is nothing to send yet
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"

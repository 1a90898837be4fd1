"""The words of this room that the doors need too."""

from enum import StrEnum

LONGEST_ANSWER = 1_200  # characters of the survey's text
LONGEST_SUGGESTION = 600
SCORES = (1, 2, 3, 4, 5)


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
